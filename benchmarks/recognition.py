"""Whether people are recognised in their avatars (decisions.md 12). `.venv/bin/python benchmarks/recognition.py VERB ...`.

choose LABELS.csv
    The photos of the trials: groups of eight frontal ones of one sex and a like skin tone.
trials LABELS.csv PHOTOS AVATARS OUT [--seed N]
    For each of them a picture of it beside the eight numbered avatars of its group, AVATARS/<photo's stem>.avatar.json;
    the answers stand apart in OUT/key.json.
score OUT/key.json ANSWERS.json
    Share of trials in which a judge, who saw only the pictures, picked the right avatar ({trial: number}), with 95 % Wilson
    intervals, of all and by group.

benchmarks/recognition_avatars holds avatars of the 32 chosen dev photos set by hand through the window: what `toon` can show.
No picture that this makes may be committed: they show photos of ../shared/data.
"""

import argparse
import csv
import json
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from core.avatar.document import read_document
from core.engines import CAMERAS, AvatarEngine, open_engine

GROUPS = {
    "women, skin 2-4": ("female", range(2, 5)),
    "men, skin 2-4": ("male", range(2, 5)),
    "women, skin 7-10": ("female", range(7, 11)),
    "men, skin 5-10": ("male", range(5, 11)),
}
SIZE = 8  # photos of a group; chance is 1 in 8
PHOTO, AVATAR = 560, 300  # pixels
BACKDROP, INK = (226, 229, 236), (30, 34, 48)


def chosen(labels: Path) -> dict[str, list[str]]:
    """Group -> its photos' file names; the same for the same labels."""
    rows = [row for row in csv.DictReader(labels.open(encoding="utf-8")) if row["frontal"] == "yes" and row["skin_tone"]]
    groups = {}
    for name, (sex, tones) in GROUPS.items():
        alike = sorted(row["file"] for row in rows if row["sex"] == sex and int(row["skin_tone"]) in tones)
        picks = np.random.default_rng(3).permutation(len(alike))[:SIZE]
        groups[name] = [alike[index] for index in sorted(picks)]
    return groups


def draw_trial(photo: Image.Image, avatars: Sequence[Image.Image]) -> Image.Image:
    """The photo at the left, the numbered avatars in two rows at its right."""
    columns = math.ceil(len(avatars) / 2)
    canvas = Image.new("RGB", (PHOTO + columns * AVATAR, 2 * AVATAR), BACKDROP)
    photo.thumbnail((PHOTO - 20, 2 * AVATAR - 20))
    canvas.paste(photo, (10, (2 * AVATAR - photo.height) // 2))
    pen = ImageDraw.Draw(canvas)
    for index, avatar in enumerate(avatars):
        corner = (PHOTO + index % columns * AVATAR, index // columns * AVATAR)
        canvas.paste(avatar, corner, avatar)
        pen.text((corner[0] + 12, corner[1] + 8), str(index + 1), fill=INK, font_size=28)
    return canvas


def write_trials(groups: Mapping[str, Sequence[str]], photos: Path, avatars: Path, out: Path, seed: int) -> None:
    """One picture for each photo, in a random order and with its group's avatars in a random order, and the key."""
    engine: AvatarEngine = open_engine("toon")
    rng = np.random.default_rng(seed)
    renders = {}
    for file in (file for group in groups.values() for file in group):
        document = read_document(avatars / f"{Path(file).stem}.avatar.json")
        picture = engine.render(document.vector(engine.schema), CAMERAS["front"], AVATAR)
        renders[file] = Image.fromarray(picture)
    engine.close()
    trials = [(name, file) for name, group in groups.items() for file in group]
    key = {}
    out.mkdir(parents=True, exist_ok=True)
    for number, index in enumerate(rng.permutation(len(trials)), 1):
        name, file = trials[index]
        order = [groups[name][place] for place in rng.permutation(len(groups[name]))]
        with Image.open(photos / file) as photo:
            draw_trial(photo.convert("RGB"), [renders[other] for other in order]).save(out / f"trial_{number:02}.jpg", quality=90)
        key[f"trial_{number:02}"] = {"group": name, "photo": file, "right": order.index(file) + 1}
    (out / "key.json").write_text(json.dumps(key, indent=1), encoding="utf-8")


def wilson(hits: int, count: int) -> tuple[float, float]:
    """95 % interval of a share.

    Source: E. B. Wilson (1927), "Probable inference, the law of succession, and statistical inference".
    """
    z = 1.96
    middle = (hits + z * z / 2) / (count + z * z)
    half = z / (count + z * z) * math.sqrt(hits * (count - hits) / count + z * z / 4)
    return middle - half, middle + half


def report(key: Mapping[str, Mapping[str, object]], answers: Mapping[str, int]) -> list[str]:
    """A line for all trials and one for each group; a trial without an answer counts as missed."""
    lines = []
    for name in (None, *dict.fromkeys(str(entry["group"]) for entry in key.values())):
        hits = [answers.get(trial) == entry["right"] for trial, entry in key.items() if name in (None, entry["group"])]
        low, high = wilson(sum(hits), len(hits))
        share = sum(hits) / len(hits)
        lines.append(f"{name or 'all':18} {sum(hits):3} of {len(hits):3}  {share:.2f} [{low:.2f}, {high:.2f}]")
    return lines


def main() -> None:
    """Run one verb."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("choose").add_argument("labels", type=Path)
    trials = verbs.add_parser("trials")
    for name in ("labels", "photos", "avatars", "out"):
        trials.add_argument(name, type=Path)
    trials.add_argument("--seed", type=int, default=1)
    scoring = verbs.add_parser("score")
    scoring.add_argument("key", type=Path)
    scoring.add_argument("answers", type=Path)
    wanted = parser.parse_args()
    if wanted.verb == "choose":
        lines = [f"{name}: {' '.join(files)}" for name, files in chosen(wanted.labels).items()]
    elif wanted.verb == "trials":
        write_trials(chosen(wanted.labels), wanted.photos, wanted.avatars, wanted.out, wanted.seed)
        lines = [f"{len(GROUPS) * SIZE} trials in {wanted.out}"]
    else:
        lines = report(json.loads(wanted.key.read_text()), json.loads(wanted.answers.read_text()))
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
