"""The verbs of `jobs`, with toy stages that run in this process."""

import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest

import core.cli.jobs
import core.cli.jobs_queue
from core.cli.output import ExitCode
from core.cli.program import run
from core.jobs.cluster import write_cluster
from core.jobs.commands import ask, is_asked
from core.jobs.events import append_event
from core.jobs.job import CONFIG, Job
from core.jobs.queue import Entry, Queue
from core.jobs.serving import outlooks
from core.jobs.state import JobState, job_state, occupied
from tests.core.cli.jobs.seen import Make, Said, contents, read


def test_start_begins_a_run_and_says_its_name(runs: Path, capsys: Said) -> None:
    assert run(["jobs", "start", "count", "--set", "steps=2", "--name", "mine", "--now"]) == ExitCode.DONE
    said = capsys.readouterr()

    assert said.out == "mine\n"
    assert "jobs show mine" in said.err
    assert json.loads((runs / "mine" / "checkpoint.json").read_text()) == 2


def test_start_takes_settings_from_a_file_and_names_the_folder_itself(runs: Path, tmp_path: Path, capsys: Said) -> None:
    (tmp_path / "settings.json").write_text('{"steps": 3}')

    assert run(["jobs", "start", "count", "--config", str(tmp_path / "settings.json"), "--json"]) == ExitCode.DONE
    row = read(capsys)

    assert row == {"name": row["name"], "folder": str(runs / row["name"]), "done": row["done"], "error": None}
    assert row["name"].endswith("-count")
    assert json.loads((runs / row["name"] / CONFIG).read_text())["config"]["steps"] == 3


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["start", "counts"], "There is no stage “counts”"),
        (["start", "count", "--set", "stepz=1"], "There is no setting “stepz”"),
        (["start", "count", "--name", "../out"], "“../out” cannot be the name of a run"),
        (["start", "count", "--name", "landmarks"], "There is a run “landmarks” already."),
        (["show", "landmark"], "Did you mean landmarks?"),
        (["stop", "landmarks", "ladmarks"], "Did you mean landmarks?"),
        (["show", "quite-other"], "There is no run “quite-other” in"),
        (["remove", ".."], "“..” cannot be the name of a run"),
        (["start", "count", "--after", "landmark"], "Did you mean landmarks?"),
        (["start", "count", "--after", "landmarks", "--now"], "take one of them"),
        (["start", "count", "--slot", "gpu"], "There is no slot “gpu”"),
        (["remove", "landmarks"], "Say it with --yes."),
        (["list", "--watch", "--json"], "take one of them"),
        (["log", "landmarks", "--follow", "--json"], "take one of them"),
    ],
)
def test_wrong_usage_is_a_sentence_and_changes_nothing(
    arguments: list[str], sentence: str, make: Make, runs: Path, capsys: Said
) -> None:
    folder = make("landmarks", JobState.RUNNING)
    before = contents(runs)

    assert run(["jobs", *arguments]) == ExitCode.USAGE
    said = capsys.readouterr().err
    assert sentence in said
    assert "Traceback" not in said
    assert contents(runs) == before
    assert not is_asked(folder, "stop")


def test_path_of_a_run_is_answered_with_its_name(make: Make, runs: Path, capsys: Said) -> None:
    make("landmarks")

    assert run(["jobs", "show", str(runs / "landmarks")]) == ExitCode.USAGE
    assert "A run is named by its folder alone: landmarks" in capsys.readouterr().err


def test_list_tells_every_run_those_at_work_first(make: Make, runs: Path, capsys: Said) -> None:
    make("a-failed", JobState.FAILED)
    for name, state in (("b-waiting", JobState.WAITING), ("c-running", JobState.RUNNING), ("d-lost", JobState.LOST)):
        make(name, state)
    append_event(runs / "c-running", "progress", step=1, total=4)
    append_event(runs / "c-running", "measured", name="loss", value=0.5, step=7)
    append_event(runs / "c-running", "measured", name="odd", value=float("nan"), step=7)

    assert run(["jobs", "list", "--json"]) == ExitCode.DONE
    rows = {row["name"]: row for row in read(capsys)}

    assert list(rows)[:2] == ["c-running", "b-waiting"]
    assert {name: row["state"] for name, row in rows.items()} == {
        "c-running": "running", "b-waiting": "waiting", "a-failed": "failed", "d-lost": "lost",
    }  # fmt: skip
    assert rows["c-running"]["measured"] == {"loss": {"step": 7, "value": 0.5}, "odd": {"step": 7, "value": None}}
    assert (rows["c-running"]["step"], rows["c-running"]["total"], rows["c-running"]["title"]) == (1, 4, "Count")
    assert rows["d-lost"]["failure"]["cause"] == "lost"

    assert run(["jobs", "list"]) == ExitCode.DONE
    said = capsys.readouterr().out
    assert "c-running  Count  running      25%" in said
    assert said.index("c-running") < said.index("b-waiting") < said.index("d-lost")
    assert "a-failed  There was not enough memory." in said


def test_list_of_no_runs_says_how_to_begin_one(runs: Path, capsys: Said) -> None:
    assert run(["jobs", "list"]) == ExitCode.DONE
    assert f"There are no runs in {runs}." in capsys.readouterr().out
    assert run(["jobs", "list", "--json"]) == ExitCode.DONE
    assert read(capsys) == []


def test_other_runs_are_seen_with_an_option(make: Make, runs: Path, tmp_path: Path, capsys: Said) -> None:
    make("a", JobState.FAILED)
    runs.rename(tmp_path / "elsewhere")

    assert run(["jobs", "show", "a", "--json", "--runs", str(tmp_path / "elsewhere")]) == ExitCode.DONE
    (remedy,) = read(capsys)["failure"]["remedies"]
    assert remedy["command"].endswith(f"jobs resume a --set steps=1 --runs {tmp_path / 'elsewhere'}")


def test_run_in_a_terminal_is_a_job_as_well(runs: Path, capsys: Said) -> None:
    assert run(["train", "count", "--run", str(runs / "mine")]) == ExitCode.DONE
    assert run(["jobs", "list", "--json"]) == ExitCode.DONE

    assert [(row["name"], row["state"]) for row in read(capsys)] == [("mine", "finished")]


def test_show_tells_a_failure_with_the_command_for_each_remedy(make: Make, capsys: Said) -> None:
    make("a", JobState.FAILED, label="it's mine")

    assert run(["jobs", "show", "a"]) == ExitCode.DONE
    said = capsys.readouterr().out
    assert "There was not enough memory." in said
    assert "jobs resume a --set steps=1" in said
    assert "it'\"'\"'s mine" in said

    assert run(["jobs", "show", "a", "--json"]) == ExitCode.DONE
    row = read(capsys)
    assert row["settings"]["label"] == "it's mine"
    assert row["failure"]["cause"] == "out_of_memory"
    assert row["failure"]["remedies"] == [
        {"title": "Resume with 1 step", "settings": {"steps": 1}, "command": row["failure"]["remedies"][0]["command"]}
    ]


def test_remedy_as_it_is_told_is_what_resume_takes(make: Make, capsys: Said) -> None:
    folder = make("a", JobState.FAILED, steps=4)

    assert run(["jobs", "show", "a", "--json"]) == ExitCode.DONE
    (remedy,) = read(capsys)["failure"]["remedies"]
    words = remedy["command"].split()
    assert run(words[words.index("jobs") :]) == ExitCode.DONE
    assert json.loads((folder / "checkpoint.json").read_text()) == 1
    assert job_state(folder) is JobState.FINISHED


def test_show_tells_what_a_run_did(runs: Path, capsys: Said) -> None:
    run(["jobs", "start", "count", "--set", "steps=30", "--name", "mine"])
    capsys.readouterr()

    assert run(["jobs", "show", "mine"]) == ExitCode.DONE
    said = capsys.readouterr().out
    assert "finished, 30 of 30 (100%)" in said
    assert "loss" in said
    assert "█▄▃" in said
    assert "1 samples, the newest is" in said
    assert run(["jobs", "show", "mine", "--json"]) == ExitCode.DONE
    assert read(capsys)["samples"] == [
        {"name": "last", "step": 30, "path": str(runs / "mine" / "samples" / "last-000000030.png")}
    ]


def test_what_a_queue_says_steers_no_terminal(make: Make, runs: Path, capsys: Said) -> None:
    make("a")
    (make("b") / CONFIG).write_text(json.dumps({"kind": "\x1b[2J\u009b2J"}))
    entry = {"run": "a", "aside": "\x1b]0;owned\x07\u009b31m"}
    (runs / "queue.json").write_text(json.dumps({"entries": [entry], "is_paused": True, "reason": "\x1b[2Jgone"}))
    for verb in (["queue"], ["queue", "--json"], ["list"], ["resume", "b"], ["queue", "move", "a", "1"]):
        run(["jobs", *verb])
    said = capsys.readouterr()

    assert "owned" in said.out
    assert not {"\x1b", "\x07", "\u009b"} & {*said.out, *said.err}
    (runs / "queue.json").write_text(json.dumps({"entries": [{"run": "a", "slot": "\x1b[31mcpu"}]}))
    assert run(["jobs", "queue"]) == ExitCode.FAILED
    assert "queue.json cannot be read" in capsys.readouterr().err


def test_unreadable_run_is_listed_and_hides_no_other(make: Make, capsys: Said) -> None:
    (make("bad") / CONFIG).write_text("{")
    make("good", JobState.FINISHED)

    assert run(["jobs", "list"]) == ExitCode.DONE
    said = capsys.readouterr().out
    assert said.index("good") < said.index("bad")
    assert "unreadable" in said
    assert run(["jobs", "show", "bad"]) == ExitCode.DONE
    assert "cannot be read" in capsys.readouterr().out
    assert run(["jobs", "resume", "bad"]) == ExitCode.USAGE


def test_what_folders_say_steers_no_terminal(make: Make, capsys: Said) -> None:
    folder = make("a", JobState.RUNNING, label="\x1b]0;owned\x07")
    append_event(folder, "measured", name="\x1b[2Jloss", value=1, step=1)
    (folder / "log.txt").write_text("\x1b[31mred\u009b31m\n")
    for verb in (["show", "a"], ["list"], ["log", "a"]):
        assert run(["jobs", *verb]) == ExitCode.DONE
    said = capsys.readouterr().out

    assert not {"\x1b", "\x07", "\u009b"} & set(said)
    assert "red" in said


def test_stop_asks_and_leaves_the_rest_alone(make: Make, capsys: Said) -> None:
    running, finished = make("a", JobState.RUNNING), make("b", JobState.FINISHED)

    assert run(["jobs", "stop", "a", "b", "--json"]) == ExitCode.FAILED
    rows = read(capsys)
    assert is_asked(running, "stop")
    assert not is_asked(finished, "stop")
    assert rows == [
        {"name": "a", "done": "asked", "error": None},
        {"name": "b", "done": None, "error": "not running: it is finished."},
    ]
    assert run(["jobs", "stop", "a"]) == ExitCode.DONE
    assert "a: stops already." in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["checkpoint", "sample"])
def test_running_runs_are_asked(verb: Any, make: Make, capsys: Said) -> None:
    folder = make("a", JobState.RUNNING)

    assert run(["jobs", verb, "a"]) == ExitCode.DONE
    assert is_asked(folder, verb)
    make("b", JobState.LOST)
    assert run(["jobs", verb, "b"]) == ExitCode.FAILED
    assert "b: not running: its process is lost." in capsys.readouterr().err


def test_folder_that_goes_meanwhile_is_a_sentence(make: Make, monkeypatch: pytest.MonkeyPatch, capsys: Said) -> None:
    folder = make("a", JobState.RUNNING)
    monkeypatch.setattr(core.cli.jobs, "ask", lambda where, command: ask(where / "gone", command))

    assert run(["jobs", "stop", "a"]) == ExitCode.FAILED
    assert f"a: {folder / 'gone'} was not asked to stop: No such file or directory." in capsys.readouterr().err


def test_resume_goes_on_with_other_settings(make: Make, capsys: Said) -> None:
    folder = make("a", JobState.STOPPED, steps=2)

    assert run(["jobs", "resume", "a", "--set", "steps=3", "--json"]) == ExitCode.DONE
    assert read(capsys) == {"name": "a", "folder": str(folder), "done": "started", "error": None}
    assert json.loads((folder / "checkpoint.json").read_text()) == 3
    assert run(["jobs", "resume", "a"]) == ExitCode.FAILED
    assert "a is finished. Give it more to do with --set" in capsys.readouterr().err
    assert run(["jobs", "resume", "a", "--set", "label=x"]) == ExitCode.USAGE
    assert "was begun with other settings: label is '', not 'x'" in capsys.readouterr().err
    make("b", JobState.RUNNING)
    assert run(["jobs", "resume", "b"]) == ExitCode.FAILED
    assert "b is running already." in capsys.readouterr().err


def test_runs_wait_for_their_turn(make: Make, runs: Path, capsys: Said) -> None:
    make("busy", JobState.RUNNING)
    Queue(runs).add(make("first").name)
    Queue(runs).pause()

    assert run(["jobs", "start", "count", "--name", "second", "--after", "first", "--set", "steps=1"]) == ExitCode.DONE
    said = capsys.readouterr()
    assert said.out == "second\n"
    assert "second: waits. The queue is paused. `likeness jobs queue resume` goes on." in said.err
    assert run(["jobs", "list", "--json"]) == ExitCode.DONE
    rows = read(capsys)
    assert [row["name"] for row in rows] == ["busy", "first", "second"]
    assert rows[0]["queue"] is None
    assert rows[2]["queue"] == {
        "place": 2, "slot": "cpu", "after": ["first"], "starts": 0, "standing": "waiting", "text": "It waits for “first”.",
    }  # fmt: skip
    assert run(["jobs", "list"]) == ExitCode.DONE
    said = capsys.readouterr()
    assert "It waits for “first”." in said.out
    assert "The queue is paused." in said.out
    assert run(["jobs", "show", "second"]) == ExitCode.DONE
    assert "waiting, place 2 in the queue: It waits for “first”." in capsys.readouterr().out


def test_queue_is_listed_and_changed(make: Make, runs: Path, capsys: Said) -> None:
    Queue(runs).add(make("a").name)
    Queue(runs).pause()
    assert run(["jobs", "queue", "add", "b"]) == ExitCode.USAGE
    assert run(["jobs", "queue", "add", make("b").name]) == ExitCode.DONE
    assert run(["jobs", "queue", "add", make("c").name, "--after", "b"]) == ExitCode.DONE
    assert run(["jobs", "queue", "add", "c"]) == ExitCode.FAILED
    assert "“c” is in the queue already." in capsys.readouterr().err
    assert run(["jobs", "queue", "move", "b", "1"]) == ExitCode.DONE
    assert [line.split()[1] for line in capsys.readouterr().out.splitlines()] == ["b", "a", "c"]
    assert run(["jobs", "queue", "remove", "a", "--json"]) == ExitCode.DONE
    said = read(capsys)
    assert {key: said[key] for key in ("is_paused", "reason", "is_served")} == {
        "is_paused": True, "reason": None, "is_served": False,
    }  # fmt: skip
    assert [(row["place"], row["name"], row["after"]) for row in said["runs"]] == [(1, "b", []), (2, "c", ["b"])]
    assert run(["jobs", "stop", "c"]) == ExitCode.DONE
    assert "c: was taken out of the queue." in capsys.readouterr().err
    assert run(["jobs", "remove", "b", "--yes"]) == ExitCode.DONE
    assert Queue(runs).read().entries == ()
    assert run(["jobs", "queue"]) == ExitCode.DONE
    assert capsys.readouterr().out == "Nothing waits in the queue.\n"


def test_queue_that_goes_on_works_off_a_chain(runs: Path) -> None:
    runs.mkdir()
    assert run(["jobs", "queue", "pause"]) == ExitCode.DONE
    for name, after in (("a", []), ("b", ["--after", "a"])):
        assert run(["jobs", "start", "count", "--name", name, "--set", "steps=1", *after]) == ExitCode.DONE
    assert job_state(runs / "b") is JobState.WAITING
    assert run(["jobs", "queue", "resume"]) == ExitCode.DONE

    assert [job_state(runs / name) for name in ("a", "b")] == [JobState.FINISHED, JobState.FINISHED]
    assert Queue(runs).read().entries == ()
    assert run(["jobs", "resume", "a", "--set", "steps=2"]) == ExitCode.DONE
    assert json.loads((runs / "a" / "checkpoint.json").read_text()) == 2


def test_damaged_queue_hides_no_run(make: Make, runs: Path, capsys: Said) -> None:
    make("a", JobState.FINISHED)
    (runs / "queue.json").write_text("{")

    assert run(["jobs", "list"]) == ExitCode.DONE
    said = capsys.readouterr().out
    assert "finished" in said
    assert "queue.json cannot be read" in said
    assert run(["jobs", "show", "a"]) == ExitCode.DONE
    assert run(["jobs", "queue"]) == ExitCode.FAILED


def test_obstacles_are_said_before_anything_is_made(runs: Path, capsys: Said) -> None:
    assert run(["jobs", "start", "prepare_faces", "--set", "photos=/nowhere/photos"]) == ExitCode.FAILED
    said = capsys.readouterr().err
    assert "/nowhere/photos is not there, which photos names." in said
    assert "So it was not started." in said
    assert not runs.exists() or list(runs.iterdir()) == []


def test_run_for_the_cluster_is_not_begun_where_there_is_none(runs: Path, capsys: Said) -> None:
    assert run(["jobs", "start", "count", "--slot", "ray"]) == ExitCode.FAILED
    assert "There is no cluster in the settings; `jobs cluster` names one." in capsys.readouterr().err
    assert not runs.exists()

    write_cluster({"address": "http://head:8265", "folder": "/mnt/team"})
    Queue(runs).pause()

    assert run(["jobs", "start", "count", "--slot", "ray", "--name", "far"]) == ExitCode.DONE
    assert [(entry.run, entry.slot) for entry in Queue(runs).read().entries] == [("far", "ray")]


def test_stopped_run_moves_to_another_slot_and_stays_there(make: Make, runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make("a", JobState.STOPPED)
    write_cluster({"address": "http://head:8265", "folder": "/mnt/team"})
    Queue(runs).add("a")
    Queue(runs).change(lambda content: content.replace(Entry("a", starts=1)))
    Queue(runs).pause()

    def resumed(*words: str) -> Entry | None:
        assert run(["jobs", "resume", "a", *words]) == ExitCode.DONE
        return Queue(runs).read().find("a")

    assert resumed() == Entry("a")
    assert resumed("--slot", "ray") == Entry("a", slot="ray")
    assert [(look.entry.slot, look.standing) for look in outlooks(runs)] == [("ray", "next")]
    assert resumed() == Entry("a", slot="ray")
    assert run(["jobs", "queue", "remove", "a"]) == ExitCode.DONE
    assert resumed() == Entry("a")  # it has worked nowhere yet
    assert run(["jobs", "queue", "remove", "a"]) == ExitCode.DONE
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1")
    with occupied(folder):
        pass
    assert resumed() == Entry("a", slot="cuda:0,1")  # where it worked last
    assert resumed("--slot", "cpu") == Entry("a")
    assert run(["jobs", "queue", "remove", "a"]) == ExitCode.DONE
    assert run(["jobs", "queue", "add", "a"]) == ExitCode.DONE
    assert Queue(runs).read().find("a") == Entry("a", slot="cuda:0,1")


def test_resume_says_what_stands_in_its_way_and_changes_nothing(make: Make, runs: Path, capsys: Said) -> None:
    labels = make("labels", JobState.FINISHED)
    make("a", JobState.STOPPED, "train_finder", labels=str(labels), devices=2, device="cuda")
    before = contents(runs)

    assert run(["jobs", "resume", "a", "--set", "batch=8", "--slot", "cuda:0"]) == ExitCode.FAILED
    said = capsys.readouterr().err
    assert "devices is 2, and slot cuda:0 has 1 GPU: take slot cuda:0,1, or set devices=1." in said
    assert "So it was not started." in said
    assert "It takes about" not in said  # of what is left, nobody knows that
    assert run(["jobs", "resume", "a", "--slot", "gpu"]) == ExitCode.USAGE
    assert "There is no slot “gpu”" in capsys.readouterr().err
    assert contents(runs) == before


def test_past_the_queue_a_run_sees_its_slot_alone_and_no_slot_that_is_not_there(
    make: Make, runs: Path, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    started: list[tuple[str, object, bool]] = []

    def start(folder: Path, environment: object, *, elsewhere: bool) -> None:
        started.append((folder.name, environment, elsewhere))

    monkeypatch.setattr(core.cli.jobs, "start", start)
    monkeypatch.setattr(core.cli.jobs, "slots", lambda: ("cpu", "cuda:0", "cuda:1"))
    make("a", JobState.STOPPED)

    assert run(["jobs", "start", "count", "--name", "b", "--now"]) == ExitCode.DONE
    assert run(["jobs", "resume", "a", "--now", "--slot", "cuda:1"]) == ExitCode.DONE
    assert started == [("b", {"CUDA_VISIBLE_DEVICES": ""}, False), ("a", {"CUDA_VISIBLE_DEVICES": "1"}, False)]
    before = contents(runs)
    assert run(["jobs", "resume", "a", "--now", "--slot", "cuda:7", "--set", "steps=9"]) == ExitCode.FAILED
    assert "This machine has no cuda:7; there are cpu, cuda:0, cuda:1." in capsys.readouterr().err
    assert run(["jobs", "start", "count", "--name", "c", "--now", "--slot", "cuda:7"]) == ExitCode.FAILED
    assert contents(runs) == before


def test_folders_in_settings_become_whole_paths_and_may_be_names_of_runs(
    make: Make, runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make("labels")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path)
    Queue(runs).pause()
    for name, value in (("a", "labels"), ("b", "here"), ("c", "not-made-yet")):
        assert (
            run(["jobs", "start", "train_finder", "--name", name, "--after", "labels", "--set", f"labels={value}"])
            == ExitCode.DONE
        )

    assert [Job.open(runs / name).config.labels for name in "abc"] == [
        str(runs / "labels"), str(tmp_path / "here"), str(tmp_path / "not-made-yet"),
    ]  # fmt: skip
    assert run(["jobs", "resume", "a", "--set", "measured_on=labels"]) == ExitCode.DONE
    assert Job.open(runs / "a").config.measured_on == str(runs / "labels")


def test_log_prints_the_last_lines(make: Make, capsys: Said) -> None:
    folder = make("a", JobState.RUNNING)

    assert run(["jobs", "log", "a"]) == ExitCode.DONE
    assert "a has no log" in capsys.readouterr().err
    (folder / "log.txt").write_text("".join(f"line {number}\n" for number in range(100)))
    assert run(["jobs", "log", "a", "--lines", "2"]) == ExitCode.DONE
    assert capsys.readouterr().out == "line 98\nline 99\n"
    assert run(["jobs", "log", "a", "--json"]) == ExitCode.DONE
    assert read(capsys)["lines"][-1] == "line 99"


def test_log_is_followed_until_the_run_ends(make: Make, monkeypatch: pytest.MonkeyPatch, capsys: Said) -> None:
    folder = Job.begin(make("other").parent / "a", "count", {}).folder
    monkeypatch.setattr(core.cli.jobs, "_FOLLOW_S", 0.02)
    is_begun = threading.Event()

    def work() -> None:
        with occupied(folder), (folder / "log.txt").open("a") as log:
            for word in ("one\n", "tw", "o\n", "three\n"):
                log.write(word)
                log.flush()
                is_begun.set()
                time.sleep(0.1)
            append_event(folder, "finished")

    worker = threading.Thread(target=work)
    worker.start()
    is_begun.wait()

    assert run(["jobs", "log", "a", "--follow"]) == ExitCode.DONE
    worker.join()
    said = capsys.readouterr()
    assert said.out == "one\ntwo\nthree\n"
    assert "a: it is finished." in said.err
