from pathlib import Path

import pytest

from core.cli.catalogue import TEMPLATE, Message, collect, template, texts_of
from core.errors import SettingError

START = "from core.words import mark, tr, trn\n"


def test_template_is_that_of_the_code() -> None:
    """Every text of the code is written out (`collect` raises where one is not), and in the catalogue for translators."""
    written = TEMPLATE.read_text(encoding="utf-8")

    assert template(collect()) == written, "texts have changed: run `main.py words` and commit resources/locale/likeness.pot"


def test_texts_are_found_in_calls_marks_and_tables() -> None:
    source = START + (
        'tr("One {name}", name="x")\n'
        'trn("{count} face", "{count} " "faces", 3)\n'
        'TABLE = {"key": mark("Three")}\n'
        'tr("Four" if late else "Five")\n'
        'Command("save", "Six", ("Ctrl+S",), "create")\n'
        "tr(TABLE[key]); tr(command.text); tr(option.name)\n"
    )

    assert set(texts_of(source, "here")) == {
        ("One {name}", ""), ("{count} face", "{count} faces"), ("Three", ""), ("Four", ""), ("Five", ""), ("Six", ""),
    }  # fmt: skip


def test_functions_of_others_with_such_names_are_none_of_ours() -> None:
    assert list(texts_of('def mark(place): ...\nmark(3)\nself.tr("Qt\'s own")\n', "here")) == []


@pytest.mark.parametrize(
    "line",
    [
        'tr(f"Saved as {name}.")',
        'tr("Saved as " + name)',
        'tr("Saved as {}".format(name))',
        'tr(" ".join(words))',
        "mark(text)",
        'trn("{count} face", many, 3)',
        'trn("{count} face", 3)',
        'Command("save", f"Save {what}")',
    ],
)
def test_text_that_is_put_together_is_refused(line: str) -> None:
    with pytest.raises(SettingError, match="line 2"):
        list(texts_of(START + line, "here"))


def test_template_is_a_catalogue_as_gettext_has_them() -> None:
    messages = [Message('Say "no"\n', "", {"app/b.py", "app/a.py"}), Message("{count} face", "{count} faces", {"app/a.py"})]

    written = template(messages)

    assert '#: app/a.py\n#: app/b.py\nmsgid "Say \\"no\\"\\n"\nmsgstr ""\n' in written
    assert '#, python-brace-format\nmsgid "{count} face"\nmsgid_plural "{count} faces"\nmsgstr[0] ""\nmsgstr[1] ""\n' in written


def test_command_writes_the_template(tmp_path: Path) -> None:
    from core.cli.program import run

    assert run(["words", "-o", str(tmp_path / "texts.pot")]) == 0
    assert (tmp_path / "texts.pot").read_text(encoding="utf-8").count("msgid ") > 500
