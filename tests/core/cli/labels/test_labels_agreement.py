from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import update

import core.faces.finding
from core.avatar.vector import AvatarVector, Value
from core.cli.output import ExitCode
from core.engines.toy import SCHEMA
from core.labels.evaluation_set import EvaluationSet
from core.labels.labelling import Labelling
from core.labels.overview import View, entries
from core.labels.tables import CropRow
from core.methods import Estimate
from tests.core.cli.fakes import FakeMethod
from tests.core.cli.labels.conftest import Command, label

pytestmark = pytest.mark.usefixtures("fake_faces")


def test_agreement_of_designers_takes_and_renders(labels: Command, faces: Path) -> None:
    for photo, width in {"ada.png": 0.25, "bea.png": 0.5}.items():
        label(faces, "Ada", photo, head_width=width, hair_type="long")
        label(faces, "Bo", photo, head_width=0.5, hair_type="long")
    label(faces, "Ada", "ada.png", take=2, head_width=0.5, hair_type="bald")
    row = labels.json("agreement", faces, "--renders")
    out, _ = labels("agreement", faces)

    (pair,), (again,) = row["designers"], row["takes"]
    fields = {field["parameter"]: field for field in pair["fields"]}
    assert (pair["first"], pair["second"], pair["photos"]) == ("Ada", "Bo", 2)
    assert fields["head_width"]["difference"]["value"] == 0.125
    assert fields["hair_type"]["exact"]["value"] == 1.0
    assert fields["hair_type"]["kappa"] is None
    assert pair["renders"]["value"] > 0
    assert (again["designer"], again["photos"]) == ("Ada", 1)
    assert next(one for one in again["fields"] if one["parameter"] == "hair_type")["exact"] == {
        "value": 0.0, "low": None, "high": None,
    }  # fmt: skip
    assert row["blind"] == []
    assert "Ada and Bo: 2 photos" in out
    assert "head_width              2  difference 0.125 [0.000, 0.250]" in out


def test_agreement_of_blind_and_prefilled_labels(labels: Command, faces: Path) -> None:
    label(faces, "Ada", "ada.png", head_width=0.25)
    label(faces, "Bo", "ada.png", head_width=0.75)
    with EvaluationSet.open(faces) as opened:
        item = next(entry.item for entry in entries(opened, View("Ada", "toy")) if entry.item.name == "bea.png")
        for designer in ("Ada", "Bo"):
            labelling = Labelling(opened, SCHEMA, designer)
            labelling.begin(item.id, "prediction", AvatarVector.default(SCHEMA), "regions")
            labelling.set_state(item.id, "done")
    change = next(one for one in labels.json("agreement", faces)["blind"] if one["parameter"] == "head_width")
    out, _ = labels("agreement", faces)

    assert change["change"]["value"] == -0.5
    assert (change["blind"]["pairs"], change["prefilled"]["pairs"]) == (1, 1)
    assert "difference -0.500  1 blind, 1 prefilled" in out


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Have the method see nothing but what it is told: no face is found, so each is taken to be where the set aligned it."""
    monkeypatch.setattr(core.faces.finding, "find_faces", lambda _: [])

    def say(**values: Value) -> None:
        vector = AvatarVector.from_values(SCHEMA, values)
        monkeypatch.setattr(FakeMethod, "estimate", lambda *_: Estimate(vector, {}, "fake", "ab12"))

    return say


def test_agreement_with_a_method_blind_and_prefilled(labels: Command, faces: Path, says: Callable[..., None]) -> None:
    says(head_width=0.5, hair_type="long", smile=1.0)
    label(faces, "Ada", "ada.png", head_width=0.25, hair_type="long")
    label(faces, "Ada", "ada.png", take=2, head_width=1.0)
    label(faces, "Bo", "ada.png", state="draft")
    with EvaluationSet.open(faces) as opened:
        item = next(entry.item for entry in entries(opened, View("Ada", "toy")) if entry.item.name == "bea.png")
        labelling = Labelling(opened, SCHEMA, "Ada")
        labelling.begin(item.id, "prediction", AvatarVector.from_values(SCHEMA, {"head_width": 0.5}), "fake")
        labelling.set_state(item.id, "done")
    row = labels.json("agreement", faces, "--method", "fake", "--renders")
    out, _ = labels("agreement", faces, "--method", "fake")

    blind, prefilled = row["designers"]
    of = [{field["parameter"]: field for field in section["fields"]} for section in (blind, prefilled)]
    assert (row["method"], row["engine"], row["missing"]) == ("fake", "toy", [])
    assert [(section["designer"], section["start"], section["photos"]) for section in (blind, prefilled)] == [
        ("Ada", "blind", 1), ("Ada", "prefilled", 1),
    ]  # fmt: skip
    assert [fields["head_width"]["difference"]["value"] for fields in of] == [0.25, 0.0]
    assert [fields["hair_type"]["exact"]["value"] for fields in of] == [1.0, 0.0]
    assert blind["renders"]["value"] > 0
    assert "smile" not in of[0]  # no method says anything of it
    assert next(one for one in row["blind"] if one["parameter"] == "head_width")["change"]["value"] == -0.25
    assert "fake and Ada, blind: 1 photos" in out
    assert "Prefilled less blind, between fake and designers" in out


def test_agreement_with_a_method_looks_at_the_crop_where_the_photo_is_gone(
    labels: Command, faces: Path, tmp_path: Path, says: Callable[..., None]
) -> None:
    says(head_width=0.5)
    label(faces, "Ada", "ada.png")
    (tmp_path / "photos" / "ada.png").unlink()
    row = labels.json("agreement", faces, "--method", "fake")

    assert [section["photos"] for section in row["designers"]] == [1]
    assert "There is no method “fakes”" in labels("agreement", faces, "--method", "fakes", expect=ExitCode.USAGE)[1]
    with EvaluationSet.open(faces) as opened, opened.writing() as session:
        session.execute(update(CropRow).values(jpeg=b"no picture"))
    row = labels.json("agreement", faces, "--method", "fake", expect=ExitCode.FAILED)
    assert [one["name"] for one in row["missing"]] == ["ada.png"]
    assert row["designers"] == []
