"""Random heads and shoulders of MakeHuman's people, wearing its own and an engine's things, for our renderer.

An engine's hair, hats, glasses and earrings are stretched from its default head onto each person's. Lengths in here are those of
the renderer (half widths of the head) unless decimetres are named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.avatar.posing import REST
from core.avatar.vector import AvatarVector
from core.datasets.augmentation import Rng
from core.datasets.cut_outs import any_option, sober_colour
from core.datasets.head_views import part_places, posed_positions
from core.datasets.makehuman import Double, Faces, Fitted, MakeHuman
from core.datasets.makehuman_parts import MOUTH_CORNER, NOSE_TIP, body_paint, body_parts, iris_places, led_by_majority
from core.engines.pack import PackEngine
from core.rendering.mesh import PART_CLASS, PARTS, Mesh
from core.rendering.scene import Item, Material, Srgb

Float = NDArray[np.float32]
Values = dict[str, float | str]

_SCALE = 1.25  # half widths of the head in a decimetre
_EYES_AT = np.array([0.0, 0.06, 0.84])
_LOWEST = 3.6  # decimetres: below it nothing is drawn
_EARRING_SCALE = 0.75
_MAXIMUM = 0.75  # of a target
_SHAPES = {
    "head/head-*": 4, "nose/nose-*": 6, "mouth/mouth-*": 5, "cheek/*-cheek-*": 3, "chin/chin-*": 3, "eyes/*-eye-*": 5,
    "forehead/*": 2, "ears/*-ear-*": 3, "eyebrows/*": 2, "neck/*": 2,
}  # fmt: skip
_RACES, _SEXES, _AGES = ("caucasian", "african", "asian"), ("female", "male"), ("young", "old")
_EXPRESSIONS = "expression/units/caucasian/"
_OPAQUE_HAIR = ("bob01", "bob02", "braid01", "long01", "ponytail01", "short01", "short02", "short03", "short04")
"""Those of MakeHuman's hair that look like hair without their textures."""


@dataclass(frozen=True, eq=False)
class Person:
    """One head and shoulders.

    Attributes:
        items: What is drawn.
        five: (5, 3) places of left eye, right eye, tip of the nose, corners of the mouth.
    """

    items: tuple[Item, ...]
    five: Float


@dataclass(frozen=True, eq=False)
class _Landmarks:
    """Where an engine's default head and a person's are alike.

    Attributes:
        aside: Half the width at the eyes, without ears.
        eyes: Height of the eyes.
        crown: Height of the top.
        front: Depth of the forehead.
        back: Depth of the back of the head.
        bridge: Depth of the nose between the eyes.
    """

    aside: float
    eyes: float
    crown: float
    front: float
    back: float
    bridge: float

    @staticmethod
    def of(skin: NDArray[np.floating], eyes: float) -> "_Landmarks":
        level = skin[np.abs(skin[:, 1] - eyes) < 0.07]
        upper = skin[skin[:, 1] > eyes]
        forehead = skin[(np.abs(skin[:, 1] - eyes - 0.5) < 0.1) & (np.abs(skin[:, 0]) < 0.2)]
        between = level[np.abs(level[:, 0]) < 0.08]
        return _Landmarks(
            float(np.abs(level[:, 0]).max()),
            eyes,
            float(skin[:, 1].max()),
            float(forehead[:, 2].max()),
            float(upper[:, 2].min()),
            float(between[:, 2].max()),
        )


class PeopleMaker:
    """Makes random people. Reads MakeHuman's files once."""

    def __init__(self, makehuman: MakeHuman, engine: PackEngine) -> None:
        self._makehuman, self._engine = makehuman, engine
        self._targets = {pattern: makehuman.target_names(pattern) for pattern in _SHAPES}
        self._hair = [path for path in makehuman.things("hair/*") if path.stem in _OPAQUE_HAIR]
        self._brows = makehuman.things("eyebrows/*")
        self._suits = [path for path in makehuman.things("clothes/*") if "suit" in path.stem]
        self._hats = [path for path in makehuman.things("clothes/*") if "fedora" in path.stem]
        rest = makehuman.positions
        body = makehuman.groups["body"]
        self._body = body[(rest[body][..., 1] > _LOWEST).all(axis=1)]
        self._parts = body_parts(makehuman)
        self._paint = body_paint(makehuman, self._parts)
        self._body = led_by_majority(self._body, self._parts)
        corner = np.array(MOUTH_CORNER)
        self._corners = [int(np.square(rest - corner * (side, 1, 1)).sum(axis=1).argmin()) for side in (-1, 1)]
        self._tip = int(np.square(rest - np.array(NOSE_TIP)).sum(axis=1).argmin())
        plain = engine.items(
            AvatarVector.default(engine.schema).with_values({"hair_type": "bald", "nose_type": "straight"}), "light", REST
        )
        eyes = part_places(plain, "eyes")
        self._engine_head = _Landmarks.of(
            np.concatenate([part_places(plain, part) for part in ("skin", "nose", "lids")]),
            float((eyes[:, 1].min() + eyes[:, 1].max()) / 2),
        )

    def person(self, rng: Rng) -> Person:
        """A random person: shape, expression, colours, hair and what is worn."""
        shaped = self._makehuman.shaped(_shape(rng, self._targets))
        # Its walls would come through the cheeks of a wide-open mouth.
        shaped[self._parts == PARTS.index("mouth"), 0] *= 0.82
        positions = self._posed(rng, shaped)
        values = _worn(rng, self._engine)
        engine_items = self._engine.items(AvatarVector.default(self._engine.schema).with_values(values), "light", REST)
        colours = {item.mesh.material: item.material for item in engine_items}
        items, hidden = self._own_things(rng, positions, values, colours)
        items += self._body_items(positions, colours, hidden)
        items += self._engine_things(rng, positions, engine_items)
        five = np.stack(
            [*(_front(positions[self._ball(side)]) for side in "rl"), positions[self._tip], *positions[self._corners]]
        )
        return Person(tuple(items), _placed(five, self._middle(positions)).astype(np.float32))

    def _middle(self, positions: Double) -> Double:
        return np.asarray(np.mean([_front(positions[self._ball(side)]) for side in "lr"], axis=0))

    def _ball(self, side: str) -> Faces:
        return np.unique(self._makehuman.groups[f"helper-{side}-eye"])

    def _posed(self, rng: Rng, positions: Double) -> Double:
        """Turn the head on its neck; the shoulders stay."""
        y, z = positions[:, 1], positions[:, 2]
        share = np.clip((y - self._neck(positions) + 0.35 * (z - 0.2)) / 0.8, 0, 1)
        share = share * share * (3 - 2 * share)
        pivot = np.array([0.0, self._neck(positions) + 0.55, 0.2])
        angles = np.radians([rng.normal(0, 5), rng.normal(0, 8), rng.normal(0, 7)])
        moved = positions - pivot
        for axis, angle in zip((1, 0, 2), angles[[1, 0, 2]], strict=True):
            a, b = [other for other in range(3) if other != axis]
            cosine, sine = np.cos(angle * share), np.sin(angle * share)
            moved[:, a], moved[:, b] = moved[:, a] * cosine - moved[:, b] * sine, moved[:, a] * sine + moved[:, b] * cosine
        return np.asarray(moved + pivot)

    def _neck(self, positions: Double) -> float:
        """Height of the root of the neck, decimetres: as far below the eyes as at rest."""
        return float(positions[self._ball("l"), 1].mean() - 1.5)

    def _item(
        self,
        positions: Double,
        middle: Double,
        triangles: Faces,
        part: str | NDArray[np.uint8],
        material: Material,
        **more: Float,
    ) -> Item:
        used, triangles = np.unique(triangles, return_inverse=True)
        places = _placed(positions[used], middle).astype(np.float32)
        triangles = triangles.reshape(-1, 3)
        count = len(places)
        parts = np.full(count, PARTS.index(part), np.uint8) if isinstance(part, str) else part[used]
        paint, uv = more.get("paint"), more.get("uv")
        shade = np.tile(np.array([1, 0, 0, 0], np.float32), (count, 1)) if paint is None else paint[used]
        return Item(
            Mesh(
                "made", "made", places, _normals(places, triangles), triangles.astype(np.uint32),
                np.zeros((count, 2), np.float32) if uv is None else uv[used], shade, parts,
            ),
            material,
        )  # fmt: skip

    def _own_things(
        self, rng: Rng, positions: Double, values: Values, colours: Mapping[str, Material]
    ) -> tuple[list[Item], set[int]]:
        """Brows, a suit, and MakeHuman's own hair or hat where the engine's is not worn; and the body's vertices they hide."""
        hair = replace(colours.get("hair", Material("hair", color=(50, 38, 30))), covered=0.0)
        strands = replace(hair, shader="plain", sheen=0.3, roughness=0.55)
        chosen: list[tuple[Fitted, str, Material]] = [
            (self._fitted(rng, self._brows), "brows", replace(strands, color=_darker(hair.color, 0.75), sheen=0.0, coat=0.0))
        ]
        if rng.random() < 0.95:
            suit = Material("cloth", color=sober_colour(rng), roughness=0.8, coat=0.0, rim=0.3, sheen=0.5)
            chosen.append((self._fitted(rng, self._suits), "clothes", suit))
        if values["hair_type"] == "bald" and values["hat"] == "none":
            kind = rng.random()
            if kind < 0.7:
                chosen.append((self._fitted(rng, self._hair), "hair", strands))
            elif kind < 0.85:
                hat = Material("cloth", color=sober_colour(rng), roughness=0.8, coat=0.0, rim=0.3, sheen=0.5)
                chosen.append((self._fitted(rng, self._hats), "hat", hat))
        middle = self._middle(positions)
        items = [
            self._item(np.asarray(thing.on(positions)), middle, thing.shell.triangles, part, material)
            for thing, part, material in chosen
        ]
        return items, {vertex for thing, _, _ in chosen for vertex in thing.hidden}

    def _fitted(self, rng: Rng, paths: Sequence[object]) -> Fitted:
        return self._makehuman.fitted(paths[int(rng.integers(len(paths)))])  # type: ignore[arg-type]

    def _body_items(self, positions: Double, colours: Mapping[str, Material], hidden: set[int]) -> list[Item]:
        middle, groups = self._middle(positions), self._makehuman.groups
        body = self._body
        if hidden:
            gone = np.zeros(len(positions), bool)
            gone[list(hidden)] = True
            body = body[~gone[body].all(axis=1)]
        skin = replace(colours["skin"], roughness=0.55, coat=0.0, rim=0.15, blush=0.5)
        items = [self._item(positions, middle, body, self._parts, skin, paint=self._paint)]
        for side in "lr":
            triangles = groups[f"helper-{side}-eye"]
            uv = iris_places(self._makehuman.positions, np.unique(triangles))
            items.append(self._item(positions, middle, triangles, "eyes", replace(colours["eyes"], coat=0.4), uv=uv))
        teeth = replace(colours["teeth"], color=(228, 220, 204))
        jaws = (groups[name] for name in ("helper-upper-teeth", "helper-lower-teeth"))
        return [*items, *(self._item(positions, middle, jaw, "teeth", teeth) for jaw in jaws)]

    def _engine_things(self, rng: Rng, positions: Double, engine_items: Sequence[Item]) -> list[Item]:
        """The engine's hair, hat, glasses and earrings on this person's head."""
        middle = self._middle(positions)
        rest_skin = np.isin(self._parts, [PARTS.index(part) for part in ("skin", "nose")])
        skin = _placed(positions[rest_skin], middle)
        head = _Landmarks.of(skin[skin[:, 1] > -0.2], float(_EYES_AT[1]))
        ears = [
            _placed(positions[(self._parts == PARTS.index("ears")) & (self._makehuman.positions[:, 0] * side > 0)], middle)
            for side in (-1, 1)
        ]
        lobes = [ear[ear[:, 1].argmin()] for ear in ears]
        on_skull = _on_skull(self._engine_head, head, rng.uniform(1.05, 1.11))
        on_nose = _on_nose(rng, self._engine_head, head)
        found = []
        for item in engine_items:
            kind = PART_CLASS[PARTS[item.mesh.parts[0]]]
            if kind in ("hair", "hat"):
                found.append(on_skull.item(item))
            elif kind == "glasses":
                found.append(on_nose.item(item))
            elif kind == "earrings":
                found.append(_on_lobes(item, lobes))
        return found


def _shape(rng: Rng, targets: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Target -> weight: whence, sex and age, then a few features, then an expression."""
    weights = _people_mixed(rng)
    for pattern, count in _SHAPES.items():
        for name in rng.choice(targets[pattern], count):
            amount = float(np.clip(abs(rng.normal(0, 0.35)), 0, _MAXIMUM))
            group, _, stem = str(name).partition("/")
            sides = ("l-", "r-") if stem[:2] in ("l-", "r-") else ("",)
            weights.update({f"{group}/{side}{stem[2:] if side else stem}": amount for side in sides})
    if rng.random() < 0.7:
        for name in rng.choice(_FACES, 2):
            weights.update({_EXPRESSIONS + one: float(rng.uniform(0.15, 0.75)) for one in str(name).split("+")})
    if rng.random() < 0.08:
        weights.update({f"{_EXPRESSIONS}eye-{side}-closure": float(rng.uniform(0.5, 1.0)) for side in ("left", "right")})
    return weights


def _people_mixed(rng: Rng) -> dict[str, float]:
    """Weights of the twelve people that all others are mixed from."""
    races = rng.dirichlet(np.full(len(_RACES), 0.5))
    male, old = rng.beta(0.4, 0.4), rng.beta(0.7, 1.1)
    return {
        f"macrodetails/{race}-{sex}-{age}": float(share * of_sex * of_age)
        for race, share in zip(_RACES, races, strict=True)
        for sex, of_sex in zip(_SEXES, (1 - male, male), strict=True)
        for age, of_age in zip(_AGES, (1 - old, old), strict=True)
    }


_FACES = (
    "mouth-open", "mouth-open", "mouth-corner-puller", "mouth-corner-puller", "mouth-corner-puller+mouth-open", "mouth-elevation",
    "mouth-depression", "mouth-parling", "mouth-part-later", "mouth-retraction", "mouth-pursing", "mouth-protusion",
    "eyebrows-left-up+eyebrows-right-up", "eyebrows-left-down+eyebrows-right-down",
    "eyebrows-left-inner-up+eyebrows-right-inner-up", "eye-left-slit+eye-right-slit",
    "eye-left-opened-up+eye-right-opened-up", "nose-left-elevation+nose-right-elevation",
)  # fmt: skip


def _worn(rng: Rng, engine: PackEngine) -> Values:
    """What of the engine a person has: colours always, hair half the time, things to wear often."""
    schema = engine.schema
    values: Values = {
        name: any_option(rng, schema, name)
        for name in ("skin_tone", "iris_color", "hair_color", "earring_color", "hat_color", "scarf_color")
    }
    values["hair_type"] = any_option(rng, schema, "hair_type") if rng.random() < 0.6 else "bald"
    for name, chance in (("hat", 0.25), ("glasses", 0.45), ("earrings", 0.35)):
        values[name] = any_option(rng, schema, name) if rng.random() < chance else "none"
    if rng.random() < 0.3:
        values["lipstick"] = any_option(rng, schema, "lipstick")
    if values["hair_type"] == "head_scarf":
        values["hat"] = "none"
    return values


def _normals(places: Float, triangles: Faces) -> Float:
    """(V, 3) unit normals, averaged over triangles by area."""
    a, b, c = (places[triangles[:, corner]] for corner in range(3))
    areas = np.cross(b - a, c - a)
    total = np.stack(
        [sum(np.bincount(triangles[:, corner], areas[:, axis], len(places)) for corner in range(3)) for axis in range(3)], axis=1
    )
    return np.asarray(total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12), np.float32)


def _front(ball: Double) -> Double:
    low, high = ball.min(axis=0), ball.max(axis=0)
    return np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, high[2]])


def _placed(places: Double, middle: Double) -> Double:
    """Decimetres of the base mesh -> the renderer's places, the eyes where an engine's are."""
    return np.asarray((places - middle) * _SCALE + _EYES_AT)


@dataclass(frozen=True)
class _Stretch:
    """Places times `scale` plus `shift`, (3,) each."""

    scale: Double
    shift: Double

    def item(self, item: Item) -> Item:
        """An item at its new places, its morphs gone."""
        mesh = item.mesh
        normals = mesh.normals.copy()
        for name, morph in mesh.morphs.items():
            normals += np.float32(item.weights.get(name, 0.0)) * morph.normals
        normals /= np.abs(self.scale).astype(np.float32)
        normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
        places = posed_positions(mesh, item.weights) * self.scale + self.shift
        return Item(replace(mesh, positions=places.astype(np.float32), normals=normals, morphs={}), item.material)


def _on_skull(theirs: _Landmarks, ours: _Landmarks, room: float) -> _Stretch:
    """Hair and hats: as wide, high and deep as the skull, and a little larger."""
    aside = ours.aside / theirs.aside * room
    high = (ours.crown - ours.eyes) / (theirs.crown - theirs.eyes) * (1 + 0.6 * (room - 1))
    deep = (ours.front - ours.back) / (theirs.front - theirs.back) * room
    shift = (0.0, ours.eyes - theirs.eyes * high, (ours.front + ours.back - (theirs.front + theirs.back) * deep) / 2)
    return _Stretch(np.array([aside, high, deep]), np.array(shift))


def _on_nose(rng: Rng, theirs: _Landmarks, ours: _Landmarks) -> _Stretch:
    """Glasses: as wide as the face, lower than a toy's, on the bridge of the nose."""
    wide = ours.aside / theirs.aside * rng.uniform(0.95, 1.04)
    high = wide * rng.uniform(0.72, 1.0)
    shift = (0.0, ours.eyes - theirs.eyes * high + rng.normal(-0.03, 0.03), ours.bridge + 0.02 - theirs.bridge * wide)
    return _Stretch(np.array([wide, high, wide]), np.array(shift))


def _on_lobes(item: Item, lobes: Sequence[Double]) -> Item:
    """Earrings hung on the lobes of the left and the right ear."""
    places = posed_positions(item.mesh, item.weights).astype(np.float64)
    for side, lobe in zip((-1, 1), lobes, strict=True):
        own = places[:, 0] * side > 0
        if own.any():
            hook = places[own][places[own][:, 1].argmax()]
            places[own] = (places[own] - hook) * _EARRING_SCALE + lobe + (0.02 * side, 0.05, 0.03)
    return Item(replace(item.mesh, positions=places.astype(np.float32), morphs={}), item.material)


def _darker(colour: Srgb, share: float) -> Srgb:
    red, green, blue = (int(value * share) for value in colour)
    return red, green, blue
