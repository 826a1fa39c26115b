import multiprocessing
import threading

import numpy as np
import pytest
import wgpu
from numpy.typing import NDArray

from core.errors import EngineError
from core.rendering import device
from core.rendering.device import adapter_summary, on_render_thread
from core.rendering.renderer import LIGHT, Renderer
from core.rendering.scene import Item, Material, View
from tests.core.rendering.shapes import sphere

SKIN = Material("skin", color=(242, 190, 160))
VIEW = View((0.0, 0.0, 0.8), 1.2, 18.0)


def draw(items: list[Item]) -> NDArray[np.uint8]:
    return on_render_thread(lambda renderer: renderer.draw(items, VIEW, 96, LIGHT))


def test_there_is_one_renderer_and_one_thread() -> None:
    renderers = {id(on_render_thread(lambda renderer: renderer)) for _ in range(3)}
    threads = {on_render_thread(lambda _: threading.get_ident()) for _ in range(3)}

    assert len(renderers) == len(threads) == 1
    assert threads != {threading.get_ident()}


def test_the_adapter_is_named() -> None:
    assert len(adapter_summary()) > 5


def test_many_threads_may_ask_at_once() -> None:
    ball = sphere()
    expected = {weight: draw([Item(ball, SKIN, {"wide": weight})]).tobytes() for weight in (0.0, 0.5, 1.0)}
    wrong: list[float] = []

    def ask(weight: float) -> None:
        pictures = [draw([Item(ball, SKIN, {"wide": weight})]).tobytes() for _ in range(4)]
        wrong.extend(weight for picture in pictures if picture != expected[weight])

    threads = [threading.Thread(target=ask, args=(weight,)) for weight in expected]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_a_lost_device_is_made_again_and_draws_the_same() -> None:
    ball = sphere()
    before = draw([Item(ball, SKIN)])
    lost = on_render_thread(lambda renderer: renderer.device)
    on_render_thread(lambda renderer: renderer.device.destroy())

    assert np.array_equal(draw([Item(ball, SKIN)]), before)
    assert on_render_thread(lambda renderer: renderer.device) is not lost


def test_a_device_that_never_draws_is_an_error_for_the_user() -> None:
    attempts: list[Renderer] = []

    def fail(renderer: Renderer) -> None:
        attempts.append(renderer)
        raise wgpu.GPUError("out of order")

    with pytest.raises(EngineError, match="out of order"):
        on_render_thread(fail)
    assert len(attempts) == 2
    assert attempts[0] is not attempts[1]


def test_without_an_adapter_the_error_names_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise RuntimeError("no adapter")

    monkeypatch.setattr(device, "_studio", device._Studio())
    monkeypatch.setattr(wgpu.gpu, "request_adapter_sync", refuse)

    with pytest.raises(EngineError, match="mesa-vulkan-drivers libvulkan1"):
        draw([Item(sphere(), SKIN)])


def test_errors_of_the_work_pass_through_and_leave_the_device_alone() -> None:
    before = on_render_thread(lambda renderer: renderer)

    def fail(_: Renderer) -> None:
        raise EngineError("the file is damaged")

    with pytest.raises(EngineError, match="the file is damaged"):
        on_render_thread(fail)

    assert on_render_thread(lambda renderer: renderer) is before


def _threads_differ(queue: "multiprocessing.Queue[bool]", thread: object) -> None:
    queue.put(device._studio is not thread)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_child_gets_a_thread_of_its_own() -> None:
    """Without that its first picture would wait for a thread that does not exist there."""
    if "fork" not in multiprocessing.get_all_start_methods():
        pytest.skip("no fork on this system")
    context = multiprocessing.get_context("fork")
    queue: multiprocessing.Queue[bool] = context.Queue()
    child = context.Process(target=_threads_differ, args=(queue, device._studio))
    child.start()

    assert queue.get(timeout=30) is True
    child.join()
