"""An avatar that follows a face: estimates of many pictures become one calm avatar, and the face's play becomes a pose."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.avatar.posing import BLENDSHAPES
from core.avatar.schema import AvatarSchema, DiscreteParameter
from core.avatar.vector import AvatarVector, Value
from core.engines import Camera
from core.faces.expressions import EXPRESSIONS, MIRRORED_EXPRESSIONS
from core.faces.landmarks import Placed
from core.faces.pose import HeadPose, head_pose
from core.methods import Estimate, FieldEstimate
from core.smoothing import OneEuro, SteadyChoice

# Seconds and Hz, chosen on a face that moves about (benchmarks/live_mirror.py): what somebody looks like does not change.
_NUMBERS = (0.12, 0.6)  # of OneEuro
_PLAY = (1.6, 1.2)
_TURN = (0.9, 0.06)  # degrees: what is a fast turn is 30 a second

_TURNED_MOST = 32.0  # degrees from which a picture says nothing about what somebody looks like
_JAW_MOST, _BLINK_MOST = 0.55, 0.75  # likewise; between none and these the weight falls
_STILL = 0.12  # coefficients below this are noise, and what a resting face has
_MAX_YAW, _MAX_PITCH = 40.0, 22.0

_INDEX = {name: index for index, name in enumerate(EXPRESSIONS)}
_PLAYED = tuple(name for name in EXPRESSIONS if name in BLENDSHAPES)


@dataclass(frozen=True)
class Play:
    """What a face does at one moment.

    Attributes:
        pose: Blendshapes and their weights in (0, 1], as `AvatarEngine.render` takes them.
        yaw: Degrees that the avatar's camera goes to the side, so that the avatar looks where the face looks.
        pitch: Degrees likewise, up or down.
    """

    pose: tuple[tuple[str, float], ...] = ()
    yaw: float = 0.0
    pitch: float = 0.0

    def towards(self, other: "Play", part: float) -> "Play":
        """A step from this play to another; `part` in [0, 1]."""
        here, there = dict(self.pose), dict(other.pose)
        mixed = {name: here.get(name, 0.0) + part * (there.get(name, 0.0) - here.get(name, 0.0)) for name in {**here, **there}}
        pose = tuple((name, round(mixed[name], 3)) for name in sorted(mixed) if mixed[name] > 0.01)
        return Play(pose, *(round(a + part * (b - a), 2) for a, b in ((self.yaw, other.yaw), (self.pitch, other.pitch))))

    def camera(self, base: Camera) -> Camera:
        """The camera for it, from where the person looks at the avatar."""
        return replace(base, yaw=base.yaw + self.yaw, pitch=base.pitch + self.pitch)


class FacePlay:
    """Turns the landmarks of one picture after the other into calm play.

    Args:
        is_mirrored: The avatar moves as in a mirror: who turns to the left of the room sees it turn to the left of the screen.
    """

    def __init__(self, *, is_mirrored: bool) -> None:
        self._is_mirrored = is_mirrored
        self._play, self._turn = OneEuro(*_PLAY), OneEuro(*_TURN)

    def __call__(self, placed: Placed, at: float) -> Play:
        """What to show of a face; `at` in seconds."""
        seen = placed.expression[MIRRORED_EXPRESSIONS] if self._is_mirrored else placed.expression
        calm = self._play(np.clip((seen - _STILL) / (1 - _STILL), 0, 1), at)
        turned = head_pose(placed.points)
        side = -1.0 if self._is_mirrored else 1.0
        yaw, pitch = self._turn(np.array([side * turned.yaw, turned.pitch]), at)
        # Whoever looks to the picture's right shows their left: the camera goes to the other side.
        return Play(
            tuple((name, round(float(calm[_INDEX[name]]), 3)) for name in _PLAYED if calm[_INDEX[name]] > 0.005),
            round(float(np.clip(-yaw, -_MAX_YAW, _MAX_YAW)), 2),
            round(float(np.clip(-pitch, -_MAX_PITCH, _MAX_PITCH)), 2),
        )


def trust(placed: Placed) -> float:
    """How much a picture says about what somebody looks like, in [0, 1]: little while they turn away, blink or open the mouth."""
    turned = head_pose(placed.points)
    blink = max(float(placed.expression[_INDEX[name]]) for name in ("eyeBlinkLeft", "eyeBlinkRight"))
    jaw = float(placed.expression[_INDEX["jawOpen"]])
    shares = (_away(turned) / _TURNED_MOST, blink / _BLINK_MOST, jaw / _JAW_MOST)
    return float(np.prod([max(0.0, 1 - one * one) for one in shares]))


class LiveEstimate:
    """Makes one calm estimate of those that came so far.

    Args:
        schema: The engine's.
    """

    def __init__(self, schema: AvatarSchema) -> None:
        self._schema = schema
        self._numbers = OneEuro(*_NUMBERS)
        self._core = np.array([p.group == "core" for p in schema.continuous], np.bool_)
        self._choices = {choice.id: SteadyChoice() for choice in schema.discrete if choice.group == "core"}
        self._last: Estimate | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known yet."""
        return self._last is None

    def hear(self, estimate: Estimate, at: float, weight: float) -> None:
        """Take an estimate of one picture.

        Args:
            estimate: Of this schema.
            at: When the picture was taken, seconds.
            weight: How much it says (`trust`); the first one counts in any case, so that there is something to show.
        """
        is_first = self._last is None
        weight = max(weight, 0.05) if is_first else weight
        self._numbers(estimate.vector.continuous, at, weight)
        for name, choice in self._choices.items():
            parameter = self._schema[name]
            assert isinstance(parameter, DiscreteParameter)
            choice(chances(parameter, str(estimate.vector[name]), estimate.fields.get(name)), at, weight)
        self._last = estimate

    def now(self) -> Estimate:
        """What all of them say together, as a method would say it of one picture.

        Raises:
            ValueError: Nothing is known yet.
        """
        last, numbers = self._last, self._numbers.value
        if last is None or numbers is None:
            raise ValueError("nothing was estimated yet")
        continuous = np.clip(np.where(self._core, numbers, last.vector.continuous), 0, 1).astype(np.float32)
        discrete, fields = last.vector.discrete.copy(), dict(last.fields)
        for name, choice in self._choices.items():
            parameter = self._schema[name]
            assert isinstance(parameter, DiscreteParameter)
            discrete[self._schema.discrete_index[name]] = choice.held
            fields[name] = _field(parameter, choice)
        return replace(last, vector=AvatarVector(self._schema, continuous, discrete), fields=fields)


def chances(parameter: DiscreteParameter, chosen: str, known: FieldEstimate | None) -> NDArray[np.float64]:
    """What an estimate says about a choice, as probabilities (n_d,).

    A method may choose what is most like several probable options and not the most probable of them: what it chose counts as the
    most probable.
    """
    said = np.zeros(len(parameter.options))
    best = known.best if known is not None else ()
    for option, chance in best:
        said[parameter.index_of[option]] = chance
    said += max(0.0, 1 - float(said.sum())) / len(said)
    index = parameter.index_of[chosen]
    said[index] = max(float(said.max()) * 1.001, known.confidence if known is not None else 1.0)
    return np.asarray(said / said.sum())


def between(shown: AvatarVector, wanted: AvatarVector, part: float) -> AvatarVector:
    """A step from the avatar that is shown towards the one that is wanted; choices are taken at once.

    Args:
        shown: Of the same schema.
        wanted: Where to.
        part: How far, in [0, 1].
    """
    gap = wanted.continuous - shown.continuous
    part = 1.0 if np.abs(gap).max(initial=0.0) < 0.004 else part  # it arrives
    return AvatarVector(wanted.schema, np.clip(shown.continuous + np.float32(part) * gap, 0, 1), wanted.discrete)


def keeping(vector: AvatarVector, other: AvatarVector, parameter_ids: Iterable[str]) -> AvatarVector:
    """A vector with some values of another one."""
    kept: dict[str, Value] = {name: other[name] for name in parameter_ids}
    return vector.with_values(kept) if kept else vector


def _field(parameter: DiscreteParameter, choice: SteadyChoice) -> FieldEstimate:
    known = choice.chances
    assert known is not None
    order = [choice.held, *(int(index) for index in np.argsort(-known, kind="stable") if index != choice.held)][:3]
    return FieldEstimate(float(known[choice.held]), tuple((parameter.options[index].id, float(known[index])) for index in order))


def _away(turned: HeadPose) -> float:
    """Degrees between where the head looks and the camera."""
    towards = np.cos(np.radians(turned.yaw)) * np.cos(np.radians(turned.pitch))
    return float(np.degrees(np.arccos(np.clip(towards, -1, 1))))
