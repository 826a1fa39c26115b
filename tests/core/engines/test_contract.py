"""What every engine must fulfil: ours in code, every pack there is, and a pack of spheres."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core.avatar.posing import Pose
from core.avatar.schema import AvatarSchema, ContinuousParameter, DiscreteParameter, Option, Tag
from core.avatar.vector import AvatarVector
from core.engines import CAMERAS, CLASSES, AvatarEngine, Camera, engine_names, engine_schema, open_engine
from core.errors import EngineError, WrongEngineError
from tests.core.engines.packs import write_pack

SIZE = 96
VISIBLE = 8  # pixels of a picture that an option must change
VOCABULARY: dict[str, set[Tag]] = {
    "length": {"bald", "buzz", "short", "medium", "long", "tied", "covered"},
    "texture": {"straight", "wavy", "curly", "coily", "na"},
    "fringe": {True, False},
    "colour": {"black", "dark_brown", "light_brown", "blond", "red", "grey", "white", "dyed"},
    "monk": set(range(1, 11)),
    "undertone": {"warm", "neutral", "cool"},
}
KINDS: dict[str, set[Tag]] = {
    "facial_hair": {"none", "stubble", "moustache", "goatee", "full_beard"},
    "glasses": {"none", "clear", "sun"},
}

NAMES = [*engine_names(), "balls"]


@pytest.fixture(scope="module", params=NAMES)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AvatarEngine]:
    home = os.environ["LIKENESS_HOME"]
    if request.param == "balls":
        folder = tmp_path_factory.mktemp("home")
        write_pack(folder / "data" / "engines")
        os.environ["LIKENESS_HOME"] = str(folder)
    engine = open_engine(request.param)
    os.environ["LIKENESS_HOME"] = home
    yield engine
    engine.close()


@pytest.fixture
def default(engine: AvatarEngine) -> AvatarVector:
    return AvatarVector.default(engine.schema)


def differing(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> int:
    """Pixels that differ at all; pictures of one vector never do."""
    return int((a != b).any(axis=-1).sum())


def test_there_are_engines_to_check() -> None:
    assert {"toy", "balls"} <= set(NAMES)


def test_the_schema_uses_the_vocabulary(engine: AvatarEngine) -> None:
    ids = [parameter.id for parameter in engine.schema]

    assert len(ids) >= 3
    for choice in engine.schema.discrete:
        for option in choice.options:
            for tag, value in option.tags.items():
                allowed = KINDS[choice.id] if tag == "kind" else VOCABULARY[tag]
                assert value in allowed, f"{choice.id} {option.id} {tag}"


def test_pictures_are_straight_alpha_on_nothing(engine: AvatarEngine, default: AvatarVector) -> None:
    picture = engine.render(default, Camera(), SIZE)

    assert picture.shape == (SIZE, SIZE, 4)
    assert picture.dtype == np.uint8
    assert picture[:3, :3, 3].max() == 0
    covered = picture[..., 3] > 127
    assert 0.1 < covered.mean() < 0.9
    # Straight, not premultiplied: half-covered pixels are as bright as whole ones, not half as bright.
    edge = (picture[..., 3] > 60) & (picture[..., 3] < 140)
    if edge.any():
        assert picture[edge][:, :3].mean() > 0.6 * picture[picture[..., 3] == 255][:, :3].mean()


def test_masks_are_classes_and_cover_what_the_picture_covers(engine: AvatarEngine, default: AvatarVector) -> None:
    picture, masks = engine.render(default, Camera(), SIZE), engine.render_masks(default, Camera(), SIZE)

    assert masks.shape == (SIZE, SIZE)
    assert masks.dtype == np.uint8
    assert masks.max() < len(CLASSES)
    assert {CLASSES.index("skin"), CLASSES.index("eyes")} <= set(np.unique(masks).tolist())
    clear = np.abs(picture[..., 3].astype(int) - 127) > 120
    assert ((masks > 0) == (picture[..., 3] > 127))[clear].mean() > 0.995


def test_the_same_vector_gives_the_same_bytes(engine: AvatarEngine) -> None:
    rng = np.random.default_rng(3)
    vectors = [AvatarVector.sample(engine.schema, rng) for _ in range(3)]
    first = [engine.render(vector, Camera(), SIZE).tobytes() for vector in vectors]

    again = [engine.render(vector, Camera(), SIZE).tobytes() for vector in reversed(vectors)][::-1]

    assert again == first
    assert len(set(first)) == 3


def test_every_option_is_visible_and_differs_from_its_siblings(engine: AvatarEngine, default: AvatarVector) -> None:
    for choice in engine.schema.discrete:
        worn = default.showing(choice.id)
        pictures = {
            option.id: engine.render(worn.with_value(choice.id, option.id), Camera(), SIZE, "light") for option in choice.options
        }
        names = list(pictures)
        for index, name in enumerate(names):
            for other in names[:index]:
                assert differing(pictures[name], pictures[other]) >= VISIBLE, f"{choice.id}: {name} looks like {other}"


def test_what_is_said_to_be_unseen_is(engine: AvatarEngine, default: AvatarVector) -> None:
    for choice in engine.schema.discrete:
        if not default.shows(choice.id):
            ends = (choice.options[0].id, choice.options[-1].id)
            one, two = (engine.render(default.with_value(choice.id, end), Camera(), SIZE, "light") for end in ends)

            assert differing(one, two) == 0, choice.id


def test_every_number_moves_the_picture(engine: AvatarEngine, default: AvatarVector) -> None:
    for parameter in engine.schema.continuous:
        low, high = (engine.render(default.with_value(parameter.id, value), Camera(), SIZE, "light") for value in (0.0, 1.0))

        assert differing(low, high) >= VISIBLE, parameter.id


def test_cameras_and_frames_show_different_pictures(engine: AvatarEngine, default: AvatarVector) -> None:
    cameras = [*CAMERAS.values(), Camera(yaw=28.0, pitch=4.0), Camera(frame="face")]
    pictures = [engine.render(default, camera, SIZE, "light") for camera in cameras]

    for index, picture in enumerate(pictures):
        for other in pictures[:index]:
            assert differing(picture, other) > 50


def test_frame_face_is_the_middle_of_frame_bust(engine: AvatarEngine, default: AvatarVector) -> None:
    """The wide frame is 1.6 times wider around the same centre, as the alignment cuts photos (decisions.md 8)."""
    face = engine.render_masks(default, Camera(frame="face"), 200) > 0
    bust = engine.render_masks(default, Camera(frame="bust"), 320) > 0

    assert (face == bust[60:260, 60:260]).mean() > 0.99


@pytest.mark.parametrize("size", [64, 200, 333])
def test_sizes_between_the_limits_are_rendered(engine: AvatarEngine, default: AvatarVector, size: int) -> None:
    assert engine.render(default, Camera(), size, "light").shape == (size, size, 4)
    assert engine.render_masks(default, Camera(), size, "light").shape == (size, size)


@pytest.mark.parametrize("size", [0, -5, 63, 2049])
def test_sizes_outside_the_limits_are_refused(engine: AvatarEngine, default: AvatarVector, size: int) -> None:
    with pytest.raises(EngineError, match="64 to 2048"):
        engine.render(default, Camera(), size)
    with pytest.raises(EngineError, match="64 to 2048"):
        engine.render_masks(default, Camera(), size)


def test_a_vector_of_another_schema_is_refused_with_both_named(engine: AvatarEngine) -> None:
    other = AvatarSchema(
        "other", 3, (ContinuousParameter("x", "X", "head"),), (DiscreteParameter("y", "Y", "head", (Option("a", "A"),), "a"),)
    )

    with pytest.raises(WrongEngineError, match=f"other 3.*{engine.schema.engine} {engine.schema.version}"):
        engine.render(AvatarVector.default(other), Camera(), SIZE)
    with pytest.raises(WrongEngineError):
        engine.render_masks(AvatarVector.default(other), Camera(), SIZE)


def test_an_equal_schema_read_again_is_accepted(engine: AvatarEngine) -> None:
    schema = engine.schema
    again = AvatarSchema(schema.engine, schema.version, schema.continuous, schema.discrete)

    assert engine.render(AvatarVector.default(again), Camera(), SIZE).any()


@pytest.mark.parametrize("pose", [{"eyeBlinkLeft": 1.0, "jawOpen": 0.5}, {"wag_tail": 1.0}])
def test_poses_are_taken_whether_they_can_be_shown_or_not(engine: AvatarEngine, default: AvatarVector, pose: Pose) -> None:
    posed = engine.render(default, Camera(), SIZE, "light", pose)

    assert posed.shape == (SIZE, SIZE, 4)
    assert engine.render_masks(default, Camera(), SIZE, "light", pose).any()
    if "wag_tail" in pose:
        assert np.array_equal(posed, engine.render(default, Camera(), SIZE, "light"))


def test_close_may_be_followed_by_another_picture(engine: AvatarEngine, default: AvatarVector) -> None:
    before = engine.render(default, Camera(), SIZE)
    engine.close()

    assert np.array_equal(engine.render(default, Camera(), SIZE), before)


def test_unknown_engines_are_refused_with_the_known_ones() -> None:
    for function in (open_engine, engine_schema):
        with pytest.raises(EngineError, match=r"no engine “tonn”; there are .*toy"):
            function("tonn")


def test_a_schema_is_read_without_a_graphics_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_pack(tmp_path / "data" / "engines")
    code = (
        "import sys; from core.engines import engine_schema, engine_names\n"
        "assert 'balls' in engine_names(); assert len(engine_schema('balls').discrete) == 4\n"
        "assert 'wgpu' not in sys.modules and 'torch' not in sys.modules"
    )
    monkeypatch.setenv("LIKENESS_HOME", str(tmp_path))

    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert result.stderr == ""
    assert result.returncode == 0
