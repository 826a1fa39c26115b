from core.avatar.schema import AvatarSchema, ContinuousParameter, DiscreteParameter, Option
from core.avatar.vector import AvatarVector, Value
from core.labels.agreement import FieldAgreement, FieldContrast, Opinion
from core.labels.comparing import Difference, comparisons, differences, measured

OPTIONS = tuple(Option(name, name) for name in ("none", "beanie", "cap"))
SCHEMA = AvatarSchema(
    "paper",
    1,
    (ContinuousParameter("width", "Width", "head"),),
    (
        DiscreteParameter("hat", "Hat", "hat", OPTIONS, "none"),
        DiscreteParameter("hat_color", "Colour", "hat", OPTIONS[1:], "cap", seen_with={"hat": ("beanie", "cap")}),
    ),
)


def said(item: str, designer: str, *, take: int = 1, is_blind: bool = True, **values: Value) -> Opinion:
    return Opinion(item, designer, take, is_blind, AvatarVector.from_values(SCHEMA, values))


def test_everything_that_can_be_compared_has_a_name_of_its_own() -> None:
    opinions = [
        said("1", "Bo"), said("1", "Ada"), said("1", "Ada", take=2), said("2", "Ada", is_blind=False),
        said("2", "Bo", is_blind=False), said("2", "Cid"), said("3", "Cid"),
    ]  # fmt: skip
    found = comparisons(opinions)
    assert [(one.name, one.first, one.second, one.photos) for one in found] == [
        ("Ada and Bo", "Ada", "Bo", 2),
        ("Ada and Cid", "Ada", "Cid", 1),
        ("Bo and Cid", "Bo", "Cid", 1),
        ("Ada, first and second time", "First time", "Second time", 1),
        ("Blind against prefilled", "Blind", "Prefilled", 2),
    ]
    assert comparisons([said("1", "Ada"), said("2", "Bo")]) == []


def test_each_parameter_is_measured_and_one_that_never_shows_is_left_out() -> None:
    opinions = [said("1", "Ada", hat="cap", width=0.2), said("1", "Bo", hat="none", width=0.5)]
    width, hat, color = measured(comparisons(opinions)[0], SCHEMA)
    assert isinstance(width, FieldAgreement)
    assert width.difference is not None
    assert round(width.difference.value, 6) == 0.3
    assert isinstance(hat, FieldAgreement)
    assert hat.exact is not None
    assert hat.exact.value == 0.0
    assert color is None


def test_prefilled_labels_that_agree_more_than_blind_ones_are_told() -> None:
    opinions = [said("1", "Ada", hat="cap"), said("1", "Bo", hat="none")]
    opinions += [said("2", one, hat="cap", is_blind=False) for one in ("Ada", "Bo")]
    starts = comparisons(opinions)[-1]
    _, hat, _ = measured(starts, SCHEMA)
    assert isinstance(hat, FieldContrast)
    assert hat.change.value == 1.0
    assert differences(starts, "hat") == []


def test_the_most_different_photos_come_first_and_only_where_both_show_it() -> None:
    opinions = [said(item, "Ada", hat="cap", width=0.5) for item in "123"]
    opinions += [
        said("1", "Bo", hat="cap", width=0.5), said("2", "Bo", hat="none", width=0.6), said("3", "Bo", hat="beanie", width=0.9),
    ]  # fmt: skip
    (both,) = comparisons(opinions)
    assert differences(both, "hat") == [Difference("2", "cap", "none", 1.0), Difference("3", "cap", "beanie", 1.0)]
    assert [one.item for one in differences(both, "width")] == ["3", "2"]
    assert differences(both, "hat_color") == []
