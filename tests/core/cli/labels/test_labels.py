import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from core.cli.output import ExitCode
from core.engines.toy import SCHEMA
from tests.core.cli.conftest import Paint
from tests.core.cli.labels.conftest import Command, label, values_of

pytestmark = pytest.mark.usefixtures("fake_faces")


def test_new_set_is_for_the_engines_that_were_named(labels: Command, tmp_path: Path) -> None:
    row = labels.json("new", tmp_path / "a.avatarset", "--engine", "toy", "--name", "Pilot", "--blind", "0.5")
    out, _ = labels("new", tmp_path / "b.avatarset", "--engine", "toy")

    assert row == {
        "set": str(tmp_path / "a.avatarset"), "uid": row["uid"], "name": "Pilot", "version": 1,
        "engines": {"toy": {"version": 1, "fingerprint": SCHEMA.fingerprint()}}, "blind_share": 0.5, "made_at": row["made_at"],
        "locked_at": None, "digest": None, "parent_digest": None,
    }  # fmt: skip
    assert out == "b, version 1, for toy, open\n"


def test_set_that_is_there_and_an_engine_that_is_not_are_refused(labels: Command, faces: Path) -> None:
    _, there = labels("new", faces, "--engine", "toy", expect=ExitCode.FAILED)
    _, unknown = labels("new", "b.avatarset", "--engine", "tony", expect=ExitCode.USAGE)

    assert "is there already" in there
    assert "There is no engine “tony”" in unknown


def test_photos_are_added_once_and_problems_told(labels: Command, faces: Path, paint: Paint, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no photo")
    copy = paint("copy.png", (102, 0, 0))
    row = labels.json("add", faces, copy, tmp_path / "notes.txt", paint("sky.png", (51, 201, 0)), expect=ExitCode.FAILED)

    assert {key: row[key] for key in ("added", "duplicate", "problem", "refused")} == {
        "added": 0, "duplicate": 1, "problem": 1, "refused": 1,
    }  # fmt: skip
    assert [photo["outcome"] for photo in row["photos"]] == ["duplicate", "refused", "problem"]
    assert row["photos"][1]["photo"] is None
    assert "no face" in row["photos"][2]["problem"]


def test_list_says_who_is_how_far(labels: Command, faces: Path) -> None:
    label(faces, "Ada", "ada.png", head_width=0.25)
    label(faces, "Bo", "ada.png", state="unsure")
    everything = labels.json("list", faces)
    mine = labels.json("list", faces, "--designer", "Ada", "--state", "todo", "--text", "BEA")
    out, _ = labels("list", faces, "--designer", "Ada")

    assert [photo["name"] for photo in everything["photos"]] == ["ada.png", "bea.png", "wall.png"]
    assert "no face" in everything["photos"][2]["problem"]
    assert "state" not in everything["photos"][0]
    assert [(one["designer"], one["states"]["done"], one["states"]["unsure"]) for one in everything["designers"]] == [
        ("Ada", 1, 0), ("Bo", 0, 1),
    ]  # fmt: skip
    assert everything["designers"][0]["median_seconds"] == 4.0
    assert [(photo["name"], photo["state"]) for photo in mine["photos"]] == [("bea.png", "todo")]
    assert "Ada                  toy: 1 todo, 1 done  median 4 s" in out
    assert ["done", "ada.png"] in [line.split()[1:] for line in out.splitlines()]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--state", "done"], "say whose with --designer"),
        (["--designer", "Ada", "--state", "finished"], "“finished” is no state of a label; there are todo"),
        (["--engine", "toon"], "is for toy, not for toon"),
    ],
)
def test_list_of_what_is_not_there_is_wrong_usage(words: list[str], message: str, labels: Command, faces: Path) -> None:
    assert message in labels("list", faces, *words, expect=ExitCode.USAGE)[1]


def test_frozen_set_is_named_by_its_digest_and_goes_on_as_the_next_version(
    labels: Command, faces: Path, paint: Paint, tmp_path: Path
) -> None:
    frozen = labels.json("lock", faces)
    _, refused = labels("add", faces, paint("cem.png", (204, 0, 0)), expect=ExitCode.FAILED)
    checked = labels.json("lock", faces, "--verify")
    following = labels.json("lock", faces, "--new-version", "--keep", tmp_path / "kept.avatarset")
    kept = labels.json("lock", tmp_path / "kept.avatarset", "--verify")

    assert len(frozen["digest"]) == 64
    assert "is frozen" in refused
    assert checked["digest"] == kept["digest"] == following["parent_digest"] == frozen["digest"]
    assert (following["version"], following["digest"]) == (2, None)
    assert "take one of them" in labels("lock", faces, "--new-version", "--verify", expect=ExitCode.USAGE)[1]
    assert "--keep belongs" in labels("lock", faces, "--keep", "x", expect=ExitCode.USAGE)[1]


def test_merge_takes_what_is_new_and_tells_what_differs(labels: Command, faces: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.avatarset"
    labels("new", other, "--engine", "toy")
    labels("add", other, tmp_path / "photos")
    label(faces, "Ada", "ada.png", head_width=0.25)
    label(other, "Ada", "ada.png", head_width=0.75)
    label(other, "Bo", "bea.png", head_width=0.5)
    row = labels.json("merge", faces, other, tmp_path / "none.avatarset", expect=ExitCode.FAILED)
    out, err = labels("merge", faces, other, expect=ExitCode.FAILED)

    first, second = row["sources"]
    assert (first["photos"], first["added"], first["same"], first["error"]) == (0, 1, 0, None)
    assert [(one["name"], one["designer"], one["fields"]) for one in first["conflicts"]] == [("ada.png", "Ada", ["head_width"])]
    assert "There is no evaluation set" in second["error"]
    assert values_of(faces, "Ada", "ada.png")["head_width"] == 0.25
    assert values_of(faces, "Bo", "bea.png")["head_width"] == 0.5
    assert "0 labels added, 1 were here already." in out
    assert "ada.png, Ada, toy, take 1: head_width" in err


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_labels_go_out_and_in(ending: str, labels: Command, faces: Path, tmp_path: Path) -> None:
    label(faces, "Ada", "ada.png", head_width=0.25)
    label(faces, "Bo", "ada.png", head_width=0.5)
    file, other = tmp_path / f"labels.{ending}", tmp_path / "other.avatarset"
    labels("new", other, "--engine", "toy")
    labels("add", other, tmp_path / "photos")
    row = labels.json("export", faces, "-o", file)
    out, _ = labels("export", faces, "-o", file, "--designer", "Ada")
    came = labels.json("import", other, file)

    assert row == {"set": str(faces), "file": str(file), "labels": 2}
    assert out == f"{file}\n"
    assert came == {
        "set": str(other),
        "files": [{"file": str(file), "added": 1, "same": 0, "conflicts": [], "problems": [], "error": None}],
    }
    assert values_of(other, "Ada", "ada.png") == values_of(faces, "Ada", "ada.png")


def test_what_is_wrong_in_a_file_is_told_by_its_line_and_other_files_are_taken(
    labels: Command, faces: Path, tmp_path: Path
) -> None:
    label(faces, "Ada", "ada.png")
    good, bad = tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
    labels("export", faces, "-o", good)
    bad.write_text("{\n" * 30)
    rows = labels.json("import", faces, bad, tmp_path / "none.csv", good, expect=ExitCode.FAILED)["files"]
    _, err = labels("import", faces, bad, tmp_path / "none.csv", good, expect=ExitCode.FAILED)

    assert [len(row["problems"]) for row in rows] == [30, 0, 0]
    assert "cannot be read" in rows[1]["error"]
    assert rows[2]["same"] == 1
    assert f"{bad}, line 1: This is no JSON" in err
    assert "… and 10 more; --json has all." in err


def test_packed_set_is_unpacked_elsewhere(labels: Command, faces: Path, tmp_path: Path) -> None:
    label(faces, "Ada", "ada.png", head_width=0.25)
    (tmp_path / "photos" / "bea.png").unlink()
    row = labels.json("pack", faces, "-o", tmp_path / "a.zip", expect=ExitCode.FAILED)
    out, err = labels("pack", faces, "-o", tmp_path / "a.zip", expect=ExitCode.FAILED)
    came = labels.json("unpack", tmp_path / "a.zip", "-o", tmp_path / "theirs")

    assert (row["photos"], [missing["name"] for missing in row["missing"]]) == (2, ["bea.png"])
    assert out == f"{tmp_path / 'a.zip'}\n"
    assert "bea.png is not at" in err
    assert came == {"archive": str(tmp_path / "a.zip"), "set": str(tmp_path / "theirs" / "a.avatarset")}
    assert values_of(Path(came["set"]), "Ada", "ada.png")["head_width"] == 0.25
    assert "not empty" in labels("unpack", tmp_path / "a.zip", "-o", tmp_path / "theirs", expect=ExitCode.FAILED)[1]


@pytest.mark.skipif(sys.platform == "win32", reason="no name has an end of line there")
def test_a_photo_is_one_line_whatever_its_name(labels: Command, faces: Path, paint: Paint) -> None:
    before, _ = labels("list", faces)
    labels("add", faces, paint("a\n0123456789ab  done  b.png", (204, 0, 0)))
    after, _ = labels("list", faces)

    assert len(after.splitlines()) == len(before.splitlines()) + 1


def test_ctrl_c_says_what_it_leaves(labels: Command, faces: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def press(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("core.labels.adding._add", press)
    monkeypatch.setattr("core.labels.packing.encode_png", press)
    for words, left in {
        ("add", faces, tmp_path / "photos"): "stays",
        ("pack", faces, "-o", tmp_path / "a.zip"): "Nothing was",
    }.items():
        code, err = labels.stopped(*words)

        assert code not in (ExitCode.DONE, ExitCode.USAGE)
        assert f"Stopped. {'What was added so far stays' if left == 'stays' else left}" in err
    assert not (tmp_path / "a.zip").exists()


def test_forgotten_photo_is_gone_and_its_file_is_not(labels: Command, faces: Path, tmp_path: Path) -> None:
    label(faces, "Ada", "ada.png")
    row = labels.json("forget", faces, "--photo", "ada.png", "--yes")

    assert row["files"] == [str(tmp_path / "photos" / "ada.png")]
    assert (row["rows"]["items"], row["rows"]["labels"], row["copies"]) == (1, 1, [])
    assert [photo["name"] for photo in labels.json("list", faces)["photos"]] == ["bea.png", "wall.png"]
    assert (tmp_path / "photos" / "ada.png").exists()


def test_person_is_forgotten_with_all_their_photos(labels: Command, faces: Path, paint: Paint) -> None:
    labels("add", faces, paint("zoe.png", (204, 0, 0)), "--subject", "Zoe")
    labels("lock", faces)
    labels("lock", faces, "--new-version")
    out, err = labels("forget", faces, "--subject", "Zoe", "--yes")

    assert "Forgotten: 1 items, 1 crops." in out
    assert "zoe.png" in err
    assert "faces.v1.avatarset" in err
    assert "no photo" in labels("forget", faces, "--subject", "Zoe", "--yes", expect=ExitCode.FAILED)[1].lower()


def test_nothing_is_forgotten_that_nobody_is_sure_of(
    labels: Command, faces: Path, paint: Paint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    labels("add", faces, paint("more/ada.png", (204, 0, 0)))
    before = labels.json("list", faces)
    for words, message in {
        ("--photo", "bea.png"): "Say it with --yes",
        ("--photo", "ada.png", "--yes"): "there are 2; say which by sha256",
        ("--photo", "dan.png", "--yes"): "“dan.png” is not the name of one photo",
        ("--yes",): "one of the two",
        ("--subject", "Zoe", "--photo", "ada.png", "--yes"): "one of the two",
    }.items():
        assert message in labels("forget", faces, *words, expect=ExitCode.USAGE)[1]

    assert labels.json("list", faces) == before
    row = labels.json("forget", faces, "--photo", before["photos"][0]["photo"][:12], "--yes")
    assert row["rows"]["items"] == 1


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0099'")
        connection.commit()


def damaged(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-4096])


@pytest.mark.parametrize(
    ("spoil", "way_on"),
    [(newer, "Update Likeness to open it."), (damaged, "Open a copy or a backup of it"), (Path.unlink, "labels new")],
)
def test_file_that_cannot_be_used_is_told_with_a_way_on(
    spoil: Callable[[Path], None], way_on: str, labels: Command, faces: Path
) -> None:
    spoil(faces)
    for words in (["list", faces], ["lock", faces], ["agreement", faces]):
        out, err = labels(*words, expect=ExitCode.FAILED)

        assert (way_on in err, len(err.splitlines()), out) == (True, 1, "")


def test_set_that_may_only_be_read_is_listed_and_every_change_refused(
    labels: Command, faces: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)

    assert len(labels.json("list", faces)["photos"]) == 3
    labels("export", faces, "-o", tmp_path / "labels.csv")
    for words in (["lock", faces], ["merge", faces, faces], ["forget", faces, "--photo", "ada.png", "--yes"]):
        said = "".join(labels(*words, expect=ExitCode.FAILED))
        assert "cannot be written here. Copy it to a folder of yours, and open the copy." in said


def test_frozen_set_where_nothing_can_be_written_is_packed_elsewhere_and_goes_on_nowhere(
    labels: Command, faces: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels("lock", faces)
    (tmp_path / "disc").mkdir()
    disc = faces.rename(tmp_path / "disc" / faces.name)
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name not in ("disc", faces.name) and access(path, mode))
    labels("pack", disc, "-o", tmp_path / "a.zip")
    out, _ = labels("unpack", tmp_path / "a.zip", "-o", tmp_path / "out")
    _, err = labels("lock", disc, "--new-version", "--keep", tmp_path / "k.avatarset", expect=ExitCode.FAILED)

    labels("lock", out.strip(), "--verify")
    assert "cannot be written here. Copy it to a folder of yours" in err
    assert [path.name for path in disc.parent.iterdir()] == [faces.name]
    assert not (tmp_path / "k.avatarset").exists()
    monkeypatch.undo()
    _, err = labels("lock", disc, "--new-version", "--keep", tmp_path / "no" / "k.avatarset", expect=ExitCode.FAILED)
    assert "its folder is not there, or cannot be written" in err


def test_photo_that_is_gone_is_told_and_the_rest_packed(labels: Command, faces: Path, tmp_path: Path) -> None:
    (tmp_path / "photos" / "ada.png").unlink()
    row = labels.json("pack", faces, "-o", tmp_path / "faces.zip", expect=ExitCode.FAILED)

    assert [one["name"] for one in row["missing"]] == ["ada.png"]
    assert "Say where it is now" in row["missing"][0]["error"]
    assert row["photos"] == 2


def test_no_password_of_a_server_is_ever_shown(labels: Command, tmp_path: Path) -> None:
    nowhere = "postgresql://ada:s3cr3t@127.0.0.1:1/faces"
    copy = tmp_path / "a.avatarset"
    labels("new", copy, "--engine", "toy")
    for words in (
        ["new", nowhere, "--engine", "toy"], ["add", nowhere, tmp_path], ["list", nowhere], ["lock", nowhere],
        ["merge", nowhere, copy], ["merge", copy, nowhere], ["export", nowhere, "-o", tmp_path / "a.csv"],
        ["import", nowhere, tmp_path / "a.csv"], ["pack", nowhere, "-o", tmp_path / "a.zip"],
        ["forget", nowhere, "--photo", "a", "--yes"], ["agreement", nowhere],
    ):  # fmt: skip
        for ending in ([], ["--json"]):
            said = "".join(labels(*words, *ending, expect=ExitCode.FAILED))
            assert "s3cr3t" not in said, words
            assert "does not answer" in said


@pytest.mark.parametrize("password", ["s3cr3t/x", "s3cr3t@x:y"])
def test_password_that_is_not_written_as_an_address_wants_it_is_not_shown(
    password: str, labels: Command, caplog: pytest.LogCaptureFixture
) -> None:
    _, err = labels("list", f"postgresql://ada:{password}@127.0.0.1:1/faces", expect=ExitCode.FAILED)

    assert "s3cr3t" not in err + caplog.text
    assert "does not answer" in err or "write %40 for @" in err


def test_file_that_is_no_set_is_told_by_every_verb(labels: Command, tmp_path: Path) -> None:
    path = tmp_path / "a.avatarset"
    path.write_text("no set")
    for words in (
        ["add", path, tmp_path], ["list", path], ["lock", path], ["merge", path, path],
        ["export", path, "-o", tmp_path / "a.csv"],
        ["import", path, tmp_path / "a.csv"], ["pack", path, "-o", tmp_path / "a.zip"], ["forget", path, "--photo", "a", "--yes"],
        ["agreement", path], ["unpack", path, "-o", tmp_path / "out"],
    ):  # fmt: skip
        _, err = labels(*words, expect=ExitCode.FAILED)
        assert "is no evaluation set" in err or "is no archive" in err

    assert [other.name for other in tmp_path.iterdir()] == ["a.avatarset"]
