"""What things stand on: the ground of pictures, the card of what lies over the page, the cell of a list of pictures."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPixmap, QRadialGradient
from PySide6.QtWidgets import QStyle, QWidget

from app import theme


def paint_ground(painter: QPainter, area: QRectF, radius: float) -> None:
    """Fill a rounded rectangle with the neutral ground."""
    light = QRadialGradient(QPointF(area.center().x(), area.top() + 0.42 * area.height()), 0.75 * area.width())
    light.setColorAt(0.0, QColor(theme.PICTURE_INNER))
    light.setColorAt(1.0, QColor(theme.PICTURE_OUTER))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(light)
    painter.drawRoundedRect(area, radius, radius)


def paint_card(painter: QPainter, widget: QWidget) -> None:
    """Paint a widget that lies over the page as a card."""
    painter.setPen(theme.color("line", widget))
    painter.setBrush(theme.color("panel", widget))
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 12, 12)


def paint_cell(painter: QPainter, view: QWidget, cell: QRectF, state: QStyle.StateFlag, *, has_focus: bool) -> None:
    """Paint what is behind one of a list's pictures: whether it is chosen, below the mouse, or has the focus."""
    is_chosen = bool(state & QStyle.StateFlag.State_Selected)
    if is_chosen or state & QStyle.StateFlag.State_MouseOver:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent_soft" if is_chosen else "hover", view))
        painter.drawRoundedRect(cell, 14, 14)
    if has_focus:
        painter.setPen(theme.color("accent", view))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(cell.adjusted(0.5, 0.5, -0.5, -0.5), 14, 14)


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
