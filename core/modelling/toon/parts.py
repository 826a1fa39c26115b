"""The avatar's meshes: surfaces with material, paint, parts and morphs, in two levels of detail."""

from collections.abc import Mapping
from functools import cache, partial

import numpy as np

from core.modelling.fields import Float, smoothstep, vector
from core.modelling.meshes import mesh_of
from core.modelling.meshing import (
    OcclusionVolume,
    Surface,
    clipped,
    joined,
    mesh_field,
    reflected,
)
from core.modelling.toon import brows, expressions, eye_motions, eyes, head, mouth, noses, skin, torso, warps
from core.modelling.toon.noses import nose_morphs
from core.modelling.toon.skin import PAINT_BLUSH, PAINT_LINE, PAINT_LIPS, PAINT_OCCLUSION
from core.rendering.mesh import Mesh, Morph

_HEAD_SPACING = 0.0165
_SCENE = ((-1.6, -2.7, -1.4), (1.6, 1.6, 1.5))
_LIGHT = ".light"


@cache
def bare_head() -> OcclusionVolume:
    """What shades skin: the head alone."""
    return OcclusionVolume.of(head.head, *_SCENE)


def painted_mesh(  # noqa: PLR0913 - a mesh has that many sides
    name: str,
    material: str,
    part: str,
    surface: Surface,
    *,
    paint: Float | None = None,
    uv: Float | None = None,
    morphs: Mapping[str, Morph] | None = None,
) -> Mesh:
    """A mesh of one part, with all the head's morphs that move it.

    Args:
        name: Unique within its file.
        material: A material of the pack.
        part: A key of `core.rendering.mesh.PART_CLASS`.
        surface: Its geometry.
        paint: (V, 4); by default open everywhere, nothing painted.
        uv: (V, 2); by default zero.
        morphs: Further morphs of its own.
    """
    if paint is None:
        paint = np.tile(vector([1, 0, 0, 0]), (len(surface.positions), 1))
    moved = {**warps.morphs(surface.positions, surface.normals), **(morphs or {})}
    return mesh_of(name, material, part, surface, paint=paint, uv=uv, morphs=moved)


def _pair(surface: Surface) -> Surface:
    return joined([surface, reflected(surface)])


def front_projection(surface: Surface) -> Float:
    """Where freckles and lines are drawn on skin: x and y at rest (V, 2), in head units."""
    return vector(surface.positions[:, :2])


def _face_mesh(name: str, surface: Surface, paint: Float, *, follows_nose: bool) -> Mesh:
    following = nose_morphs(surface.positions, surface.normals) if follows_nose else {}
    return Mesh(
        name,
        "skin",
        surface.positions,
        surface.normals,
        surface.triangles,
        front_projection(surface),
        paint,
        skin.parts_of(surface.positions),
        {
            **warps.morphs(surface.positions, surface.normals),
            **following,
            **expressions.skin_morphs(surface),
        },
    )


def _head(name: str, triangles: int) -> Mesh:
    surface = mesh_field(head.head, *head.HEAD_BOX, _HEAD_SPACING, triangles=triangles)
    for outside, scale in ((eyes.outside_rim, 0.965), (mouth.outside_rim, 0.95), (noses.outside_rim, 0.88)):
        surface = clipped(surface, outside(surface.positions, scale))
    surface = clipped(surface, vector(surface.positions[:, 1] - torso.NECK_TOP + 0.02))
    return _face_mesh(name, surface, skin.painted(surface, bare_head()), follows_nose=True)


def _nose_paint(surface: Surface, nose: str, own: OcclusionVolume) -> Float:
    """The paint (V, 4) of a nose's piece of the face: in its own shade, and at the edge in that of the head around it."""
    paint = skin.painted(surface, own, nose)
    edge = smoothstep(-0.28, -0.06, noses.outside_rim(surface.positions, 1.0))[:, None]
    return vector(paint + edge * (skin.painted(surface, bare_head()) - paint))


def nose_meshes(name: str) -> list[Mesh]:
    """The nose of one type, and the skin around it, cut apart along its outline so that masks have a clean edge."""
    meshes = []
    own = OcclusionVolume.of(head.head_with(name), *_SCENE)
    for level, triangles in (("", 2600), (_LIGHT, 1000)):
        surface = noses.nose_surface(name, 0.0125, triangles)
        outside = skin.outside_nose(surface.positions)
        nose, around = clipped(surface, vector(-outside)), clipped(surface, outside)
        meshes.append(_face_mesh("nose" + level, nose, _nose_paint(nose, name, own), follows_nose=False))
        meshes[-1].parts[:] = skin.part_index("nose")
        meshes.append(_face_mesh("nose_skin" + level, around, _nose_paint(around, name, own), follows_nose=False))
    return meshes


def head_meshes() -> list[Mesh]:
    """The head with its ears, without the skin around eyes, nose and mouth; clothes bring the neck."""
    return [
        _head("head", 10500),
        _head("head" + _LIGHT, 3400),
    ]


def _eye_type_morphs(base: Surface, variants: list[Surface]) -> dict[str, Morph]:
    return {
        f"eye_type_{number}": Morph(vector(v.positions - base.positions), vector(v.normals - base.normals))
        for number, v in enumerate(variants, 1)
    }


def _added(first: Mapping[str, Morph], second: Mapping[str, Morph]) -> dict[str, Morph]:
    """Two sets of morphs of one mesh; those of one name are added up."""
    total = {**first, **second}
    for name in first.keys() & second.keys():
        total[name] = Morph(first[name].positions + second[name].positions, first[name].normals + second[name].normals)
    return total


def _lids(name: str, grid: eyes.LidGrid) -> Mesh:
    surface = _pair(eyes.lids(eyes.NEUTRAL, grid))
    variants = [_pair(eyes.lids(shape, grid)) for shape in eyes.EYE_TYPES.values()]
    paint = skin.painted(surface, bare_head())
    rows, upper = np.tile(eyes.lid_rows(grid), 2), np.tile(eyes.lid_angles(grid), 2)
    crease = 0.26 * np.exp(-(((rows - 0.33) / 0.07) ** 2)) * np.clip(upper, 0, 1) ** 0.5
    paint[:, PAINT_LINE] = np.maximum(crease, 0.30 * np.exp(-((rows / 0.05) ** 2)) * np.where(upper > 0, 1.0, 0.55))
    paint[:, PAINT_OCCLUSION] *= 1 - 0.22 * np.exp(-((rows / 0.10) ** 2))
    corner = np.tile(eyes.inner_corner(grid), 2)  # moist and rosy, where it would only be a dark crease
    paint[:, PAINT_LINE] *= 1 - corner
    paint[:, PAINT_OCCLUSION] += corner * np.maximum(0.92 - paint[:, PAINT_OCCLUSION], 0)
    paint[:, PAINT_BLUSH] = np.maximum(paint[:, PAINT_BLUSH], 0.8 * corner)
    moving = _added(
        eye_motions.lid_morphs(lambda shape: eyes.lids(shape, grid), surface),
        expressions.skin_morphs(surface),
    )
    morphs = {**_eye_type_morphs(surface, variants), **nose_morphs(surface.positions, surface.normals), **moving}
    return painted_mesh(name, "skin", "lids", surface, paint=paint, uv=front_projection(surface), morphs=morphs)


def lash_meshes(style: str) -> list[Mesh]:
    """The lashes of both eyes in one style."""
    meshes = []
    for level, columns, sides in (("", 30, 6), (_LIGHT, 16, 4)):
        shapes = (eyes.NEUTRAL, *eyes.EYE_TYPES.values())
        surface, *variants = (_pair(eyes.lashes(shape, eyes.LASH_STYLES[style], columns, sides)) for shape in shapes)
        moving = eye_motions.lid_morphs(
            partial(eyes.lashes, style=eyes.LASH_STYLES[style], columns=columns, sides=sides), surface
        )
        morphs = {**_eye_type_morphs(surface, variants), **moving}
        meshes.append(painted_mesh("lashes" + level, "lashes", "lashes", surface, morphs=morphs))
    return meshes


def _eyeballs(name: str, rings: int, columns: int) -> Mesh:
    surface, uv = eyes.eyeball(rings, columns)
    pair = _pair(surface)
    paint = np.zeros((len(pair.positions), 4), np.float32)
    forward, up = pair.normals[:, 2], pair.normals[:, 1]
    paint[:, PAINT_OCCLUSION] = np.clip(1 - 0.55 * np.clip(up - 0.22, 0, 1) * 1.6 - 0.5 * np.clip(0.75 - forward, 0, 1), 0.3, 1)
    both = np.concatenate([uv, uv * vector([-1, 1])])
    return painted_mesh(name, "eyes", "eyes", pair, paint=paint, uv=both, morphs=eye_motions.gaze_morphs(surface, pair))


def eye_meshes() -> list[Mesh]:
    """Eyeballs and lids."""
    return [
        _lids("lids", eyes.FULL),
        _lids("lids" + _LIGHT, eyes.LIGHT),
        _eyeballs("eyes", 12, 32),
        _eyeballs("eyes" + _LIGHT, 8, 20),
    ]


def _shutting(rest: Surface, shut: Surface) -> dict[str, Morph]:
    """The morph of a mouth that is open at rest to the same one shut."""
    moved, turned = vector(shut.positions - rest.positions), vector(shut.normals - rest.normals)
    return {expressions.SHUT: Morph(moved, turned)} if moved.any() else {}


def _lips(name: str, shape: mouth.MouthShape, grid: mouth.LipGrid) -> Mesh:
    surface = mouth.lips(shape, grid)
    paint = skin.painted(surface, bare_head())
    lips, line = mouth.lip_paint(shape, grid)
    paint[:, PAINT_LIPS] = lips
    paint[:, PAINT_LINE] = line
    paint[:, PAINT_OCCLUSION] *= 1 - 0.5 * line
    moving = expressions.skin_morphs(surface, mouth.lip_grip(shape, grid))
    moving |= _shutting(surface, mouth.lips(mouth.shut(shape), grid))
    mesh = painted_mesh(name, "skin", "skin", surface, paint=paint, uv=front_projection(surface), morphs=moving)
    mesh.parts[lips > 0.5] = skin.part_index("lips")
    return mesh


def mouth_meshes(name: str) -> list[Mesh]:
    """Lips with the skin around them, and what is inside the mouth for when it opens."""
    shape = mouth.MOUTH_TYPES[name]
    cavity, tongue = mouth.cavity(shape), mouth.tongue(shape)
    depth = np.tile(vector([0.45, 0, 0, 0]), (len(cavity.positions), 1))
    opening = expressions.skin_morphs(cavity, mouth.cavity_grip(shape))
    opening |= _shutting(cavity, mouth.cavity(mouth.shut(shape)))
    carried = expressions.jaw_morphs(tongue.positions, tongue.triangles, 0.2)
    return [
        _lips("lips", shape, mouth.FULL),
        _lips("lips" + _LIGHT, shape, mouth.LIGHT),
        painted_mesh("cavity", "mouth", "mouth", cavity, paint=depth, morphs=opening),
        painted_mesh("teeth", "teeth", "teeth", mouth.teeth(shape)),
        painted_mesh("tongue", "tongue", "mouth", tongue, morphs=carried),
    ]


def _rigid_morphs(surface: Surface, rings: int) -> dict[str, Morph]:
    """Every ring of a tube moves as one, by the motion of its middle, so that the tube keeps its thickness."""
    grouped = surface.positions.reshape(-1, rings, 3)
    middles = np.broadcast_to(grouped.mean(1, keepdims=True), grouped.shape).reshape(-1, 3)
    return {name: Morph(moved, np.zeros_like(moved)) for name, moved in warps.warps(vector(middles)).items()}


def brow_meshes(name: str) -> list[Mesh]:
    """Both brows of one type."""
    shape = brows.BROW_TYPES[name]
    meshes = []
    for level, count, sides in (("", 34, 12), (_LIGHT, 18, 6)):
        surface = _pair(brows.brow(shape, count, sides))
        paint = np.zeros((len(surface.positions), 4), np.float32)
        paint[:, PAINT_OCCLUSION] = 1
        paint[:, 1] = np.tile(brows.brow_shade(count, sides), 2)
        paint[:, 2] = 0.5
        rigid = {**_rigid_morphs(surface, sides), **expressions.brow_morphs(surface.positions, surface.triangles, sides)}
        meshes.append(painted_mesh("brows" + level, "brows", "brows", surface, paint=paint, morphs=rigid))
    return meshes
