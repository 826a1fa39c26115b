"""Errors a user can act on.

AvatarError
    WrongDocumentError      a file that is not an avatar document, or is damaged
        WrongEngineError    made for another engine
        NewerVersionError   made for a newer version of the engine or of the format
    ValueRefusedError       a parameter, option or value that the schema does not have
    PhotoError              a picture that cannot be opened
    FaceError
        NoFaceError         no face was found
        SeveralFacesError   more than one, and nobody said which
    EngineError             an engine, a pack or a graphics adapter that does not work
    ModelError              network weights that are missing, damaged or made for something else
    LabelError              an evaluation set that cannot be opened or changed as asked
        SetFrozenError      a set that was frozen, so that nothing in it changes any more
    DataError               training data that is missing, damaged or not allowed
    SettingError            a stage's configuration that makes no sense
    JobError                a run that cannot do what it is asked to
    ClusterError            a cluster that does not answer, or refuses
    ProcessLostError        a process that a run needs ended without a word
    DivergedError           training whose loss is no number any more
    FileNotWrittenError     a full disk or a folder that cannot be written

Every message says what happened, to what, and what to do. Anything that is not an AvatarError is a bug of ours.
"""

from core.words import tr


class AvatarError(Exception):
    """What a user can act on; its text is shown as it is."""


class WrongDocumentError(AvatarError):
    """The file is not an avatar document, or is damaged."""


class WrongEngineError(WrongDocumentError):
    """The document was made for another engine."""


class NewerVersionError(WrongDocumentError):
    """The document was made by a newer version than this one reads."""


class ValueRefusedError(AvatarError):
    """A parameter, option or value that the schema does not have."""


class PhotoError(AvatarError):
    """The picture cannot be opened."""


class FaceError(AvatarError):
    """The face in a photo cannot be used."""


class NoFaceError(FaceError):
    """No face was found."""


class SeveralFacesError(FaceError):
    """More than one face was found, and nobody said which one to take.

    Attributes:
        count: How many faces there are.
    """

    def __init__(self, message: str, count: int) -> None:
        super().__init__(message)
        self.count = count


class EngineError(AvatarError):
    """An engine, a pack or a graphics adapter does not work."""


class ModelError(AvatarError):
    """Network weights are missing, damaged or made for something else."""


class LabelError(AvatarError):
    """An evaluation set cannot be opened, or not changed as it is asked to."""


class SetFrozenError(LabelError):
    """The set is frozen; one goes on with its next version.

    Attributes:
        name: What people call the set.
        version: The frozen one's.
    """

    def __init__(self, name: str, version: int) -> None:
        super().__init__(
            tr(
                "{name}, version {version}, is frozen, so that figures stay what they were. To change it, go on with version "
                "{following}: main.py labels lock SET --new-version",
                name=name,
                version=version,
                following=version + 1,
            )
        )
        self.name = name
        self.version = version


class DataError(AvatarError):
    """Training data is missing, damaged or not allowed for this use."""


class SettingError(AvatarError):
    """A stage's configuration makes no sense."""


class JobError(AvatarError):
    """A run cannot do what it is asked to."""


class ClusterError(AvatarError):
    """A cluster does not do what it is asked to."""


class ProcessLostError(AvatarError):
    """A process that a run needs ended without a word: it was killed, or the memory was full."""


class DivergedError(AvatarError):
    """Training has diverged: its loss is no number any more."""


class FileNotWrittenError(AvatarError):
    """A file could not be written; what was there before is untouched."""
