"""Draws scenes: a shadow pass, a picture pass, a pass that averages its samples and encodes them, and a pass of parts.

Anti-aliasing is by drawing at twice the size. Multisampling (4 samples, float16) was measured first: in software it took 91 ms of
CPU for a light picture of 256 pixels where this takes 67, and this also smooths highlights, the iris and the shadow's edge.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import wgpu
from numpy.typing import NDArray

from core.rendering.gpu_mesh import GpuMesh
from core.rendering.mesh import PART_CLASS, PARTS, Mesh
from core.rendering.pipelines import Pipelines
from core.rendering.scene import SHADERS, Item, Material, View

Image = NDArray[np.uint8]

BACKGROUND = 0
"""What a part picture has where nothing is; part p of `PARTS` is p + 1."""

MAX_MATERIALS = 64
_SCALE = 2  # samples of a pixel along each axis; encode.wgsl knows it too
_TAPS = 32
_MATERIAL_SIZE = 4 * Material("plain").packed().size
_GLOBALS_SIZE = 3 * 64 + 16 + 16 * _TAPS

# Hair hides much of the head and the head much of the neck: what is drawn first saves shading what lies behind it.
_DRAW_ORDER = {"hair": 0, "plain": 1, "eye": 2, "skin": 3, "cloth": 4, "lens": 5}

_GLASSES = np.array([PART_CLASS[part] == "glasses" for part in PARTS])
# Painted over glasses in masks (decisions.md 4), as annotators of real photos do.
_OVER_GLASSES = np.array([False, *(PART_CLASS[part] in ("eyes", "brows") for part in PARTS)])


@dataclass(frozen=True)
class Quality:
    """What a level of detail costs.

    Attributes:
        shadow_size: Pixels of the shadow map's side.
        shadow_lift: How far off the surface the map is read; a coarser map needs more, or surfaces shade themselves.
        shadow_taps: Places the map is read at for one sample, at most 8; four texels each. The four samples of a pixel read
            different ones.
    """

    shadow_size: int
    shadow_lift: float
    shadow_taps: int


FULL = Quality(shadow_size=1024, shadow_lift=0.018, shadow_taps=7)
LIGHT = Quality(shadow_size=768, shadow_lift=0.020, shadow_taps=3)


class Renderer:
    """Everything that lives on the graphics card. Belongs to the render thread (core.rendering.device)."""

    def __init__(self, device: wgpu.GPUDevice) -> None:
        self.device = device
        self._meshes: WeakKeyDictionary[Mesh, GpuMesh] = WeakKeyDictionary()
        self._targets: dict[int, _Targets] = {}
        self._stages: dict[Quality, _Stage] = {}
        self._pipelines = Pipelines(device)

    def draw(self, items: Sequence[Item], view: View, size: int, quality: Quality = FULL) -> Image:
        """A picture: (size, size, 4) uint8 sRGB with straight alpha."""
        picture, _ = self._draw(items, view, size, quality, picture=True, parts=False)
        return picture

    def draw_parts(self, items: Sequence[Item], view: View, size: int) -> Image:
        """The part at every pixel: (size, size) uint8, `BACKGROUND` or index into `PARTS` plus one."""
        _, parts = self._draw(items, view, size, LIGHT, picture=False, parts=True)
        return parts

    def draw_both(self, items: Sequence[Item], view: View, size: int, quality: Quality = FULL) -> tuple[Image, Image]:
        """The results of `draw` and `draw_parts`, posing meshes and waiting for the card once."""
        return self._draw(items, view, size, quality, picture=True, parts=True)

    def _draw(
        self, items: Sequence[Item], view: View, size: int, quality: Quality, *, picture: bool, parts: bool
    ) -> tuple[Image, Image]:
        if len(items) > MAX_MATERIALS:
            raise ValueError(f"{len(items)} meshes in one picture; at most {MAX_MATERIALS} are drawn")
        drawn = sorted(items, key=lambda item: _DRAW_ORDER[item.material.shader])
        meshes = [self._posed(item) for item in drawn]
        stage, targets = self._stage(quality), self._target(size)
        stage.set_scene(drawn, view)
        encoder = self.device.create_command_encoder()
        if picture:
            self._shadow_pass(encoder, stage, drawn, meshes)
            self._picture_pass(encoder, stage, targets, drawn, meshes)
            self._encode_pass(encoder, targets)
        if parts:
            self._parts_pass(encoder, stage, targets, drawn, meshes)
        targets.copy_back(encoder, picture=picture, parts=parts)
        self.device.queue.submit([encoder.finish()])
        return targets.read(picture=picture, parts=parts)

    def _posed(self, item: Item) -> GpuMesh:
        mesh = self._meshes.get(item.mesh)
        if mesh is None:
            mesh = self._meshes[item.mesh] = GpuMesh(self.device, item.mesh)
        mesh.pose(item.weights)
        return mesh

    def _stage(self, quality: Quality) -> "_Stage":
        if quality not in self._stages:
            self._stages[quality] = _Stage(self.device, self._pipelines, quality)
        return self._stages[quality]

    def _target(self, size: int) -> "_Targets":
        targets = self._targets.pop(size, None) or _Targets(self.device, self._pipelines, size)
        self._targets[size] = targets
        if len(self._targets) > 4:
            del self._targets[next(iter(self._targets))]
        return targets

    def _shadow_pass(
        self, encoder: wgpu.GPUCommandEncoder, stage: "_Stage", items: Sequence[Item], meshes: Sequence[GpuMesh]
    ) -> None:
        render_pass = encoder.begin_render_pass(color_attachments=[], depth_stencil_attachment=_cleared_depth(stage.shadow_map))
        render_pass.set_bind_group(0, stage.view_group)
        for item, mesh in zip(items, meshes, strict=True):
            if item.material.shader != "lens":
                render_pass.set_pipeline(self._pipelines.shadow[item.material.is_covered])
                _draw_mesh(render_pass, mesh, 0)
        render_pass.end()

    def _picture_pass(
        self,
        encoder: wgpu.GPUCommandEncoder,
        stage: "_Stage",
        targets: "_Targets",
        items: Sequence[Item],
        meshes: Sequence[GpuMesh],
    ) -> None:
        render_pass = encoder.begin_render_pass(
            color_attachments=[{"view": targets.samples, "load_op": "clear", "clear_value": (0, 0, 0, 0), "store_op": "store"}],
            depth_stencil_attachment=_cleared_depth(targets.depth),
        )
        render_pass.set_bind_group(0, stage.group)
        current = None
        for index, (item, mesh) in enumerate(zip(items, meshes, strict=True)):
            wanted = (item.material.shader, item.material.is_covered)
            if wanted != current:
                current = wanted
                render_pass.set_pipeline(self._pipelines.picture(*wanted, stage.quality.shadow_taps))
            _draw_mesh(render_pass, mesh, index)
        render_pass.end()

    def _encode_pass(self, encoder: wgpu.GPUCommandEncoder, targets: "_Targets") -> None:
        render_pass = encoder.begin_render_pass(
            color_attachments=[{"view": targets.picture_view, "load_op": "clear", "store_op": "store"}]
        )
        render_pass.set_pipeline(self._pipelines.encode)
        render_pass.set_bind_group(0, targets.encode_group)
        render_pass.draw(3)
        render_pass.end()

    def _parts_pass(
        self,
        encoder: wgpu.GPUCommandEncoder,
        stage: "_Stage",
        targets: "_Targets",
        items: Sequence[Item],
        meshes: Sequence[GpuMesh],
    ) -> None:
        render_pass = encoder.begin_render_pass(
            color_attachments=[{"view": targets.parts_view, "load_op": "clear", "store_op": "store"}],
            depth_stencil_attachment=_cleared_depth(targets.parts_depth),
        )
        render_pass.set_bind_group(0, stage.view_group)
        # Glasses come last and into a channel of their own: what they cover stays known.
        for glasses in (False, True):
            for item, mesh in zip(items, meshes, strict=True):
                if bool(_GLASSES[item.mesh.parts[0]]) == glasses:
                    render_pass.set_pipeline(self._pipelines.parts[glasses, item.material.is_covered])
                    _draw_mesh(render_pass, mesh, 0)
        render_pass.end()


class _Stage:
    """Uniforms and the shadow map of one quality."""

    def __init__(self, device: wgpu.GPUDevice, pipelines: Pipelines, quality: Quality) -> None:
        self._queue = device.queue
        self.quality = quality
        usage = wgpu.BufferUsage.UNIFORM | wgpu.BufferUsage.COPY_DST
        self._globals = device.create_buffer(size=_GLOBALS_SIZE, usage=usage)
        self._materials = device.create_buffer(size=_MATERIAL_SIZE * MAX_MATERIALS, usage=usage)
        self.shadow_map = _texture(
            device, "depth32float", quality.shadow_size, wgpu.TextureUsage.RENDER_ATTACHMENT | wgpu.TextureUsage.TEXTURE_BINDING
        ).create_view()
        sampler = device.create_sampler(compare="less-equal", mag_filter="linear", min_filter="linear")
        globals_binding = {"binding": 0, "resource": {"buffer": self._globals}}
        self.view_group = device.create_bind_group(layout=pipelines.view_layout, entries=[globals_binding])
        self.group = device.create_bind_group(
            layout=pipelines.layout,
            entries=[
                globals_binding,
                {"binding": 1, "resource": {"buffer": self._materials}},
                {"binding": 2, "resource": self.shadow_map},
                {"binding": 3, "resource": sampler},
            ],
        )

    def set_scene(self, items: Sequence[Item], view: View) -> None:
        """Send camera, light and materials."""
        taps = self.quality.shadow_taps
        matrices = [view.project().T, view.turn().T, _shadow_view(view).T]
        eye = np.array([*view.eye(), self.quality.shadow_lift], np.float32)
        numbers = np.concatenate([matrix.ravel() for matrix in matrices] + [eye, _tap_offsets(taps).ravel()])
        self._queue.write_buffer(self._globals, 0, numbers.astype(np.float32).tobytes())
        self._queue.write_buffer(self._materials, 0, np.concatenate([item.material.packed() for item in items]).tobytes())


class _Targets:
    """What pictures of one size are drawn into and read back from."""

    def __init__(self, device: wgpu.GPUDevice, pipelines: Pipelines, size: int) -> None:
        usage = wgpu.TextureUsage
        self._device, self._size = device, size
        fine = _SCALE * size
        self.samples = _texture(device, "rgba16float", fine, usage.RENDER_ATTACHMENT | usage.TEXTURE_BINDING).create_view()
        self.depth = _texture(device, "depth32float", fine, usage.RENDER_ATTACHMENT).create_view()
        self._picture = _texture(device, "rgba8unorm", size, usage.RENDER_ATTACHMENT | usage.COPY_SRC)
        self._parts = _texture(device, "rg8uint", size, usage.RENDER_ATTACHMENT | usage.COPY_SRC)
        self.picture_view, self.parts_view = self._picture.create_view(), self._parts.create_view()
        self.parts_depth = _texture(device, "depth32float", size, usage.RENDER_ATTACHMENT).create_view()
        self.encode_group = device.create_bind_group(
            layout=pipelines.encode_layout,
            entries=[
                {"binding": 0, "resource": self.samples},
                {"binding": 1, "resource": device.create_sampler(mag_filter="linear", min_filter="linear")},
            ],
        )
        # Rows of a copy are padded to 256 bytes.
        self._picture_row, self._parts_row = -(-4 * size // 256) * 256, -(-2 * size // 256) * 256
        self._readback = device.create_buffer(
            size=(self._picture_row + self._parts_row) * size, usage=wgpu.BufferUsage.COPY_DST | wgpu.BufferUsage.MAP_READ
        )

    def copy_back(self, encoder: wgpu.GPUCommandEncoder, *, picture: bool, parts: bool) -> None:
        """Copy what was drawn to where the CPU can read it."""
        wanted = ((picture, self._picture, 0, self._picture_row), (parts, self._parts, self._parts_start, self._parts_row))
        for is_wanted, texture, start, row in wanted:
            if is_wanted:
                encoder.copy_texture_to_buffer(
                    {"texture": texture},
                    {"buffer": self._readback, "offset": start, "bytes_per_row": row, "rows_per_image": self._size},
                    (self._size, self._size, 1),
                )

    def read(self, *, picture: bool, parts: bool) -> tuple[Image, Image]:
        """Wait for the card; (size, size, 4) picture and (size, size) parts, empty where not wanted."""
        start = 0 if picture else self._parts_start
        end = self._readback.size if parts else self._parts_start
        self._readback.map_sync("READ", start, end - start)
        try:
            content = np.frombuffer(self._readback.read_mapped(start, end - start, copy=False), np.uint8)
            image, ids = np.zeros((0, 0, 4), np.uint8), np.zeros((0, 0), np.uint8)
            if picture:
                rows = content[: self._parts_start].reshape(self._size, -1)
                image = rows[:, : 4 * self._size].reshape(self._size, self._size, 4).copy()
            if parts:
                rows = content[self._parts_start - start :].reshape(self._size, -1)
                ids = _painted(rows[:, : 2 * self._size].reshape(self._size, self._size, 2))
        finally:
            self._readback.unmap()
        return image, ids

    @property
    def _parts_start(self) -> int:
        return self._picture_row * self._size


def _painted(layers: Image) -> Image:
    """(size, size) parts from (size, size, 2): the avatar, and glasses over it except over eyes and brows."""
    avatar, glasses = layers[..., 0], layers[..., 1]
    return np.where((glasses != BACKGROUND) & ~_OVER_GLASSES[avatar], glasses, avatar)


def _draw_mesh(render_pass: wgpu.GPURenderPassEncoder, mesh: GpuMesh, material: int) -> None:
    render_pass.set_vertex_buffer(0, mesh.moving)
    render_pass.set_vertex_buffer(1, mesh.fixed)
    render_pass.set_index_buffer(mesh.triangles, "uint32")
    render_pass.draw_indexed(mesh.count, 1, 0, 0, material)


def _texture(device: wgpu.GPUDevice, kind: str, size: int, usage: int) -> wgpu.GPUTexture:
    return device.create_texture(size=(size, size, 1), format=kind, usage=usage)


def _cleared_depth(view: wgpu.GPUTextureView) -> dict[str, Any]:
    return {"view": view, "depth_load_op": "clear", "depth_clear_value": 1.0, "depth_store_op": "store"}


def _shadow_view(view: View) -> NDArray[np.float32]:
    """(4, 4) studio -> the key light's clip space. The box around the avatar is fixed, so that the shadow never jumps."""
    direction = np.array([-0.43259, 0.69215, 0.57783])
    right = np.cross([0.0, 1.0, 0.0], direction)
    right /= np.linalg.norm(right)
    matrix = np.eye(4)
    matrix[0, :3], matrix[1, :3], matrix[2, :3] = right, np.cross(direction, right), direction
    center = np.array([view.center[0], view.center[1] - 0.08, 0.0])
    matrix[:3, 3] = -matrix[:3, :3] @ center
    reach, depth = 2.3, 5.0
    clip = np.diag([1 / reach, 1 / reach, -0.5 / depth, 1.0])
    clip[2, 3] = 0.5
    return (clip @ matrix).astype(np.float32)


def _tap_offsets(count: int) -> NDArray[np.float32]:
    """(32, 4): a sunflower of offsets in shadow-map coordinates, the width of the shadow's edge; `count` for each sample."""
    index = np.arange(_SCALE**2 * count)
    radius = 0.0085 * np.sqrt((index + 0.5) / len(index))
    offsets = np.zeros((_TAPS, 4), np.float32)
    # Neighbours on the sunflower go to different samples, so that each of them covers the whole disc.
    slot = (index % _SCALE**2) * count + index // _SCALE**2
    offsets[slot, 0], offsets[slot, 1] = radius * np.cos(index * 2.39996), radius * np.sin(index * 2.39996)
    return offsets


if set(SHADERS) != set(_DRAW_ORDER):
    raise AssertionError("every shader needs its place in the drawing order")
