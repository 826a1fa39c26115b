"""Cloth for hats and scarves: colours, patterns, folds. u and v, (S, S), are places in faces (core.datasets.headwear)."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from core.datasets.augmentation import Rng, piece_of, texture

Image = NDArray[np.uint8]
Float = NDArray[np.float32]

_SOBER = (
    (18, 18, 20), (30, 26, 24), (50, 40, 34), (84, 62, 46), (120, 116, 112), (190, 188, 182), (235, 233, 228), (24, 30, 60),
)  # fmt: skip


def cloth(rng: Rng, u: Float, v: Float, picture: Image, plain: float) -> Float:
    """(S, S, 3) float32: one colour, stripes, dots, checks, a woven print, or a piece of the photo's own cloth."""
    size = len(picture)
    first, second = _cloth_colour(rng), _cloth_colour(rng)
    if rng.random() < plain:
        return np.broadcast_to(first, (size, size, 3)).copy()
    kind = int(rng.integers(5))
    turn, often = rng.uniform(0, np.pi), rng.uniform(10, 90)
    along = (u * np.cos(turn) + v * np.sin(turn)) * np.float32(often) + 2 * wave(rng, u, v, 0.5)
    across = (v * np.cos(turn) - u * np.sin(turn)) * np.float32(often * rng.uniform(0.5, 1.5))
    if kind == 0:
        share = (np.sin(along) > rng.uniform(-0.6, 0.6)).astype(np.float32)
    elif kind == 1:
        share = (np.sin(along) * np.sin(across) > rng.uniform(0.1, 0.6)).astype(np.float32)
    elif kind == 2:
        share = 0.5 * (np.sin(along) > 0).astype(np.float32) + 0.5 * (np.sin(across) > 0)
    elif kind == 3:  # a print: the same small tile again and again
        cells, tile = int(rng.integers(5, 12)), int(rng.integers(16, 48))
        noise = Pillow.fromarray(rng.integers(0, 256, (cells, cells, 3), np.uint8)).resize(
            (tile, tile), Pillow.Resampling.BICUBIC
        )
        repeats = -(-size // tile)
        print_ = np.tile(np.asarray(noise, np.float32), (repeats, repeats, 1))[:size, :size]
        return np.asarray(0.35 * first + 0.65 * print_, np.float32)
    else:
        scale = int(rng.integers(40, 120))
        part = Pillow.fromarray(piece_of(rng, picture[None], scale, scale)).resize((size, size), Pillow.Resampling.BILINEAR)
        made = part if rng.random() < 0.4 else Pillow.fromarray(texture(rng, size, size))
        return np.asarray(made, np.float32).copy()
    return np.asarray(first * (1 - share[..., None]) + second * share[..., None], np.float32)


def wave(rng: Rng, u: Float, v: Float, height: float) -> Float:
    """(S, S): slow waves along the outline of what lies about a face, about so high."""
    turn = np.arctan2(v - 0.3, u)
    return np.asarray(sum(height * rng.normal() * np.sin(turn * k + rng.uniform(0, 7)) / k for k in (3, 5, 9)), np.float32)


def folds(rng: Rng, u: Float, v: Float, depth: float) -> Float:
    """(S, S): light on folds that run along bent lines."""
    warp = wave(rng, u, v, 0.3)
    light = np.ones_like(u)
    for _ in range(int(rng.integers(2, 5))):
        turn, often = rng.uniform(0, np.pi), rng.uniform(8, 50)
        along = u * np.cos(turn) + v * np.sin(turn) + rng.uniform(-0.8, 0.8) * u**2 + 0.3 * warp
        light += np.float32(depth / 2) * np.sin(along * np.float32(often) + np.float32(rng.uniform(0, 7)))
    return np.asarray(np.clip(light, 0.3, 1.6), np.float32)


def _cloth_colour(rng: Rng) -> Float:
    if rng.random() < 0.5:
        return np.asarray(
            np.array(_SOBER[int(rng.integers(len(_SOBER)))]) * rng.uniform(0.8, 1.1) + rng.normal(0, 6, 3), np.float32
        )
    return np.asarray(rng.integers(0, 256, 3), np.float32)
