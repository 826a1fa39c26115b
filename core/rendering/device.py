"""The one graphics device of this process, and the one thread that uses it.

Repeated device creation leaks, and most of wgpu must stay on one thread: everything that draws goes through `on_render_thread`.
"""

import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import wgpu

from core.errors import EngineError
from core.rendering.renderer import Renderer
from core.words import mark, tr

logger = logging.getLogger(__name__)

T = TypeVar("T")

NO_ADAPTER = mark(
    "No graphics adapter was found, not even a software one. On Debian and Ubuntu install the packages "
    "mesa-vulkan-drivers and libvulkan1 (apt install mesa-vulkan-drivers libvulkan1), then start Likeness again."
)


class _Studio:
    """The thread and, once it was needed, the renderer on it."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "render")
        self._renderer: Renderer | None = None

    def call(self, work: Callable[[Renderer], T]) -> T:
        return self._thread.submit(self._work, work).result()

    def _work(self, work: Callable[[Renderer], T]) -> T:
        if self._renderer is None:
            self._renderer = Renderer(_request_device())
        try:
            return work(self._renderer)
        except (wgpu.GPUError, RuntimeError) as error:
            # A driver reset or a laptop that slept: a new device draws the same picture.
            logger.info("The graphics device failed and is made again: %s", error)
            self._renderer = None
        try:
            self._renderer = Renderer(_request_device())
            return work(self._renderer)
        except (wgpu.GPUError, RuntimeError) as error:
            self._renderer = None
            raise EngineError(
                tr("The graphics device does not draw: {error}. Update its driver, or restart Likeness.", error=error)
            ) from error


def on_render_thread(work: Callable[[Renderer], T]) -> T:
    """Run `work` with the renderer on the render thread and wait for its result. Any thread but that one may call.

    Raises:
        EngineError: There is no graphics adapter, or it does not draw.
    """
    return _studio.call(work)


def adapter_summary() -> str:
    """The graphics adapter in one line, for `main.py doctor`.

    Raises:
        EngineError: There is none.
    """
    return on_render_thread(lambda renderer: str(renderer.device.adapter.summary))


def _request_device() -> wgpu.GPUDevice:
    try:
        adapter = wgpu.gpu.request_adapter_sync(power_preference="high-performance")
        if adapter is None:
            raise EngineError(tr(NO_ADAPTER))
        return adapter.request_device_sync()
    except (wgpu.GPUError, RuntimeError) as error:
        raise EngineError(f"{tr(NO_ADAPTER)} ({error})") from error


def _restart() -> None:
    global _studio
    _studio = _Studio()


_studio = _Studio()
if hasattr(os, "register_at_fork"):
    # A forked child has no render thread; without this its first picture would wait for ever.
    os.register_at_fork(after_in_child=_restart)
