"""How the graphics card is told to run the shaders."""

from pathlib import Path
from typing import Any

import wgpu

from core.rendering.gpu_mesh import FIXED_STRIDE, MOVING_STRIDE

_VERTEX_STAGES = {"hair": "place_hair"}  # every other material has `place`
_SOURCES = ("studio.wgsl", "skin_marks.wgsl", "vinyl.wgsl")

_BUFFERS: list[dict[str, Any]] = [
    {
        "array_stride": MOVING_STRIDE,
        "step_mode": "vertex",
        "attributes": [
            {"format": "float32x3", "offset": 0, "shader_location": 0},
            {"format": "float32x3", "offset": 12, "shader_location": 1},
        ],
    },
    {
        "array_stride": FIXED_STRIDE,
        "step_mode": "vertex",
        "attributes": [
            {"format": "float32x2", "offset": 0, "shader_location": 2},
            {"format": "unorm8x4", "offset": 8, "shader_location": 3},
            {"format": "uint8x4", "offset": 12, "shader_location": 4},
        ],
    },
]


class Pipelines:
    """Every pipeline; those of the picture are made when a material first needs them."""

    def __init__(self, device: wgpu.GPUDevice) -> None:
        self._device = device
        self._vinyl = device.create_shader_module(code="".join(map(_source, _SOURCES)))
        stages = wgpu.ShaderStage
        globals_entry = {"binding": 0, "visibility": stages.VERTEX | stages.FRAGMENT, "buffer": {"type": "uniform"}}
        self.view_layout = device.create_bind_group_layout(entries=[globals_entry])
        self.layout = device.create_bind_group_layout(
            entries=[
                globals_entry,
                {"binding": 1, "visibility": stages.FRAGMENT, "buffer": {"type": "uniform"}},
                {"binding": 2, "visibility": stages.FRAGMENT, "texture": {"sample_type": "depth"}},
                {"binding": 3, "visibility": stages.FRAGMENT, "sampler": {"type": "comparison"}},
            ]
        )
        self.encode_layout = device.create_bind_group_layout(
            entries=[
                {"binding": 0, "visibility": stages.FRAGMENT, "texture": {"sample_type": "float"}},
                {"binding": 1, "visibility": stages.FRAGMENT, "sampler": {"type": "filtering"}},
            ]
        )
        self._pictures: dict[tuple[str, bool, int], wgpu.GPURenderPipeline] = {}
        # Only what is covered in part asks every fragment whether it is there.
        self.shadow = {
            False: self._make(self.view_layout, "place_shadow", _BUFFERS[:1]),
            True: self._make(self.view_layout, "place_covered_shadow", _BUFFERS, "covered_shadow"),
        }
        self.parts = {
            (glasses, covered): self._make(
                self.view_layout,
                "place_part",
                _BUFFERS,
                "part",
                {"format": "rg8uint", "write_mask": channel},
                {"COVERED": covered},
            )
            for glasses, channel in ((False, wgpu.ColorWrite.RED), (True, wgpu.ColorWrite.GREEN))
            for covered in (False, True)
        }
        encode = device.create_shader_module(code=_source("encode.wgsl"))
        self.encode = device.create_render_pipeline(
            layout=device.create_pipeline_layout(bind_group_layouts=[self.encode_layout]),
            vertex={"module": encode, "entry_point": "cover"},
            primitive={"topology": "triangle-list"},
            fragment={"module": encode, "entry_point": "encode", "targets": [{"format": "rgba8unorm"}]},
        )

    def picture(self, shader: str, covered: bool, shadow_taps: int) -> wgpu.GPURenderPipeline:
        """The pipeline that draws a material, or what of it is not covered."""
        key = (shader, covered, shadow_taps)
        if key not in self._pictures:
            over = {"src_factor": "one", "dst_factor": "one-minus-src-alpha", "operation": "add"}
            target = {"format": "rgba16float"} | ({"blend": {"color": over, "alpha": over}} if shader == "lens" else {})
            vertex = _VERTEX_STAGES.get(shader, "place")
            constants: dict[str, float] = {"TAPS": shadow_taps, "COVERED": covered}
            self._pictures[key] = self._make(self.layout, vertex, _BUFFERS, shader, target, constants)
        return self._pictures[key]

    def _make(
        self,
        layout: wgpu.GPUBindGroupLayout,
        vertex: str,
        buffers: list[dict[str, Any]],
        fragment: str | None = None,
        target: dict[str, Any] | None = None,
        constants: dict[str, float] | None = None,
    ) -> wgpu.GPURenderPipeline:
        module = self._vinyl
        drawn = {"module": module, "entry_point": fragment, "targets": [target] if target else [], "constants": constants or {}}
        return self._device.create_render_pipeline(
            layout=self._device.create_pipeline_layout(bind_group_layouts=[layout]),
            vertex={"module": module, "entry_point": vertex, "buffers": buffers},
            primitive={"topology": "triangle-list"},
            depth_stencil={
                "format": "depth32float",
                "depth_write_enabled": fragment != "lens",
                "depth_compare": "less-equal",
            },
            fragment=drawn if fragment else None,
        )


def _source(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")
