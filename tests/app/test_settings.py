from pathlib import Path

from app.settings import Remembered, Settings


def test_nothing_remembered_yet(tmp_path: Path) -> None:
    assert Settings(tmp_path / "s.ini").now == Remembered()


def test_every_kind_of_value_comes_back(tmp_path: Path) -> None:
    changes = {"theme": "dark", "geometry": b"\x00\x01\xff", "photo_folder": "/tmp/ä b", "export_size": 2048}
    Settings(tmp_path / "s.ini").remember(**changes)

    assert Settings(tmp_path / "s.ini").now == Remembered(**changes)  # type: ignore[arg-type]


def test_damaged_settings_fall_back(tmp_path: Path) -> None:
    path = tmp_path / "s.ini"
    path.write_text("[General]\ntheme=purple\ngeometry=no bytes\nexport_size=large\n")

    assert Settings(path).now == Remembered()
