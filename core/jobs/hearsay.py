"""What a run elsewhere says of itself: lines on a disk that others write, of which only what has the form of ours is believed."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StrictBool, StrictFloat, StrictInt, StrictStr, TypeAdapter, ValidationError

from core.jobs.events import Event
from core.jobs.failures import Failure

_MOST = 2**53  # what other readers of JSON take for a whole number


def _printable(text: str) -> str:
    """Without what would steer a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


_Count = Annotated[StrictInt, Field(ge=0, le=_MOST)]
_Name = Annotated[StrictStr, Field(pattern=r"^[\w .,:+/%()-]{1,100}$")]  # without the brackets that the terminal reads as styles
_Words = Annotated[StrictStr, AfterValidator(_printable)]


@dataclass(frozen=True)
class _Progress:
    at: StrictStr
    step: _Count
    total: _Count


@dataclass(frozen=True)
class _Measured:
    at: StrictStr
    name: _Name
    value: StrictFloat
    step: _Count


@dataclass(frozen=True)
class _Shown:
    at: StrictStr
    name: _Name
    path: StrictStr
    step: _Count


@dataclass(frozen=True)
class _Remedy:
    title: _Words
    settings: dict[StrictStr, StrictBool | StrictInt | StrictFloat | StrictStr]


@dataclass(frozen=True)
class _Failed:
    cause: Annotated[StrictStr, Field(pattern="^[a-z_]{1,40}$")]
    error: _Words
    remedies: list[_Remedy] = dataclasses.field(default_factory=list)
    traceback: StrictStr = ""


@dataclass(frozen=True)
class _Ended:
    pass


_FORMS: Mapping[str, TypeAdapter[Any]] = {
    name: TypeAdapter(form)
    for name, form in (
        ("progress", _Progress),
        ("measured", _Measured),
        ("shown", _Shown),
        ("finished", _Ended),
        ("stopped", _Ended),
        ("failed", _Failed),
    )
}


def believed(event: Event) -> Event | None:
    """What an event says that is of ours: the keys that it should have, of the right types, and no others.

    A failure that makes no sense is a failure all the same.

    Returns:
        None for events of another kind or form; `at` is left out of those that end a run.
    """
    form = _FORMS.get(event["event"])
    if form is None:
        return None
    try:
        said = dataclasses.asdict(form.validate_python(event))
    except ValidationError:
        if event["event"] != "failed":
            return None
        said = Failure("other", "It failed on the cluster, in words that make no sense here. Its log may say why.").as_event()
    return {"event": event["event"], **said}
