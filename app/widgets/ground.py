"""The neutral ground that photos, avatars and thumbnails stand on."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPixmap, QRadialGradient

from app import theme


def paint_ground(painter: QPainter, area: QRectF, radius: float) -> None:
    """Fill a rounded rectangle with the neutral ground."""
    light = QRadialGradient(QPointF(area.center().x(), area.top() + 0.42 * area.height()), 0.75 * area.width())
    light.setColorAt(0.0, QColor(theme.PICTURE_INNER))
    light.setColorAt(1.0, QColor(theme.PICTURE_OUTER))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(light)
    painter.drawRoundedRect(area, radius, radius)


def paint_picture(
    painter: QPainter,
    picture: QImage | QPixmap,
    area: QRectF,
    radius: float,
    opacity: float = 1.0,
    *,
    source: QRectF | None = None,
) -> None:
    """Draw a picture into a rounded rectangle, all of it or the part `source`."""
    source = QRectF(picture.rect()) if source is None else source
    path = QPainterPath()
    path.addRoundedRect(area, radius, radius)
    painter.save()
    painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
    painter.setOpacity(opacity)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    if isinstance(picture, QImage):
        painter.drawImage(area, picture, source)
    else:
        painter.drawPixmap(area, picture, source)
    painter.restore()


def fitted(width: int, height: int, area: QRectF) -> QRectF:
    """The largest rectangle with a picture's proportions in the middle of an area."""
    scale = min(area.width() / width, area.height() / height)
    inside = QRectF(0, 0, width * scale, height * scale)
    inside.moveCenter(area.center())
    return inside
