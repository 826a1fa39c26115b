"""Where evaluation sets are: files, and addresses of servers, which are remembered without their passwords."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

RECENT = 8
"""How many sets are remembered."""


def is_server(location: str) -> bool:
    """Whether a location is a server's address, and not a file."""
    return "://" in location


def without_password(location: str) -> str:
    """A location as it may be shown and remembered."""
    if not is_server(location):
        return location
    parts = urlsplit(location)
    who, at, where = parts.netloc.rpartition("@")
    query = urlencode([(key, value) for key, value in parse_qsl(parts.query) if key != "password"])
    return urlunsplit(parts._replace(netloc=who.partition(":")[0] + at + where, query=query))


def with_password(location: str, password: str) -> str:
    """A server's address with a password in it; without one it is as it was."""
    if not password:
        return location
    parts = urlsplit(without_password(location))
    who, _, where = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{who}:{quote(password, safe='')}@{where}"))


def caption(location: str) -> str:
    """A location as it is shown in a menu: a file by its name and folder."""
    if is_server(location):
        return without_password(location).partition("://")[2].partition("?")[0]
    path = Path(location)
    return f"{path.stem}  –  {path.parent.name or path.parent}"


def is_there(location: str) -> bool:
    """Whether a set may be found there; a server is not asked."""
    return is_server(location) or Path(location).exists()


def remembered(recent: str) -> list[str]:
    """The sets in the words of `with_recent`, the last one first."""
    return [line for line in recent.split("\n") if line]


def with_recent(recent: str, location: str) -> str:
    """The sets that were open last, a line each, with one more; passwords are left out."""
    here = without_password(location)
    others: Sequence[str] = [one for one in remembered(recent) if one != here]
    return "\n".join([here, *others][:RECENT])
