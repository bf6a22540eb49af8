"""The command line as a user types it: a small recorded pipeline, then questions about it."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from syrupy.assertion import SnapshotAssertion
from typer.testing import CliRunner
from typing_commands import GRAPHPROV, Answer, type_here, type_in_a_process

from graphprov.cli.app import app
from graphprov.settings import Settings
from graphprov.store import Store
from graphprov.transfer import sync as graphprov_sync

PIPELINE = """
from pathlib import Path
import graphprov as gp

gp.source("acme-threat-intel", contact="security@acme.example", contract="C-2026-17")
for month in (2, 3, 5):
    delivery = Path(f"blacklist-{month}.csv")
    delivery.write_text(f"192.0.2.{month}\\n")
    gp.receive(delivery, name="ip-blacklist", source="acme-threat-intel", delivered_at=f"2026-{month:02}-01")
    model = Path(f"antispam-{month}.bin")
    with gp.run("train-antispam", kind="training", agent="ada", on_behalf_of="trust-team", id=f"2026-{month:02}",
                parameters={"C": 0.5}, started_at=f"2026-{month:02}-02") as run:
        run.used(delivery, at=f"2026-{month:02}-02T01:00Z")
        model.write_bytes(bytes([month]))
        run.generated(model, name="antispam", kind="model", at=f"2026-{month:02}-02T02:00Z", metadata={"auc": 0.9})
"""


LIKE_A_PIPE = {"COLUMNS": "100", "TERM": "dumb"}


def graphprov(*arguments: str, cwd: Path | None = None, **environment: str) -> Answer:
    """Type a command in this process."""
    return type_here(*arguments, cwd=cwd, **LIKE_A_PIPE, **environment)


def graphprov_alone(*arguments: str) -> Answer:
    """Type a command in a process of its own."""
    return type_in_a_process(*arguments, **LIKE_A_PIPE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a program has recorded three deliveries, and a model trained on each, with no database in reach."""
    folder = tmp_path_factory.mktemp("recorded")
    (folder / "pipeline.py").write_text(PIPELINE)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GRAPHPROV_")}
    kept |= {name: os.environ[name] for name in ("GRAPHPROV_CACHE",) if name in os.environ}
    python = Path(sysconfig.get_path("scripts")) / "python"
    subprocess.run(
        [python, "pipeline.py"],
        cwd=folder,
        check=True,
        timeout=120,
        env={**kept, "GRAPHPROV_HOME": str(folder / "home")},
    )
    return folder


@pytest.fixture
def waiting(folder: Path, database: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """What was recorded waits in a journal of the test's own; the database is empty."""
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("GRAPHPROV_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture
def recorded(waiting: Path) -> Path:
    """What was recorded is in the database."""
    graphprov_sync(Settings.load())
    return waiting


def test_what_was_recorded_waits_in_the_journal_until_the_first_question(waiting: Path) -> None:
    before = json.loads(graphprov_alone("status", "--json").out)
    assert before["waiting"] == before["recorded"] > 0
    listed = graphprov_alone("list", "--format", "json")
    assert {row["name"]: row["versions"] for row in json.loads(listed.out) if row["versions"]} == {
        "ip-blacklist": 3,
        "antispam": 3,
    }
    assert json.loads(graphprov("status", "--json").out)["waiting"] == 0


def test_impact_names_exactly_what_the_window_touched(recorded: Path) -> None:
    answer = graphprov("impact", "acme-threat-intel", "--since", "2026-03", "--until", "2026-05", "--format", "json")
    assert answer.code == 1
    report = json.loads(answer.out)
    assert [(node["kind"], node["name"], node["distance"]) for node in report["affected"]] == [
        ("training", "train-antispam", 1),
        ("model", "antispam", 2),
    ]
    assert report["complete"] is True
    assert [owner["agent"]["name"] for owner in report["owners"]] == ["ada"]
    jsonschema.validate(report, json.loads(graphprov("schema", "impact").out))


def test_impact_of_something_that_nothing_came_from_exits_with_zero(recorded: Path) -> None:
    newest = graphprov("list", "antispam", "--format", "json").out
    answer = graphprov("impact", json.loads(newest)[0]["id"])
    assert (answer.code, "nothing" in answer.out.lower()) == (0, True)


@pytest.mark.parametrize("suffix", ["html", "json", "md", "csv", "txt", "parquet", "mmd", "dot"])
def test_the_suffix_of_the_output_chooses_the_form(recorded: Path, suffix: str) -> None:
    answer = graphprov("impact", "ip-blacklist", "--output", f"report.{suffix}", cwd=recorded)
    assert answer.code == 1
    assert f"report.{suffix}" in answer.out
    content = (recorded / f"report.{suffix}").read_bytes()
    if suffix == "parquet":
        assert content.startswith(b"PAR1")
        return
    written = content.decode()
    assert "antispam" in written
    if suffix == "csv":
        assert len(list(csv.DictReader(io.StringIO(written)))) == 6


def test_python_gets_a_report_that_shows_and_writes_itself(recorded: Path) -> None:
    program = """
import graphprov as gp
report = gp.impact("ip-blacklist")
print(repr(report), type(report) is gp.ImpactReport, len(report.to_frame()), report.write("by-python.md"))
print(report._repr_html_().startswith("<div"), gp.lineage("antispam")._repr_html_().count("<g "))
"""
    python = Path(sysconfig.get_path("scripts")) / "python"
    done = subprocess.run([str(python), "-c", program], capture_output=True, text=True, cwd=recorded, timeout=120)
    assert done.stdout.splitlines() == [
        "<ImpactReport of ip-blacklist: 6 affected, 1 owner> True 6 by-python.md",
        "True 6",
    ], done.stderr


def test_a_limit_cuts_the_list_and_says_so(recorded: Path) -> None:
    report = json.loads(graphprov("impact", "ip-blacklist", "--limit", "2", "--format", "json").out)
    assert (report["complete"], len(report["affected"]), report["total"]) == (False, 2, 6)
    assert "--limit 0" in report["cut"][0]["how"]


def test_a_file_stands_for_its_content(recorded: Path) -> None:
    answer = graphprov("impact", "blacklist-3.csv", "--format", "json", cwd=recorded)
    assert [node["name"] for node in json.loads(answer.out)["affected"]] == ["train-antispam", "antispam"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["impact", "ip-blacklst"], 3, "ip-blacklist (dataset, 3 versions)"),
        (["impact", "acme-threat-intel", "--since", "2027"], 3, "at other times"),
        (["impact", "ip-blacklist", "--since", "soon"], 2, "'soon' is no time"),
        (["impact", "ip-blacklist", "--output", "report.mdd"], 2, "the suffix '.mdd' does not say"),
        (["impact", "ip-blacklist", "--format", "makrdown"], 2, "'makrdown'"),
        (["impact", "ip-blacklist", "--since", "2026-05", "--until", "2026-03"], 2, "the window is empty"),
        (["impact", "train-antispam"], 3, "could be any of 3"),
        (["show", ""], 2, "empty name"),
        (["query", "no_such_question"], 3, "nearest"),
        (["guide", "no-such-page"], 3, "nearest"),
        (["impact"], 2, "no subject was given"),
        (["impact", "ip-blacklist", "--incident", "x"], 2, "leave out SUBJECT"),
        (["impact", "--incident", "x"], 3, "no incident 'x'"),
        (["impact", "ip-blacklist", "--diff", "untill=2026"], 2, "until=..."),
        (["impact", "ip-blacklist", "--diff", "until=2026", "--format", "html"], 2, "does not come as html"),
        (["incident", "show", "x"], 3, "graphprov incident open"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_an_error_says_what_is_wrong_and_what_is_near(
    recorded: Path, arguments: list[str], code: int, says: str
) -> None:
    answer = graphprov(*arguments)
    assert answer.code == code
    assert says in answer.err
    assert answer.out == ""


def test_a_database_that_is_away_is_named_and_the_password_is_not(recorded: Path) -> None:
    answer = type_in_a_process("list", GRAPHPROV_URI="bolt://127.0.0.1:9", GRAPHPROV_PASSWORD="hunter2-secret")
    assert answer.code == 4
    assert "bolt://127.0.0.1:9" in answer.err
    assert "hunter2" not in answer.err


def test_a_wrong_password_is_said_without_saying_it(recorded: Path) -> None:
    answer = graphprov("list", GRAPHPROV_PASSWORD="hunter2-secret")
    assert answer.code == 4
    assert os.environ["GRAPHPROV_URI"] in answer.err
    assert "hunter2" not in answer.err


@pytest.mark.parametrize("more", [(), ("--json",)])
@pytest.mark.parametrize(
    "address", ["bolt://ada:s3cret@db.example:7687", "ada:s3cret@db.example", "bolt://a:s3cret://@db"]
)
def test_status_does_not_say_a_password_that_stands_in_the_address(address: str, more: tuple[str, ...]) -> None:
    answer = graphprov("status", *more, GRAPHPROV_URI=address)
    assert answer.code == 0
    assert "@" not in answer.out
    assert "s3cret" not in answer.out + answer.err


def test_lineage_leads_back_to_the_vendor(recorded: Path) -> None:
    tree = graphprov("lineage", "antispam").out
    expected = ("model:antispam@", "train-antispam@2026-05", "ip-blacklist@", "acme-threat-intel", "person:ada")
    assert [word for word in expected if word not in tree] == []
    found = json.loads(graphprov("lineage", "antispam", "--format", "json").out)
    assert found["complete"] is True
    assert {node["kind"] for node in found["nodes"]} >= {"model", "training", "dataset", "data-source", "person"}


def test_show_gives_metadata_back_as_it_went_in(recorded: Path) -> None:
    newest = json.loads(graphprov("list", "antispam", "--format", "json").out)[0]["id"]
    shown = json.loads(graphprov("show", newest, "--format", "json").out)
    assert shown["properties"]["auc"] == 0.9
    run = json.loads(graphprov("show", "train-antispam@2026-05", "--format", "json").out)
    assert run["properties"]["parameters"] == {"C": 0.5}


def test_log_lists_runs_newest_first(recorded: Path) -> None:
    rows = json.loads(graphprov("log", "--format", "json").out)
    assert [row["started"][:7] for row in rows] == ["2026-05", "2026-03", "2026-02"]


def test_a_named_question_is_answered_as_a_table_json_and_csv(recorded: Path) -> None:
    parameters = ("-p", "source=acme-threat-intel", "-p", "since=2026-03", "-p", "until=2026-05")
    rows = json.loads(graphprov("query", "models_depending_on", *parameters, "--format", "json").out)
    assert len(rows) == 1
    as_csv = graphprov("query", "models_depending_on", *parameters, "--format", "csv").out
    assert len(list(csv.DictReader(io.StringIO(as_csv)))) == 1


def test_sending_again_changes_nothing(recorded: Path, database: Store) -> None:
    count = "MATCH (n) OPTIONAL MATCH (n)-[r]->() RETURN count(DISTINCT n), count(r)"
    before = database.run(count).rows
    assert "0 records" in graphprov("sync").out
    assert "0 records" not in graphprov("sync", "--again").out
    assert database.run(count).rows == before


def test_a_pipe_gets_no_colour_and_no_boxes(recorded: Path) -> None:
    for command in (("impact", "ip-blacklist"), ("list",), ("log",), ("lineage", "antispam")):
        out = (graphprov_alone if command[0] in ("impact", "lineage") else graphprov)(*command).out
        assert "\x1b" not in out
        assert command[0] == "lineage" or not set(out) & set("┌┏╭│┃")


@pytest.mark.parametrize(
    "command",
    [
        *("", "impact", "why", "contain", "risk", "incident", "incident notify", "lineage"),
        *("list", "query", "add", "run", "db", "demo"),
    ],
)
def test_the_help_is_as_reviewed(command: str, snapshot: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"NO_COLOR": "1", "COLUMNS": "80", "TERMINAL_WIDTH": "80", "TERM": "dumb"}.items():
        monkeypatch.setenv(name, value)
    answer = CliRunner().invoke(app, [*command.split(), "--help"], prog_name="graphprov")
    assert answer.exit_code == 0
    assert answer.output == snapshot


def test_the_exit_code_tells_a_reader_that_has_gone_from_an_answer() -> None:
    command = f"{GRAPHPROV} guide model | head -c 1 > /dev/null; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() in ("141", "0")
    assert not done.stderr


def test_what_nobody_foresaw_is_one_message_and_no_answer(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    from graphprov.cli import app as module

    def breaks() -> None:
        raise RuntimeError("the moon is full")

    monkeypatch.setattr(module, "app", breaks)
    with pytest.raises(SystemExit) as ended:
        module.main()
    assert ended.value.code == 70
    assert "nobody foresaw this: RuntimeError: the moon is full" in capsys.readouterr().err


def test_only_json_is_signed(tmp_path: Path) -> None:
    said = graphprov("impact", "x", "--output", str(tmp_path / "r.html"), "--sign", str(tmp_path / "key"))
    assert (said.code, "only the JSON form of a report carries a signature" in said.err) == (2, True)
