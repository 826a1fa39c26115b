"""How well, how fairly and how fast faces are found and read. Run with `.venv/bin/python benchmarks/faces.py`.

Everything on the dev portraits, as they are and with known faults, on pictures without a face, and on renders. All errors on
photos are against the teachers, who are no people: asked about twelve crops of a face, the two halves of their answers differ by
.36 percent of the outer-eye distance. What was measured is kept in runs/benchmarks until networks, labels or code change, so a
stopped run goes on where it was. Intervals hold 95 percent of what portraits drawn with replacement give; ▼ marks a group that is
worse off than the others.
"""

import argparse
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import face_costs, face_faults, face_finding, face_free, face_heads, face_regions
from benchmarks.face_figures import Figure, Measure, Record, change, figures, table
from benchmarks.face_reading import RUNS_FOLDER, DevSet, dev_set
from benchmarks.hand_marks import MARKS_FILE
from core.datasets.photo_faults import FAULTS
from core.files import write_atomically
from core.models import find_model
from core.paths import MODELS_FOLDER

ROOT = Path(__file__).resolve().parent.parent
SECTIONS = ("finding", "landmarks", "false", "regions", "renders", "marks", "colours", "costs")


HEADS_FOLDER = ROOT / "runs" / "heads"
"""Where `main.py train render_heads --run runs/heads` put them."""

_HEADS: Mapping[str, Callable[[], list[dict[str, Any]]]] = {
    "renders": partial(face_heads.measure_renders, HEADS_FOLDER),
    "marks": face_heads.measure_marks,
    "colours": partial(face_heads.measure_colours, HEADS_FOLDER / "lit"),
}
_NEEDS = {"renders": HEADS_FOLDER / "manifest.json", "marks": MARKS_FILE, "colours": HEADS_FOLDER / "lit" / "manifest.json"}


def main() -> None:
    """Measure what is asked for and write the tables."""
    asked = _arguments()
    with tempfile.TemporaryDirectory() as home:
        if asked.models:
            _use_models(asked.models, Path(home))
        result = measured(asked)
    if asked.json:
        write_atomically(asked.json, json.dumps(result, ensure_ascii=False).encode())
    if asked.cards:
        write_cards(result["figures"], result["costs"])


def measured(asked: argparse.Namespace) -> dict[str, Any]:
    """Everything, as it goes to the JSON file; tables are written as they are ready."""
    dev = dev_set(asked.labels)
    before = json.loads(asked.against.read_bytes()) if asked.against else None
    kept = _Kept(asked.fresh, asked.labels)
    result: dict[str, Any] = {"models": kept.models, "records": {}, "figures": {}, "costs": {}}
    for section in asked.only:
        if section == "costs":
            result["costs"] = face_costs.measure_costs(dev)
            _write(_cost_table(result["costs"]))
            continue
        records = _records(section, dev, kept, asked.faults, asked.every)
        result["records"][section] = records
        rows = [(measure, figures(measure, dev.groups)) for measure in _measures(section, records)]
        changes = _changes(section, records, before)
        _write(f"## {section.capitalize()}\n\n{table(rows, changes)}")
        if section == "landmarks":
            _write(face_faults.fault_table(records))
        if section == "regions":
            result["seen"] = face_regions.seen_figures(records)
            _write("\n".join(f"- {name}: {value}" for name, value in result["seen"].items()))
        result["figures"][section] = {measure.name: _as_json(row) for measure, row in rows}
    return result


def write_cards(found: Mapping[str, Any], costs: Mapping[str, Any]) -> None:
    """Write the figures into the cards of the shipped networks."""
    parts = {"finder": ("finding", "false"), "landmarks": ("landmarks",), "parser": ("regions", "renders", "marks", "colours")}
    for name, sections in parts.items():
        path = MODELS_FOLDER / f"{name}.json"
        measures = {title: row for section in sections for title, row in found.get(section, {}).items()}
        card = {**json.loads(path.read_bytes()), "figures": {"measured_by": "benchmarks/faces.py", **measures}}
        if name == "finder":
            card["figures"]["costs"] = costs
        write_atomically(path, (json.dumps(card, indent=2, ensure_ascii=False) + "\n").encode())


class _Kept:
    """What was measured before with the same networks and the same code."""

    def __init__(self, fresh: bool, labels: Path) -> None:
        self.models = {name: hashlib.sha256(find_model(name).read_bytes()).hexdigest() for name in face_costs.NETWORKS}
        sources = [*(ROOT / "core" / "faces").glob("*.py"), *(ROOT / "benchmarks").glob("face_*.py")]
        sources += [labels / name for name in ("manifest.json", "landmarks.npy", "regions.npy")]
        sources += [MARKS_FILE, MARKS_FILE.with_suffix(".py")]
        sources += [ROOT / "core" / "datasets" / f"{name}.py" for name in ("face_photos", "photo_faults", "photo_covers")]
        digest = hashlib.sha256(json.dumps(self.models).encode())
        for path in sorted(sources):
            digest.update(path.read_bytes())
        self._folder = RUNS_FOLDER / digest.hexdigest()[:16]
        self._fresh = fresh
        self._folder.mkdir(parents=True, exist_ok=True)

    def records(self, part: str, measure: Callable[[], list[dict[str, Any]]]) -> list[dict[str, Any]]:
        """Of one part; measured now if there are none."""
        path = self._folder / f"{part.replace(' ', '_')}.json"
        if self._fresh or not path.exists():
            write_atomically(path, json.dumps(measure()).encode())
        records: list[dict[str, Any]] = json.loads(path.read_bytes())
        return records


def _records(section: str, dev: DevSet, kept: _Kept, faults: Sequence[str], every: int) -> list[dict[str, Any]]:
    if section == "false":
        kinds = [kept.records(kind, partial(face_free.measure_kind, dev, kind)) for kind in face_free.COUNTS]
        return [record for records in kinds for record in records]
    if section == "regions":
        clean = kept.records("regions", partial(face_regions.measure_regions, dev))
        return clean + kept.records(f"regions every {every}", partial(face_regions.measure_faulty, dev, every))
    if section in _HEADS:
        return kept.records(section, _HEADS[section]) if _is_there(section) else []
    records = []
    for fault in [face_faults.CLEAN, *faults]:
        part = fault if fault == face_faults.CLEAN else f"{fault} every {every}"
        records += kept.records(part, partial(face_faults.measure_fault, dev, fault, every))
    if section == "finding":
        records += kept.records("portraits", face_finding.measure_portraits)
    return records


def _is_there(section: str) -> bool:
    if _NEEDS[section].exists():
        return True
    _write(f"There is no {_NEEDS[section]}, so {section} are not measured.")
    return False


def _measures(section: str, records: Sequence[Record]) -> list[Measure]:
    if section == "finding":
        portraits = [record for record in records if "fault" not in record]
        rest = [record for record in records if "fault" in record]
        return [*face_finding.measures(portraits), *face_faults.finding_measures(rest)]
    makers: Mapping[str, Callable[[Sequence[Record]], Iterator[Measure]]] = {
        "landmarks": face_faults.landmark_measures, "false": face_free.measures, "regions": face_regions.measures,
        "renders": face_heads.render_measures, "marks": face_heads.mark_measures, "colours": face_heads.colour_measures,
    }  # fmt: skip
    return list(makers[section](records))


def _changes(section: str, records: Sequence[Record], before: Mapping[str, Any] | None) -> dict[str, Figure] | None:
    """Name of a figure -> its change, over the pictures that count in both."""
    if before is None or section not in before["records"]:
        return None
    old = {record["key"]: record for record in before["records"][section]}
    # A face that was found once only has no error to compare; finding it is another figure.
    both = [record for record in records if record["key"] in old and _is_comparable(section, record, old[record["key"]])]
    then = {measure.name: measure for measure in _measures(section, [old[record["key"]] for record in both])}
    measures = [now for now in _measures(section, both) if now.name in then and now.files == then[now.name].files]
    return {now.name: change(now, then[now.name]) for now in measures}


def _is_comparable(section: str, now: Record, before: Record) -> bool:
    return section != "landmarks" or bool(now["found"] and before["found"])


def _use_models(folders: Sequence[Path], home: Path) -> None:
    """Let networks of these folders stand before the shipped ones, as a user's own do."""
    models = home / "data" / "models"
    models.mkdir(parents=True)
    for folder in folders:
        found = sorted(folder.glob("*.onnx"))
        if not found:
            raise SystemExit(f"There is no network in {folder}.")
        for path in found:
            for file in (path, path.with_suffix(".json")):
                (models / file.name).symlink_to(file.resolve())
    os.environ["LIKENESS_HOME"] = str(home)


def _cost_table(costs: Mapping[str, Any]) -> str:
    return "## Costs\n\n" + "\n".join(f"- {name}: {value}" for name, value in costs.items())


def _as_json(row: Mapping[str, Figure]) -> dict[str, Any]:
    return {
        group: {
            "value": round(figure.value, 4),
            "low": round(figure.low, 4),
            "high": round(figure.high, 4),
            "pictures": figure.count,
        }
        | ({"is_below": True} if figure.is_below else {})
        for group, figure in row.items()
    }


def _write(text: str) -> None:
    sys.stdout.write(text + "\n\n")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "labels", nargs="?", type=Path, default=ROOT / "runs" / "labels_dev", help="from main.py train label_faces"
    )
    parser.add_argument("--only", type=lambda text: text.split(","), default=SECTIONS, help=f"some of {','.join(SECTIONS)}")
    parser.add_argument("--faults", type=lambda text: text.split(","), default=tuple(FAULTS), help="some of " + ", ".join(FAULTS))
    parser.add_argument("--every", type=int, default=4, help="one in so many portraits for each fault (default 4; 1 takes all)")
    parser.add_argument(
        "--models", type=Path, nargs="+", help="folders with networks and cards to measure instead of those shipped"
    )
    parser.add_argument("--json", type=Path, help="write records and figures")
    parser.add_argument("--against", type=Path, help="JSON of an earlier run: show the change, paired on the same pictures")
    parser.add_argument("--cards", action="store_true", help="write the figures into the cards of the shipped networks")
    parser.add_argument("--fresh", action="store_true", help="measure again what is kept")
    asked = parser.parse_args()
    unknown = [name for name in asked.only if name not in SECTIONS] + [name for name in asked.faults if name not in FAULTS]
    if unknown:
        parser.error(f"there is no {unknown[0]}")
    return asked


if __name__ == "__main__":
    main()
