"""Random schemas and vectors for property tests."""

import numpy as np
from hypothesis import strategies as st

from core.avatar.schema import AvatarSchema, ContinuousParameter, DiscreteParameter, Group, Option
from core.avatar.vector import AvatarVector

ids = st.text("abcdefghijklmnopqrstuvwxyz_0123456789", min_size=1, max_size=12)
groups: st.SearchStrategy[Group] = st.sampled_from(("core", "extra"))
unit = st.floats(0.0, 1.0, width=32)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def schemas(draw: st.DrawFn) -> AvatarSchema:
    names = draw(st.lists(ids, min_size=1, max_size=8, unique=True))
    split = draw(st.integers(0, len(names)))
    blend = draw(st.none() | st.just("mixture"))
    continuous = tuple(
        ContinuousParameter(name, name.title(), "head", draw(unit), draw(groups), blend if draw(st.booleans()) else None)
        for name in names[:split]
    )
    discrete = tuple(draw(choices(name)) for name in names[split:])
    return AvatarSchema(draw(ids), draw(st.integers(1, 9)), continuous, discrete)


@st.composite
def choices(draw: st.DrawFn, name: str) -> DiscreteParameter:
    option_ids = draw(st.lists(ids, min_size=1, max_size=5, unique=True))
    options = tuple(Option(option_id, option_id.title()) for option_id in option_ids)
    return DiscreteParameter(name, name.title(), "hair", options, draw(st.sampled_from(option_ids)), draw(groups))


@st.composite
def vectors(draw: st.DrawFn) -> AvatarVector:
    schema = draw(schemas())
    continuous = [draw(unit) for _ in schema.continuous]
    discrete = [draw(st.integers(0, len(choice.options) - 1)) for choice in schema.discrete]
    return AvatarVector(schema, np.array(continuous, np.float32), np.array(discrete, np.int64))


TOON = AvatarSchema(
    "toon",
    2,
    (
        ContinuousParameter("head_width", "Width", "head"),
        ContinuousParameter("head_type_1", "Oval", "head", 1.0, blend="head_type"),
        ContinuousParameter("head_type_2", "Round", "head", 0.0, blend="head_type"),
        ContinuousParameter("smile", "Smile", "mouth", 0.25, "extra"),
    ),
    (
        DiscreteParameter("glasses", "Glasses", "glasses", (Option("none", "None"), Option("round", "Round")), "none"),
        DiscreteParameter("shirt", "Shirt", "clothes", (Option("tee", "Tee"),), "tee", "extra"),
    ),
)
"""A small schema with everything that a schema can have."""
