"""What “Which is more you?” settles, by real photos: `.venv/bin/python benchmarks/which.py [PHOTOS] [ROUNDS]`.

PHOTOS is the folder of the portraits that `benchmarks/labels/dev.csv` labels. For every one the shipped method estimates, six
questions are asked as the window asks them, with light pictures that must look different, and somebody who has the designer's
label in mind answers: the candidate that is nearer to the label; “can't tell” where both are equally near; one answer in ten at
random. Printed: how many of the settings that were asked about were right before and after, by kind, and how far away they were.
A choice is right where it is the label's; a number within a tenth; a mixture within a quarter of its shapes.
"""

import csv
import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from core.asking import ANSWERS, VISIBLE, Answer, Beliefs, Question, Topic, visible_difference  # noqa: E402
from core.avatar.schema import DiscreteParameter, Parameter  # noqa: E402
from core.avatar.vector import AvatarVector, Value  # noqa: E402
from core.engines import AvatarEngine, Camera, open_engine  # noqa: E402
from core.errors import AvatarError  # noqa: E402
from core.faces.reading import read_selfie  # noqa: E402
from core.images import read_photo  # noqa: E402
from core.methods import Estimate, FieldEstimate, Method, open_method  # noqa: E402
from core.reporting import SilentReporter  # noqa: E402

PORTRAITS = ROOT.parent / "shared" / "data" / "faces" / "portraits"
LABELS = ROOT / "benchmarks" / "labels" / "dev.csv"
SLIPS = 0.1
EQUALLY_NEAR = 0.1
SIZE = 128  # pixels of the pictures that are compared
MOST_TRIED = 8
UNSURE_BELOW = 0.4  # a choice that the window marks
SMALL = ("eyes", "brows", "nose", "mouth", "glasses")


def labels(method: Method) -> dict[str, dict[str, Value]]:
    """What designers chose, by photo and parameter: each one's first time."""
    found: dict[str, dict[str, Value]] = defaultdict(dict)
    with LABELS.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["take"] == "1" and row["field"] in method.schema:
                is_number = row["field"] in method.schema.continuous_index
                found[row["name"]][row["field"]] = float(row["value"]) if is_number else row["value"]
    return found


def distance(topic: Topic, values: Mapping[str, Value], label: Mapping[str, Value]) -> float:
    """How far values are from the label: 0 is the same, 1 another option."""
    if topic.is_choice:
        one, other = (list(topic.values).index({topic.name: either[topic.name]}) for either in (values, label))
        return float(topic.distances[one, other])
    mine, theirs = (np.array([float(either[key]) for key in topic.ids]) for either in (values, label))
    if len(topic.ids) > 1:
        return float(0.5 * np.abs(mine / max(1, mine.sum()) - theirs / max(1, theirs.sum())).sum())
    return min(1.0, float(abs(mine - theirs)[0]) / 0.4)


def is_right(topic: Topic, values: Mapping[str, Value], label: Mapping[str, Value]) -> bool:
    """Whether values count as the label's."""
    return values[topic.name] == label[topic.name] if topic.is_choice else distance(topic, values, label) <= 0.25


def is_marked(parameter: Parameter, known: FieldEstimate) -> bool:
    """Whether the window marks a choice as unsure; colours, which it marks by another rule, are left out."""
    is_colour = isinstance(parameter, DiscreteParameter) and any(option.srgb for option in parameter.options)
    return known.confidence < UNSURE_BELOW and not is_colour


def answer(question: Question, label: Mapping[str, Value], rng: np.random.Generator) -> Answer:
    """What somebody says who has the label in mind."""
    if rng.random() < SLIPS:
        return ANSWERS[int(rng.integers(len(ANSWERS)))]
    first, second = (distance(question.topic, values, label) for values in question.values)
    if abs(first - second) < EQUALLY_NEAR:
        return "neither"
    return "first" if first < second else "second"


class Eyes:
    """Sees whether two avatars look different; what was drawn once is remembered."""

    def __init__(self, engine: AvatarEngine) -> None:
        self._engine = engine
        self._drawn: dict[tuple[AvatarVector, str], np.ndarray] = {}

    def question(self, beliefs: Beliefs) -> Question | None:
        """The first question whose two pictures look different."""
        return next((one for one in beliefs.questions()[:MOST_TRIED] if self._look_different(one)), None)

    def _look_different(self, question: Question) -> bool:
        camera = Camera(frame="face" if question.topic.component in SMALL else "bust")
        return visible_difference(*(self._picture(vector, camera) for vector in question.vectors)) >= VISIBLE

    def _picture(self, vector: AvatarVector, camera: Camera) -> np.ndarray:
        key = (vector, camera.frame)
        if key not in self._drawn:
            self._drawn[key] = self._engine.render(vector, camera, SIZE, "light")
        return self._drawn[key]


def conversation(estimate: Estimate, label: Mapping[str, Value], eyes: Eyes, seed: int) -> Beliefs:
    """Ask until nothing is worth asking."""
    marked = [key for key, known in estimate.fields.items() if known.best and is_marked(estimate.vector.schema[key], known)]
    rng, beliefs = np.random.default_rng(seed), Beliefs.of(estimate, estimate.vector, marked=marked, seed=seed)
    while (question := eyes.question(beliefs)) is not None:
        beliefs = beliefs.after(question, answer(question, label, rng))
    return beliefs


def main(photos: str = str(PORTRAITS), rounds: str = "3") -> None:
    """Measure and print."""
    engine = open_engine("toon")
    method = open_method("default", engine.schema)
    told = labels(method)
    rows: dict[str, list[tuple[bool, bool, float, float]]] = defaultdict(list)
    unsure, num_questions, talks, read = [], 0, 0, 0
    for name, label in sorted(told.items()):
        try:
            estimate = method.estimate(read_selfie(read_photo(Path(photos) / name)), SilentReporter())
        except AvatarError as error:
            _say(f"{name}: {error}")
            continue
        eyes, read = Eyes(engine), read + 1
        for seed in range(int(rounds)):
            end = conversation(estimate, label, eyes, seed)
            num_questions, talks = num_questions + len(end.answers), talks + 1
            after = end.avatar()
            asked = {question.topic.name for question, _ in end.answers}
            for topic in end.topics:
                one, two = ({key: vector[key] for key in topic.ids} for vector in (estimate.vector, after))
                row = (
                    is_right(topic, one, label),
                    is_right(topic, two, label),
                    distance(topic, one, label),
                    distance(topic, two, label),
                )
                if topic.name in asked:
                    rows[topic.name].append(row)
                if topic.ids[0] in end.marked:
                    unsure.append(row)
    engine.close()
    _say(f"{read} photos, {talks} conversations, {num_questions / talks:.1f} questions each")
    _say(f"{'asked about':<18} {'a photo':>8} {'right before':>13} {'after':>7} {'away before':>13} {'after':>7}")
    everything = [row for found in rows.values() for row in found]
    for name, found in [
        *sorted(rows.items(), key=lambda item: -len(item[1])),
        ("all of these", everything),
        ("marked choices", unsure),
    ]:
        means = np.array(found, float).mean(axis=0)
        _say(f"{name:<18} {len(found) / talks:8.2f} {means[0]:13.2f} {means[1]:7.2f} {means[2]:13.2f} {means[3]:7.2f}")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
