import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.widgets.parameter_panel import ORDER
from app.widgets.region_shade import SIZE, RegionPainter, masks_of, middle_of, region_of, shade_of
from core.engines import CLASSES


def head() -> np.ndarray:
    """(13, 64, 64): a face with hair, eyes, nose, mouth and clothes."""
    classes = np.zeros((64, 64), np.uint8)
    for name, rows, columns in (
        ("hair", (6, 40), (14, 50)), ("skin", (16, 52), (18, 46)), ("neck", (52, 56), (26, 38)), ("clothes", (56, 64), (8, 56)),
        ("eyes", (26, 29), (22, 29)), ("eyes", (26, 29), (35, 42)), ("nose", (28, 38), (29, 35)), ("mouth", (42, 45), (26, 38)),
    ):  # fmt: skip
        classes[slice(*rows), slice(*columns)] = CLASSES.index(name)
    return masks_of(classes)


@pytest.mark.parametrize("component", ORDER)
def test_every_part_that_engines_share_is_somewhere_or_nowhere(component: str) -> None:
    region = region_of(component, head())

    assert (region is None) == (component in ("brows", "ears", "earrings"))


@pytest.mark.parametrize("component", ["hair", "head", "clothes", "mouth", "nose"])
def test_middle_of_a_region_is_in_it(component: str) -> None:
    region = region_of(component, head())
    assert region is not None
    across, down = middle_of(region)

    assert region[int(down * 64), int(across * 64)] == 1


def test_middle_of_a_square_is_its_middle_and_that_of_a_horseshoe_is_in_one_of_its_sides() -> None:
    square, horseshoe = np.zeros((80, 80), np.float32), np.zeros((80, 80), np.float32)
    square[10:31, 40:61] = 1
    horseshoe[10:70, 10:70] = 1
    horseshoe[25:70, 25:55] = 0

    assert middle_of(square) == pytest.approx((50.5 / 80, 20.5 / 80))
    across, down = middle_of(horseshoe)
    assert horseshoe[int(down * 80) - 2 : int(down * 80) + 3, int(across * 80) - 2 : int(across * 80) + 3].all()


def test_unknown_part_is_nowhere() -> None:
    assert region_of("antlers", head()) is None


def test_what_is_not_worn_is_where_it_would_be() -> None:
    masks = head()
    glasses, hat, beard = (region_of(name, masks) for name in ("glasses", "hat", "facial_hair"))

    assert glasses is not None
    assert hat is not None
    assert beard is not None
    assert np.array_equal(glasses > 0.5, masks[CLASSES.index("eyes")] > 0.5)
    assert np.array_equal(hat > 0.5, masks[CLASSES.index("hair")] > 0.5)
    assert np.nonzero(beard.any(axis=1))[0].min() >= 35  # from the tip of the nose
    assert beard[46, 32] == 1


def test_shade_veils_the_rest_and_draws_an_outline() -> None:
    region = np.zeros((64, 64), np.float32)
    region[16:48, 16:48] = 1
    shade = shade_of(region)
    scale = SIZE // 64

    def alpha(row: int, column: int) -> int:
        return shade.pixelColor(column * scale, row * scale).alpha()

    assert alpha(32, 32) == 0
    assert 60 < alpha(4, 4) < 140
    outline = [shade.pixelColor(32 * scale, row) for row in range(14 * scale, 18 * scale)]
    assert max(colour.alpha() for colour in outline) > 180
    assert max(colour.lightness() for colour in outline) > 240


def test_painter_shows_the_part_that_is_zoomed_to(qtbot: QtBot) -> None:
    view = QWidget()
    qtbot.addWidget(view)
    painter = RegionPainter(view)
    region = np.zeros((64, 64), np.float32)
    region[:32] = 1

    def painted(part: QRectF) -> QImage:
        image = QImage(40, 40, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        with QPainter(image) as target:
            painter.paint(target, QRectF(0, 0, 40, 40), 0, part)
        return image

    everything = QRectF(0, 0, 1, 1)
    assert painted(everything).pixelColor(20, 35).alpha() == 0
    painter.set(shade_of(region))
    qtbot.waitUntil(lambda: painted(everything).pixelColor(20, 35).alpha() > 60)
    assert painted(everything).pixelColor(20, 5).alpha() == 0
    assert painted(QRectF(0, 0.6, 0.4, 0.4)).pixelColor(20, 5).alpha() > 60
    painter.set(None)
    qtbot.waitUntil(lambda: painted(everything).pixelColor(20, 35).alpha() == 0)
