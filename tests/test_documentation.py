"""What the documentation points at exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def broken_links(page: Path) -> list[str]:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
    return [link for link in links if not link.startswith("https://") and not (page.parent / link).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    assert broken_links(page) == []


def test_link_that_leads_nowhere_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("[one](page.md), ![two](nowhere.png), [three](https://example.org), [four](page.md#part)")

    assert broken_links(page) == ["nowhere.png"]


def test_folders_that_the_readme_names_exist() -> None:
    folders = re.findall(r"`((?:app|core|resources)/[\w/]*)`", PAGES[0].read_text(encoding="utf-8"))

    assert len(folders) > 8
    assert [folder for folder in folders if not (ROOT / folder).is_dir()] == []
