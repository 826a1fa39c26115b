import tomllib

import pytest

from core.modelling.toml_text import to_toml


def test_documents_survive_a_round_trip() -> None:
    document = {
        "format": 1,
        "name": "A “quoted” name \\ with a slash",
        "share": 0.1,
        "whole": 1.0,
        "yes": True,
        "list": [1, 2.5, "three"],
        "frame": {"center": [0.0, 1.0], "deep": {"x": 1}},
        "materials": {"skin": {"color": [1, 2, 3]}, "a.b": {"color": []}},
        "rows": [
            {"id": "a", "drive": {"x": [0.0, 1.0]}, "empty": {}},
            {"id": "b", "options": [{"id": "c", "tags": {"kind": "none", "x.y": False}}, {"id": "d"}]},
        ],
    }

    assert tomllib.loads(to_toml(document)) == document


def test_floats_stay_floats() -> None:
    assert to_toml({"x": 1.0}) == "x = 1.0\n"


def test_what_toml_lacks_is_refused() -> None:
    with pytest.raises(TypeError, match="NoneType"):
        to_toml({"x": None})
