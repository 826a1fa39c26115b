"""Versions of the store, and the way from each to the next (alembic, without its command line)."""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection

FOLDER = Path(__file__).parent
VERSIONS: Final = ("0001",)
"""Every version there has been, oldest first; this Likeness reads and writes the last one."""


def upgrade(connection: Connection) -> None:
    """Bring a store to the newest version, an empty one included, within the connection's transaction."""
    from alembic import command  # here and not above: opening a set of the newest version needs none of it
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, VERSIONS[-1])
