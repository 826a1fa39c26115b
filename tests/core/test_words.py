from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core import words
from core.words import PSEUDO, VARIABLE, day, languages, mark, tr, trn, use_language, wanted_language, within

PO_HEADER = b"Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=n != 1;\n"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    yield
    use_language("")


def catalogue(folder: Path, language: str, messages: dict[str, str]) -> None:
    """A catalogue as `msgfmt` writes it."""
    import struct

    entries = sorted({b"": PO_HEADER, **{key.encode(): value.encode() for key, value in messages.items()}}.items())
    ids, strings = b"\0".join(key for key, _ in entries) + b"\0", b"\0".join(value for _, value in entries) + b"\0"
    start = 28 + 16 * len(entries)
    tables: list[bytes] = []
    for texts, offset in (([key for key, _ in entries], start), ([value for _, value in entries], start + len(ids))):
        for text in texts:
            tables.append(struct.pack("<II", len(text), offset))
            offset += len(text) + 1
    header = struct.pack("<7I", 0x950412DE, 0, len(entries), 28, 28 + 8 * len(entries), 0, 0)
    path = folder / language / "LC_MESSAGES" / "likeness.mo"
    path.parent.mkdir(parents=True)
    path.write_bytes(header + b"".join(tables) + ids + strings)


def test_english_is_what_is_written() -> None:
    assert tr("Save") == "Save"
    assert tr("Saved as {name}.", name="a.avatar.json") == "Saved as a.avatar.json."
    assert tr("") == ""
    assert [trn("{count} face", "{count} faces", count) for count in (0, 1, 2)] == ["0 faces", "1 face", "2 faces"]


def test_braces_in_a_value_stay_as_they_are() -> None:
    assert tr("Saved as {name}.", name="{odd}.json") == "Saved as {odd}.json."


def test_catalogue_is_spoken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "LOCALES", tmp_path)
    catalogue(tmp_path, "de", {"Save": "Sichern", "{count} face\0{count} faces": "{count} Gesicht\0{count} Gesichter"})
    use_language("de")
    assert tr("Save") == "Sichern"
    assert trn("{count} face", "{count} faces", 3) == "3 Gesichter"
    assert tr("Open") == "Open"  # what nobody translated stays English


def test_unknown_language_is_english() -> None:
    use_language("xx")
    assert tr("Save") == "Save"


def test_language_is_that_of_the_variable_else_the_remembered_else_the_systems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "LOCALES", tmp_path)
    monkeypatch.delenv(VARIABLE, raising=False)
    for language in ("de", "pt_BR", "fr"):
        catalogue(tmp_path, language, {"Save": "…"})

    assert languages() == ("en", "de", "fr", "pt_BR")
    assert wanted_language("", ["xx-YY", "pt-BR", "de"]) == "pt_BR"
    assert wanted_language("", ["en-GB", "de"]) == "en"
    assert wanted_language("fr", ["de"]) == "fr"
    assert wanted_language("gone", ["de_AT.UTF-8@euro"]) == "de"
    assert wanted_language("", ["C"]) == "en"
    monkeypatch.setenv(VARIABLE, "de")
    assert wanted_language("fr", ["pt-BR"]) == "de"
    monkeypatch.setenv(VARIABLE, PSEUDO)
    assert wanted_language("fr") == PSEUDO
    monkeypatch.setenv(VARIABLE, "nonsense/../..")
    assert wanted_language("fr") == "fr"


def test_environment_is_asked_where_the_system_is_not_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "LOCALES", tmp_path)
    catalogue(tmp_path, "de", {"Save": "Sichern"})
    for name in (VARIABLE, "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert wanted_language() == "en"
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    assert wanted_language() == "de"
    monkeypatch.setenv("LANGUAGE", "en:de")
    assert wanted_language() == "en"


def test_translation_whose_braces_are_broken_is_said_in_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "LOCALES", tmp_path)
    broken = {"Saved as {name}.": "Als {nam} gesichert.", "{count} face\0{count} faces": "{count Gesicht\0{} Gesichter"}
    catalogue(tmp_path, "de", broken)
    use_language("de")
    assert tr("Saved as {name}.", name="a.png") == "Saved as a.png."
    assert trn("{count} face", "{count} faces", 1) == "1 face"
    assert trn("{count} face", "{count} faces", 3) == "3 faces"


def test_marked_text_is_translated_where_it_is_shown() -> None:
    text = mark("Save")
    assert text == "Save"
    use_language(PSEUDO)
    assert tr(text) == "[Šåṽé~~]"


def test_names_are_small_within_english_sentences_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert within("Nose width") == "nose width"
    monkeypatch.setattr(words, "LOCALES", tmp_path)
    catalogue(tmp_path, "de", {"Nose width": "Nasenbreite"})
    use_language("de")
    assert within(tr("Nose width")) == "Nasenbreite"


def test_days_are_in_the_language_that_is_spoken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = datetime(2026, 5, 3, tzinfo=UTC)
    assert day(at) == "3 May 2026"
    assert day(at, with_year=False) == "3 May"
    monkeypatch.setattr(words, "LOCALES", tmp_path)
    catalogue(tmp_path, "de", {"May": "Mai", "{day} {month} {year}": "{day}. {month} {year}"})
    use_language("de")
    assert day(at) == "3. Mai 2026"


def test_pseudo_language_is_longer_and_keeps_values() -> None:
    use_language(PSEUDO)
    said = tr("Saved as {name}.", name="me.png")
    assert "me.png" in said
    assert "Saved" not in said
    assert said.startswith("[")
    assert len(said) > 1.25 * len("Saved as me.png.")
    assert trn("{count} face", "{count} faces", 3).startswith("[3 ƒåçéš")
