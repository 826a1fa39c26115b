"""The camera and the live mirror, with a camera that shows what it is told."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.pages.create.camera import FOLLOWING, LOST, CreateCamera
from app.pages.create.page import CreatePage
from app.state.camera_frames import LOOKED_AT, TROUBLES, SourceError, Trouble
from app.widgets.text_dialog import TextDialog
from core.errors import ModelError
from core.faces.framing import LIGHTS, NO_FACE, OFF_CENTRE, Framing
from tests.app.scripted_source import (
    HEIGHT,
    LEFT_COLOR,
    RIGHT_COLOR,
    ScriptedSource,
    ScriptedSources,
    SeeingReadings,
    scene,
)  # fmt: skip


@pytest.fixture
def readings() -> SeeingReadings:
    return SeeingReadings()


@pytest.fixture
def page(window: MainWindow) -> CreatePage:
    return window.page


@pytest.fixture
def sources(page: CreatePage) -> ScriptedSources:
    page.camera.sources = ScriptedSources()
    return page.camera.sources


@pytest.fixture
def camera(page: CreatePage, sources: ScriptedSources) -> Iterator[CreateCamera]:
    assert page.camera.sources is sources
    yield page.camera
    page.camera.leave()


@pytest.fixture
def opened(qtbot: QtBot, page: CreatePage, camera: CreateCamera) -> ScriptedSource:
    """The camera is open and shows something."""
    camera.open_camera()
    qtbot.waitUntil(lambda: page.photo_column.camera.is_shown)
    return last(camera)


@pytest.fixture
def live(qtbot: QtBot, camera: CreateCamera) -> ScriptedSource:
    """The mirror is live and has drawn."""
    camera.live_mirror()
    qtbot.waitUntil(lambda: camera.live_avatar.image is not None)
    return last(camera)


def last(camera: CreateCamera) -> ScriptedSource:
    assert isinstance(camera.sources, ScriptedSources)
    return camera.sources.made[-1]


def pressed(qtbot: QtBot, page: CreatePage, key: Qt.Key) -> None:
    widget = page.window().focusWidget()
    assert widget is not None
    qtbot.keyClick(widget, key)


def shown(widget: QWidget) -> bool:
    return widget.isVisible()


def color_at(image: object, x: int, y: int) -> tuple[int, int, int]:
    pixel = image.pixelColor(x, y)  # type: ignore[attr-defined]
    return pixel.red(), pixel.green(), pixel.blue()


def test_the_camera_is_opened_by_its_key_and_closed_with_escape(
    qtbot: QtBot, page: CreatePage, sources: ScriptedSources, camera: CreateCamera
) -> None:
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(page.window(), Qt.Key.Key_C, both)
    qtbot.waitUntil(lambda: page.photo_column.camera.is_shown)
    assert sources.opened == [("camera", "")]
    assert not shown(page.photo_column.image_view)
    assert page.photo_column.take_picture.hasFocus()
    pressed(qtbot, page, Qt.Key.Key_Escape)
    assert camera.mode == ""
    assert not last(camera).is_open
    assert shown(page.photo_column.image_view)
    assert page.photo.stage == "empty"


def test_the_preview_is_mirrored_and_the_picture_is_not(qtbot: QtBot, page: CreatePage, opened: ScriptedSource) -> None:
    preview = page.photo_column.camera.grab().toImage()
    left, right, middle = preview.width() // 4, 3 * preview.width() // 4, preview.height() // 2
    assert color_at(preview, left, middle)[2] > color_at(preview, left, middle)[0]  # blue, which is on the right of the scene
    assert color_at(preview, right, middle)[0] > color_at(preview, right, middle)[2]
    with qtbot.waitSignal(page.photo.estimated):
        pressed(qtbot, page, Qt.Key.Key_Space)
    photo = page.photo.photo
    assert photo is not None
    assert photo.path is None
    assert photo.picture.shape == (HEIGHT, HEIGHT, 3)  # the square that was shown
    np.testing.assert_allclose(photo.picture[HEIGHT // 2, 20], LEFT_COLOR, atol=2)
    np.testing.assert_allclose(photo.picture[HEIGHT // 2, HEIGHT - 20], RIGHT_COLOR, atol=2)
    assert page.avatar.vector["skin_tone"] == "tone_05"
    assert not opened.is_open
    assert shown(page.photo_column.image_view)


@pytest.mark.usefixtures("opened")
def test_a_picture_is_written_nowhere(qtbot: QtBot, page: CreatePage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(*_: object, **__: object) -> None:
        pytest.fail("a file was written")

    monkeypatch.setattr(Path, "write_bytes", forbid)
    with qtbot.waitSignal(page.photo.estimated):
        qtbot.mouseClick(page.photo_column.take_picture, Qt.MouseButton.LeftButton)
    pictures = [path for path in tmp_path.rglob("*") if path.suffix.lower() in (".png", ".jpg", ".jpeg", ".webp")]
    assert pictures == []


def test_the_picture_is_as_sharp_as_the_camera_gives_it(qtbot: QtBot, page: CreatePage, opened: ScriptedSource) -> None:
    opened.picture = np.full((900, 1200, 3), 120, np.uint8)
    feed = page.camera._feed
    assert feed is not None
    qtbot.waitUntil(lambda: feed.latest is not None and feed.latest.picture.shape == (LOOKED_AT, LOOKED_AT, 3))
    with qtbot.waitSignal(page.photo.estimated):
        pressed(qtbot, page, Qt.Key.Key_Space)
    photo = page.photo.photo
    assert photo is not None
    assert photo.picture.shape == (900, 900, 3)


def test_lights_say_what_is_right_and_the_note_what_to_do(
    qtbot: QtBot, page: CreatePage, opened: ScriptedSource, readings: SeeingReadings
) -> None:
    view, note = page.photo_column.camera, page.photo_column.note
    qtbot.waitUntil(lambda: all(view.lights.lights.values()))
    readings.framing = Framing({**dict.fromkeys(LIGHTS, True), "place": False}, OFF_CENTRE)
    qtbot.waitUntil(lambda: view.lights.lights["place"] is False)
    assert note.texts == (OFF_CENTRE,)
    assert "Position: not good" in view.lights.accessibleDescription()
    opened.picture = scene(face=False)
    qtbot.waitUntil(lambda: view.lights.lights["face"] is False)
    assert view.lights.lights["size"] is None
    assert note.texts == (NO_FACE,)


@pytest.mark.usefixtures("opened")
def test_the_timer_counts_and_can_be_stopped_and_is_remembered(qtbot: QtBot, page: CreatePage) -> None:
    view, button = page.photo_column.camera, page.photo_column.take_picture
    view.timer.chosen.emit("3")
    button.click()
    assert page.photo.stage == "empty"
    assert "Stop" in button.text()
    assert not shown(view.timer)
    button.click()
    assert "Take" in button.text()
    page.camera._count.setInterval(5)
    button.click()
    qtbot.waitUntil(lambda: page.photo.stage == "ready")
    assert page.camera._settings.now.camera_seconds == 3
    page.camera.open_camera()
    qtbot.waitUntil(lambda: view.is_shown)
    assert view.timer._buttons["3"].isChecked()


def test_several_cameras_can_be_chosen_from(
    qtbot: QtBot, page: CreatePage, sources: ScriptedSources, camera: CreateCamera
) -> None:
    view = page.photo_column.camera
    camera.open_camera()
    qtbot.waitUntil(lambda: view.is_shown)
    assert not shown(view.devices)
    camera.leave()
    sources.names.append(("two", "Outer camera"))
    camera.open_camera()
    qtbot.waitUntil(lambda: view.is_shown)
    assert shown(view.devices)
    first = last(camera)
    view.devices.setCurrentIndex(1)
    view.devices.activated.emit(1)
    qtbot.waitUntil(lambda: sources.opened[-1] == ("camera", "two") and view.is_shown)
    assert not first.is_open
    assert camera._settings.now.camera_device == "two"


@pytest.mark.parametrize("kind", list(TROUBLES))
def test_every_trouble_has_a_panel_with_a_way_on(
    qtbot: QtBot, page: CreatePage, sources: ScriptedSources, camera: CreateCamera, kind: Trouble
) -> None:
    if kind == "missing":
        sources.missing = SourceError(kind)
    else:
        sources.when_started = lambda source: source.break_down(SourceError(kind))
    view = page.photo_column.camera
    camera.open_camera()
    title, text = TROUBLES[kind]
    qtbot.waitUntil(lambda: title in view.trouble.text)
    assert text in view.trouble.text
    assert shown(view.trouble.again)
    assert not shown(page.photo_column.take_picture)
    sources.missing, sources.when_started = None, None
    view.trouble.again.click()
    qtbot.waitUntil(lambda: view.is_shown)
    assert shown(page.photo_column.take_picture)


def test_a_camera_that_is_unplugged_says_so_and_is_closed(qtbot: QtBot, page: CreatePage, opened: ScriptedSource) -> None:
    opened.break_down(SourceError("lost"))
    view = page.photo_column.camera
    assert shown(view.trouble)
    assert "gone" in view.trouble.text
    assert opened.num_stops == 1
    pressed(qtbot, page, Qt.Key.Key_Escape)
    assert shown(page.photo_column.image_view)


def test_the_camera_is_closed_with_the_page_and_with_the_window(
    qtbot: QtBot, window: MainWindow, page: CreatePage, camera: CreateCamera, opened: ScriptedSource
) -> None:
    window.show_label()
    assert not opened.is_open
    window.show_create()
    assert shown(page.photo_column.image_view)
    camera.open_camera()
    qtbot.waitUntil(lambda: page.photo_column.camera.is_shown)
    window.close()
    assert not last(camera).is_open


def test_a_photo_that_is_dropped_takes_the_place_of_the_camera(
    qtbot: QtBot, page: CreatePage, opened: ScriptedSource, photo: Path
) -> None:
    with qtbot.waitSignal(page.photo.estimated):
        page.files.open_path(photo)
    assert not opened.is_open
    assert page.camera.mode == ""
    assert shown(page.photo_column.image_view)


def test_a_photo_that_is_still_being_read_does_not_close_the_camera(
    qtbot: QtBot, page: CreatePage, camera: CreateCamera, photo: Path
) -> None:
    page.photo.open(photo)
    camera.open_camera()
    qtbot.waitUntil(lambda: page.photo.stage == "ready" and page.photo_column.camera.is_shown)
    assert camera.mode == "picture"
    assert shown(page.photo_column.camera)
    camera.leave()
    assert shown(page.photo_column.image_view)
    assert page.photo.stage == "ready"


@pytest.mark.usefixtures("opened")
def test_unsaved_work_is_asked_about_and_the_camera_stays_until_then(qtbot: QtBot, page: CreatePage) -> None:
    page.avatar.edit({"hair_type": "bald"})
    pressed(qtbot, page, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: bool(questions(page)))
    assert page.camera.mode == "picture"
    assert page.avatar.vector["hair_type"] == "bald"
    for question in questions(page):
        question.close()


def questions(page: CreatePage) -> list[QWidget]:
    found: list[QWidget] = [*page.findChildren(QMessageBox), *page.findChildren(TextDialog)]
    return [one for one in found if one.isVisible()]


def test_the_avatar_follows_and_freezing_makes_it_one_step(
    qtbot: QtBot, page: CreatePage, camera: CreateCamera, live: ScriptedSource
) -> None:
    before = page.avatar.vector
    qtbot.waitUntil(lambda: page.photo_column.note.texts == (FOLLOWING,))
    assert page.avatar.vector == before  # nothing is changed by looking
    assert not page.panel.isEnabled()
    qtbot.waitUntil(page.photo_column.take_picture.isEnabled)
    page.avatar_view.setFocus()
    with qtbot.waitSignal(page.avatar.changed):
        pressed(qtbot, page, Qt.Key.Key_Space)
    assert camera.mode == ""
    assert not live.is_open
    assert page.avatar.vector["skin_tone"] == "tone_05"
    assert page.avatar.vector["head_width"] == pytest.approx(0.75)
    assert page.avatar.state.provenance["skin_tone"].by == "predicted"
    assert page.photo.stage == "ready"
    photo = page.photo.photo
    assert photo is not None
    assert photo.picture.shape == (HEIGHT, HEIGHT, 3)
    assert page.panel.isEnabled()
    assert not shown(camera.live_avatar)
    assert page.avatar.undo_stack.count() == 1
    page.editing.undo()
    assert page.avatar.vector == before


def test_what_is_frozen_is_as_sharp_as_the_camera_gives_it(
    qtbot: QtBot, page: CreatePage, camera: CreateCamera, live: ScriptedSource
) -> None:
    live.picture = np.full((900, 1200, 3), 120, np.uint8)
    mirror = camera.mirror
    assert mirror is not None
    qtbot.waitUntil(lambda: mirror.latest is not None and len(mirror.latest[0].picture) == LOOKED_AT)
    with qtbot.waitSignal(page.avatar.changed):
        camera.act()
    photo = page.photo.photo
    assert photo is not None
    assert photo.picture.shape == (900, 900, 3)
    left, top, right, bottom = photo.boxes[0]
    assert (left + right) / 2 == pytest.approx(450, abs=20)
    assert 150 < right - left < 600
    assert 150 < bottom - top < 700


def test_freezing_over_unsaved_work_asks_and_the_mirror_goes_on_meanwhile(
    qtbot: QtBot, page: CreatePage, camera: CreateCamera
) -> None:
    page.avatar.edit({"hair_type": "bald"})
    camera.live_mirror()
    qtbot.waitUntil(lambda: camera.live_avatar.image is not None)
    mirror = camera.mirror
    assert mirror is not None
    camera.act()
    qtbot.waitUntil(lambda: bool(questions(page)))
    assert page.avatar.vector["hair_type"] == "bald"
    assert camera.mode == "mirror"
    drawn = mirror.rates.followed
    qtbot.waitUntil(lambda: mirror.rates.followed != drawn)
    for question in questions(page):
        question.close()


def test_escape_brings_back_what_was(qtbot: QtBot, page: CreatePage, camera: CreateCamera, photo: Path) -> None:
    with qtbot.waitSignal(page.photo.estimated):
        page.files.open_path(photo)
    page.avatar.edit({"hair_type": "bald"})
    state, portrait, count = page.avatar.state, page.photo.portrait, page.avatar.undo_stack.count()
    camera.live_mirror()
    qtbot.waitUntil(lambda: camera.live_avatar.image is not None)
    pressed(qtbot, page, Qt.Key.Key_Escape)
    assert page.avatar.state is state
    assert page.photo.portrait is portrait
    assert page.avatar.undo_stack.count() == count
    assert shown(page.photo_column.image_view)
    assert not shown(camera.live_avatar)


def test_locked_values_stay_in_the_mirror(qtbot: QtBot, page: CreatePage, camera: CreateCamera) -> None:
    page.avatar.set_locked(("skin_tone",), True)
    kept = page.avatar.vector["skin_tone"]
    camera.live_mirror()
    qtbot.waitUntil(lambda: camera.mirror is not None and camera.mirror._shown is not None)
    assert camera.mirror is not None
    assert camera.mirror._shown is not None
    vector, _ = camera.mirror._shown
    assert vector["skin_tone"] == kept
    assert vector["hair_type"] == "style_7"


def test_a_lost_face_is_told_and_the_avatar_holds(
    qtbot: QtBot, page: CreatePage, camera: CreateCamera, live: ScriptedSource
) -> None:
    mirror = camera.mirror
    assert mirror is not None
    live.picture = scene(face=False)
    qtbot.waitUntil(lambda: page.photo_column.note.texts == (LOST,))
    held = mirror.estimate
    assert held is not None
    live.picture = scene()
    qtbot.waitUntil(lambda: page.photo_column.note.texts == (FOLLOWING,))
    assert camera.live_avatar.image is not None


def test_a_video_is_not_mirrored_and_starts_where_a_person_says(
    qtbot: QtBot,
    page: CreatePage,
    sources: ScriptedSources,
    camera: CreateCamera,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "me.mp4"), ""))
    camera.mirror_video()
    qtbot.waitUntil(lambda: camera.live_avatar.image is not None)
    assert sources.opened == [("video", str(tmp_path / "me.mp4"))]
    preview = page.photo_column.camera.grab().toImage()
    assert color_at(preview, preview.width() // 4, preview.height() // 2)[0] > 150
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    camera.mirror_video()
    assert camera.mode == "mirror"  # the person changed their mind


def test_an_engine_without_networks_is_told(
    qtbot: QtBot, page: CreatePage, camera: CreateCamera, readings: SeeingReadings
) -> None:
    readings.follow_error = ModelError("The model “landmarks” is not installed.")
    camera.live_mirror()
    view = page.photo_column.camera
    qtbot.waitUntil(lambda: "not installed" in view.trouble.text)
    assert not last(camera).is_open
    assert not shown(camera.live_avatar)


@pytest.mark.usefixtures("live")
def test_the_rates_are_told(qtbot: QtBot, page: CreatePage) -> None:
    badge = page.photo_column.camera.badge
    qtbot.waitUntil(lambda: shown(badge) and "a second" in badge.text())
    qtbot.waitUntil(lambda: "followed" in badge.toolTip())


def test_one_command_closes_what_the_other_opened(camera: CreateCamera, opened: ScriptedSource) -> None:
    camera.live_mirror()
    assert not opened.is_open
    modes = [camera.mode]
    camera.live_mirror()
    assert [*modes, camera.mode] == ["mirror", ""]


def test_the_camera_of_the_empty_state_opens_it(page: CreatePage, camera: CreateCamera) -> None:
    page.photo_column.image_view.camera_wanted.emit()
    assert camera.mode == "picture"


def test_giving_up_while_it_opens_opens_nothing(
    qtbot: QtBot, page: CreatePage, sources: ScriptedSources, camera: CreateCamera
) -> None:
    camera.open_camera()
    camera.leave()
    camera.open_camera()
    qtbot.waitUntil(lambda: page.photo_column.camera.is_shown)
    assert len(sources.opened) == 1
