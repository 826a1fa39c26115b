"""How far parts of an avatar go into each other, and how far parts that should touch are apart."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.soundness.posing import Body, Float, Surface

FACE = ("skin", "nose", "lids", "lips")
SKIN = (*FACE, "ears", "neck")

_FACING = 0.8  # cosine: vertices that look the way the surface under them looks
_BESIDE = 0.06  # what is this near in x is above or below
_FEWEST = 12  # triangles that make a surface
_NEAR = 0.2
_TOUCHING = 0.02
_CLEAR = 0.01  # a part this far from a surface at rest is meant to be on that side of it


def sunk(now: Float, _: Float, facing: Float) -> Float:
    """Depth of what looks outward and lies under the surface; the sides of a part may be tucked in."""
    return np.asarray(np.where(facing > _FACING, -now, 0.0), np.float32)


def inside(now: Float, _rest: Float, _facing: Float) -> Float:
    """Depth of anything under the surface."""
    return -now


def went_in(now: Float, rest: Float, facing: Float) -> Float:
    """Depth of what looks outward and is outside at rest and inside now; the backs of parts are hidden anyway."""
    return np.asarray(np.where((rest > _CLEAR) & np.isfinite(rest) & (facing > 0), -now, 0.0), np.float32)


def came_out(now: Float, rest: Float, _: Float) -> Float:
    """Height of what is inside at rest and outside now."""
    return np.asarray(np.where(rest < -_CLEAR, now, 0.0), np.float32)


def came_off(now: Float, rest: Float, _: Float) -> Float:
    """How far what touches the surface at rest has risen off it."""
    return np.asarray(np.where(np.abs(rest) < _TOUCHING, now - rest, 0.0), np.float32)


def sank(now: Float, rest: Float, facing: Float) -> Float:
    """How far what touches the surface at rest, and looks outward, has sunk into it."""
    return np.asarray(np.where((np.abs(rest) < _TOUCHING) & (facing > _FACING), rest - now, 0.0), np.float32)


_LOOK_BACK = (went_in, came_out, came_off, sank)
"""Measures that ask where a vertex was at rest."""


@dataclass(frozen=True)
class Pair:
    """Two groups of parts, and how deep one may be in the other.

    Attributes:
        name: What people read.
        parts: Whose vertices are measured.
        surface: Parts that they are measured against.
        measure: (N,) signed distances now and at rest, (N,) cosine between the normals of vertex and surface now -> (N,) depth.
        bound: Largest depth that is sound; 1 is about half the head's width, 0.01 a pixel and a half in a picture of 512.
        reason: Why it is that.
        except_near: Vertices this near to these parts do not count (`_NEAR`).
        share: Of a part's vertices that may be deeper.
    """

    name: str
    parts: tuple[str, ...]
    surface: tuple[str, ...]
    measure: Callable[[Float, Float, Float], Float]
    bound: float
    reason: str
    except_near: tuple[str, ...] = ()
    share: float = 0.0


PAIRS = (
    Pair("frame in face", ("frame",), FACE, inside, 0.045, "pads may vanish in a broad nose, rims may not", ("ears",), 0.07),
    Pair(
        "pads in nose",
        ("frame",),
        FACE,
        inside,
        0.25,
        "high noses swallow pads; bridge and rims are of the pair above",
        ("ears",),
    ),
    Pair("lens in face", ("lens",), FACE, inside, 0.025, "deeper, cheeks or noses come through the glass", share=0.02),
    Pair("lashes through lens", ("lashes", "eyes"), ("lens",), came_out, 0.005, "lashes bend before glass does"),
    Pair("eye through lid", ("lids",), ("eyes",), sunk, 0.006, "white of the eye would show on the lid"),
    Pair("brow under skin", ("brows",), FACE, sunk, 0.02, "a brow would have holes"),
    Pair("beard under skin", ("facial_hair",), SKIN, went_in, 0.045, "skin would show through a beard", ("lips", "nose")),
    Pair("hair under skin", ("hair",), SKIN, went_in, 0.045, "locks may press on the neck and cheeks, not pass through them"),
    Pair("hair out of face", ("hair",), FACE, came_out, 0.045, "the inside of a wig would show on the forehead"),
    Pair("hat under skin", ("hat", "scarf"), SKIN, went_in, 0.03, "the forehead would come through a brim"),
    Pair("hair under clothes", ("hair",), ("clothes",), went_in, 0.3, "long hair goes behind shoulders; its tips are not missed"),
    Pair("clothes under skin", ("clothes",), ("neck",), went_in, 0.03, "the neck would come through a collar"),
    Pair("patch under face", ("nose", "lips", "lids"), ("skin",), sank, 0.04, "the edge of the hole behind it would show"),
    Pair("lid off eye", ("lids",), ("eyes",), came_off, 0.025, "a dark slit would open between lid and eye"),
    Pair("brow off skin", ("brows",), FACE, came_off, 0.035, "a brow would float"),
    Pair(
        "beard off skin", ("facial_hair",), SKIN, came_off, 0.09, "an edge that lifts by more than a beard is thick casts a gap"
    ),
    Pair("hair off scalp", ("hair",), SKIN, came_off, 0.06, "the hairline would lift like a wig"),
    Pair("brow in frame", ("brows",), ("frame",), inside, 0.04, "thick frames touch the brows, as they do on people"),
)
"""What is measured, with the bounds: a little above the deepest of 2,000 random avatars of toon; no picture of them shows it.

A part that an engine does not have is not measured.
"""

FRONTS = (Pair("teeth before lips", ("teeth", "mouth"), ("lips",), inside, 0.02, "teeth would stand in front of the mouth"),)
"""What must stay behind: the bound is how far it may stand in front of the foremost place of the other above or below it."""

GAPS = (
    Pair("frame off nose", ("frame",), ("nose",), inside, 0.05, "glasses stand on the nose"),
    Pair("frame off ears", ("frame",), ("ears",), inside, 0.10, "temples end at the ears"),
    Pair("earring off ear", ("earrings",), ("ears",), inside, 0.04, "earrings hang on the ears"),
)
"""What must touch: the bound is the widest gap that is sound."""


ALL = (*PAIRS, *FRONTS, *GAPS)


def depths(now: Body, rest: Body) -> dict[str, float]:
    """The depth of each pair that this avatar has, 0 where nothing is inside; for `GAPS` the width, for `FRONTS` the overhang.

    Args:
        now: The avatar.
        rest: The same vertices in the same order, at rest.
    """
    places, places_at_rest = _Places(now), _Places(rest)
    found = {}
    for pair in ALL:
        rows = now.vertices_of(pair.parts)
        if len(rows) == 0 or len(now.triangles_of(pair.surface)) < _FEWEST:
            continue
        if pair in FRONTS:
            found[pair.name] = _overhang(now.positions[rows], now.positions[now.vertices_of(pair.surface)])
            continue
        chosen = np.ones(len(rows), np.bool_)
        if pair.except_near and len(now.triangles_of(pair.except_near)) >= _FEWEST:
            chosen = ~(np.abs(places.heights(pair.parts, pair.except_near)[0]) < _NEAR)
        if pair in GAPS:
            found[pair.name] = places.surface(pair.surface).gap(now.positions[rows[chosen]])
            continue
        height, normals = places.heights(pair.parts, pair.surface)
        near = np.flatnonzero(np.isfinite(height) & chosen)
        spared = int(pair.share * chosen.sum())
        height = before = height[near]
        if pair.measure in _LOOK_BACK:
            before = places_at_rest.heights(pair.parts, pair.surface)[0][near]
        facing = np.einsum("ni,ni->n", now.normals[rows[near]], normals[near])
        depth = np.sort(pair.measure(height, before, facing))[::-1]
        found[pair.name] = max(0.0, float(depth[spared])) if len(depth) > spared else 0.0
    return found


class _Places:
    """Where parts of one body are to others; each answer is found once, because several pairs ask for the same."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self._surfaces: dict[tuple[str, ...], Surface] = {}
        self._heights: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[Float, Float]] = {}

    def surface(self, parts: tuple[str, ...]) -> Surface:
        """These parts as a surface."""
        if parts not in self._surfaces:
            self._surfaces[parts] = Surface(self._body, parts)
        return self._surfaces[parts]

    def heights(self, parts: tuple[str, ...], surface: tuple[str, ...]) -> tuple[Float, Float]:
        """`Surface.heights` of all vertices of some parts over others."""
        key = (parts, surface)
        if key not in self._heights:
            self._heights[key] = self.surface(surface).heights(self._body.positions[self._body.vertices_of(parts)])
        return self._heights[key]


def bounds() -> dict[str, float]:
    """Name -> the largest depth, or the widest gap, that is sound."""
    return {pair.name: pair.bound for pair in ALL}


def _overhang(points: Float, others: Float) -> float:
    """How far the foremost of these points (N, 3) stands in front of the others (M, 3) at its x; 0 where there are none."""
    order = np.argsort(others[:, 0])
    x, z = others[order, 0], others[order, 2]
    low, high = np.searchsorted(x, points[:, 0] - _BESIDE), np.searchsorted(x, points[:, 0] + _BESIDE)
    fronts = [z[start:end].max(initial=-np.inf) for start, end in zip(low, high, strict=True)]
    overhang = np.where(np.isfinite(fronts), points[:, 2] - fronts, 0.0)
    return max(0.0, float(overhang.max(initial=0.0)))
