"""How far parts of an avatar go into each other, and how far parts that should touch are apart."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.soundness.posing import Body, Float, Surface

FACE = ("skin", "nose", "lids", "lips")
SKIN = (*FACE, "ears", "neck")

_FACING = 0.8  # cosine: vertices that look the way the surface under them looks
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
    """

    name: str
    parts: tuple[str, ...]
    surface: tuple[str, ...]
    measure: Callable[[Float, Float, Float], Float]
    bound: float
    reason: str
    except_near: tuple[str, ...] = ()


PAIRS = (
    Pair("frame in face", ("frame",), FACE, inside, 0.02, "pads press into the nose; tips are hidden by ears", ("ears",)),
    Pair("lens in face", ("lens",), FACE, inside, 0.005, "cheeks or brows would come through the glass"),
    Pair("lashes through lens", ("lashes", "eyes"), ("lens",), came_out, 0.005, "lashes bend before glass does"),
    Pair("eye through lid", ("lids",), ("eyes",), sunk, 0.006, "white of the eye would show on the lid"),
    Pair("brow under skin", ("brows",), FACE, sunk, 0.004, "a brow would have holes"),
    Pair("beard under skin", ("facial_hair",), SKIN, went_in, 0.01, "skin would show through a beard", ("lips",)),
    Pair("hair under skin", ("hair",), SKIN, went_in, 0.03, "locks may press on the neck and cheeks, not pass through them"),
    Pair("hair out of face", ("hair",), FACE, came_out, 0.01, "the inside of a wig would show on the forehead"),
    Pair("mouth through lips", ("mouth", "teeth"), ("lips", "skin"), came_out, 0.01, "teeth would stand in front of closed lips"),
    Pair("hat under skin", ("hat", "scarf"), SKIN, went_in, 0.02, "the forehead would come through a brim"),
    Pair("hair under clothes", ("hair",), ("clothes",), went_in, 0.08, "hair lies on shoulders, and cloth gives"),
    Pair("clothes under skin", ("clothes",), ("neck",), went_in, 0.03, "the neck would come through a collar"),
    Pair("patch under face", ("nose", "lips", "lids"), ("skin",), sank, 0.02, "the edge of the hole behind it would show"),
    Pair("lid off eye", ("lids",), ("eyes",), came_off, 0.02, "a dark slit would open between lid and eye"),
    Pair("brow off skin", ("brows",), FACE, came_off, 0.02, "a brow would float"),
    Pair("beard off skin", ("facial_hair",), SKIN, came_off, 0.03, "the edge of a beard would lift"),
    Pair("hair off scalp", ("hair",), SKIN, came_off, 0.04, "the hairline would lift like a wig"),
    Pair("brow in frame", ("brows",), ("frame",), inside, 0.04, "thick frames touch the brows, as they do on people"),
)
"""What is measured, with the bounds. A part that an engine does not have is not measured."""

GAPS = (
    Pair("frame off nose", ("frame",), ("nose",), inside, 0.05, "glasses stand on the nose"),
    Pair("frame off ears", ("frame",), ("ears",), inside, 0.10, "temples end at the ears"),
    Pair("earring off ear", ("earrings",), ("ears",), inside, 0.04, "earrings hang on the ears"),
)
"""What must touch: the bound is the widest gap that is sound."""


def depths(now: Body, rest: Body) -> dict[str, float]:
    """The depth of each pair that this avatar has, 0 where nothing is inside; for `GAPS` the width of the gap.

    Args:
        now: The avatar.
        rest: The same vertices in the same order, at rest.
    """
    surfaces: dict[tuple[int, tuple[str, ...]], Surface] = {}

    def surface_of(body: Body, parts: tuple[str, ...]) -> Surface:
        key = (id(body), parts)
        if key not in surfaces:
            surfaces[key] = Surface(body, parts)
        return surfaces[key]

    found = {}
    for pair in (*PAIRS, *GAPS):
        rows = now.vertices_of(pair.parts)
        if len(rows) == 0 or len(now.triangles_of(pair.surface)) < _FEWEST:
            continue
        if pair.except_near and len(now.triangles_of(pair.except_near)) >= _FEWEST:
            away, _ = surface_of(now, pair.except_near).heights(now.positions[rows])
            rows = rows[~(np.abs(away) < _NEAR)]
        surface = surface_of(now, pair.surface)
        if pair in GAPS:
            found[pair.name] = surface.gap(now.positions[rows])
            continue
        height, normals = surface.heights(now.positions[rows])
        near = np.flatnonzero(np.isfinite(height))
        rows, height, before = rows[near], height[near], height[near]
        if pair.measure in _LOOK_BACK:
            before, _ = surface_of(rest, pair.surface).heights(rest.positions[rows])
        facing = np.einsum("ni,ni->n", now.normals[rows], normals[near])
        found[pair.name] = float(pair.measure(height, before, facing).max(initial=0.0))
    return found


def bounds() -> dict[str, float]:
    """Name -> the largest depth, or the widest gap, that is sound."""
    return {pair.name: pair.bound for pair in (*PAIRS, *GAPS)}
