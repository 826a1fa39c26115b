"""When something was, as people say it."""

from datetime import datetime

from PySide6.QtCore import QDate, QLocale, QTime

from core.words import tr


def moment_in_words(moment: datetime, now: datetime | None = None) -> str:
    """A time of today as `14:02`, of yesterday with that word, and anything before with its day.

    Args:
        moment: Local time.
        now: What today is; the clock's time by default.
    """
    now = now or datetime.now().astimezone()
    time = QLocale().toString(QTime(moment.hour, moment.minute), QLocale.FormatType.ShortFormat)
    days = (now.date() - moment.date()).days
    if days == 0:
        return time
    if days == 1:
        return tr("yesterday, {time}", time=time)
    date = QDate(moment.year, moment.month, moment.day)
    day = QLocale().toString(date, "d MMMM" if moment.year == now.year else "d MMMM yyyy")
    return tr("{day}, {time}", day=day, time=time)
