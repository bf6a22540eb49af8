"""The demo, really executed, against a real Neo4j: its report says what the plan says, and what the bytes say."""

from __future__ import annotations

import json
import shutil
from collections import Counter

import pytest

pytest.importorskip("sklearn")
if shutil.which("git") is None:
    pytest.skip("git is not installed", allow_module_level=True)

import graphprov
from graphprov.demo import manifest
from graphprov.demo.harm import file_digest, versions
from graphprov.demo.phases import Phases
from graphprov.demo.pipeline import Laptops, Places, execute, prepare
from graphprov.demo.plan import (
    ARTIFACTS,
    ENGINEERS,
    FLAWED_MONTHS,
    FOUND_AT,
    MONTHS,
    VENDOR,
    WINDOW,
    Version,
    delivered_at,
    steps,
    tasks,
)
from graphprov.demo.story import farewell, send, tell
from graphprov.demo.truth import truth
from graphprov.errors import InvalidInput
from graphprov.model.identity import artifact_id
from graphprov.report import to_text
from graphprov.settings import Settings


@pytest.fixture(scope="module")
def settings(neo4j, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    return Settings.load(home=home, uri=neo4j.uri, user=neo4j.user, password=neo4j.password)


@pytest.fixture(scope="module")
def graph(_shared_store):
    """The suite's database over this whole module, unlike `store`, which each test finds empty."""
    return _shared_store


@pytest.fixture(scope="module")
def told(graph, settings, tmp_path_factory):
    empty(graph)
    return tell(tmp_path_factory.mktemp("demo") / "graphprov-demo", settings=settings)


def empty(store):
    store._connection.command("MATCH (n) WHERE NOT n:GraphprovStore AND NOT n:GraphprovSchema DETACH DELETE n")


@pytest.fixture(scope="module")
def ids(told):
    """The id of every version, from its file's bytes, and of every step; nothing is asked of the graph."""
    places = Places(told.folder)
    found = {str(v): artifact_id(ARTIFACTS[v.name].kind, v.name, file_digest(places.file(v))) for v in versions()}
    assert len(set(found.values())) == len(found)
    return found | {str(step): artifact_id(step.kind, step.name, step.month) for step in steps()}


def canonical(store):
    """Every node and relation with all that was recorded of it, without when this store learnt of it."""

    def said(properties):
        own = {k: v for k, v in properties.items() if k not in ("stored_at", "learnt_at")}
        return json.dumps(own, sort_keys=True, default=str)

    nodes = store.run("MATCH (n) WHERE n.id IS NOT NULL RETURN labels(n), properties(n)").rows
    relations = store.run("MATCH (a)-[r]->(b) RETURN a.id, type(r), b.id, properties(r)").rows
    return Counter((tuple(sorted(labels)), said(p)) for labels, p in nodes), Counter(
        (a, kind, b, said(p)) for a, kind, b, p in relations
    )


def test_the_report_names_exactly_what_the_plan_says_is_affected(told, ids):
    expected = truth()
    named = {node.id for node in told.report.affected} | {node.id for node in told.report.flawed}
    assert named == {ids[name] for name in expected.affected | expected.affected_steps}
    assert {node.id for node in told.report.flawed} == {ids[name] for name in expected.flawed}
    assert not named & {ids[name] for name in expected.unaffected | expected.unaffected_steps}
    assert told.report.complete


def test_what_is_affected_is_exactly_what_clean_deliveries_would_have_made_otherwise(told):
    assert told.harm.changed == truth().affected
    assert told.harm.same == truth().unaffected


def test_what_a_run_made_from_clean_inputs_alone_is_cleared(told, ids):
    assert {one.id for one in told.report.cleared} == {ids[name] for name in truth().cleared}


def test_later_deliveries_are_versions_of_the_same_artifact_and_no_revisions(told, settings):
    with graphprov.connect(settings) as store:
        rows = store.run(
            "MATCH (v:Dataset)-[:SPECIALIZATION_OF]->(g:Dataset {name: 'ip-blacklist'})"
            " RETURN v.month, g.id, EXISTS { (v)-[:WAS_DERIVED_FROM]->() } ORDER BY v.month"
        ).rows
    assert rows == [(month, "urn:graphprov:dataset:ip-blacklist", False) for month in MONTHS]


def test_the_report_that_was_written_holds(told, settings):
    found = graphprov.verify(told.json, settings=settings)
    assert (found.verdict, found.differences) == ("same", [])
    assert any("real people were removed as spam" in note for note in found.notes)


def test_all_four_engineers_are_told_with_team_and_contact(told):
    owners = {owner.agent.name: (owner.agent.contact, owner.organizations) for owner in told.report.owners}
    assert owners == {e.name: (e.mail, [e.team]) for e in ENGINEERS.values()}


def test_the_demo_is_worth_looking_at(told):
    assert 60 <= told.report.total <= 150
    assert {"model", "predictions", "evaluation", "dataset", "feature-table", "training"} <= set(told.report.counts)
    assert {node.state for node in told.report.affected} >= {"live", "superseded"}
    assert not told.report.unknown_origin
    assert not told.report.time_unknown


def test_it_really_hurt(told):
    by_month = {month.month: month for month in told.harm.months}
    for month in FLAWED_MONTHS:
        hurt = by_month[month]
        assert hurt.wrongly_removed > 0.1 * hurt.people
        assert hurt.flawed_student_recall < 0.6 * hurt.clean_student_recall
        assert hurt.flawed_auc < hurt.clean_auc - 0.1
    for month in (MONTHS[0], MONTHS[-1]):
        assert by_month[month].wrongly_removed == 0
        assert by_month[month].flawed_auc == by_month[month].clean_auc


def test_the_same_bytes_on_two_laptops_are_one_node(told, ids, settings):
    version = Version("despammed-users", "2026-03")
    with graphprov.connect(settings) as store:
        rows = store.run(
            "MATCH (e:Entity {id: $id})<-[u:USED]-(a) RETURN a.host, u.path", {"id": ids[str(version)]}
        ).rows
    jonas, mei = Places(told.folder).file(version), Places(told.folder).file(version, ENGINEERS["mei"])
    assert jonas != mei
    assert {(host, path) for host, path in rows} == {("mei-workstation", str(mei))}


def test_runs_carry_the_simulated_times_hosts_and_commits(told, ids, settings):
    with graphprov.connect(settings) as store:
        rows = store.run(
            "MATCH (a:Training {id: $id})-[:USED {role: 'code'}]->(c:CodeVersion)"
            " RETURN a.started_at, a.host, a.status, a.command, c.dirty, c.remote",
            {"id": ids["train-antispam@2026-03"]},
        ).rows
    ((started, host, status, command, dirty, remote),) = rows
    assert started.isoformat().startswith("2026-03-04T09:")
    assert (host, status, dirty) == ("jonas-macbook", "completed", False)
    assert remote == "https://git.jobs.example/spam-defence.git"
    assert "train_antispam.py 2026-03" in command


def test_four_ways_of_recording_stand_in_the_graph(told, ids, settings):
    def run_of(name):
        with graphprov.connect(settings) as store:
            text = "MATCH (a:Activity {id: $id}) RETURN a.user, a.command, a.observed_by, a.`left_out.code`"
            return store.run(text, {"id": ids[name]}).rows[0]

    assert run_of("train-antispam@2026-03") == ("jonas", "python train_antispam.py 2026-03", None, None)
    assert run_of("merge-users@2026-03") == ("mei", "python merge_users.py 2026-03", "auto", None)
    assert run_of("predict-job-seekers@2026-03") == ("sofia", "python predict.py 2026-03", None, None)
    user, command, observed_by, code = run_of("label-accounts@2026-03")
    assert (user, command, code) == ("amara", "python label_accounts.py 2026-03", 1)
    assert observed_by in ("strace", "python")


def test_who_is_killed_in_the_middle_leaves_what_was_said_and_comes_back(told, ids, settings):
    with graphprov.connect(settings) as store:
        rows = store.run(
            "MATCH (a:Activity {id: $id})-[:USED]->(e:Dataset|FeatureTable)"
            " RETURN a.status, a.ended_at, collect(e.name), EXISTS { (a)<-[:WAS_GENERATED_BY]-() }",
            {"id": ids["clean-users@2026-02-killed"]},
        ).rows
    assert [(*row[:2], sorted(row[2]), row[3]) for row in rows] == [
        (None, None, ["account-features", "user-records"], False)
    ]


def test_one_run_had_uncommitted_code(told, ids, settings):
    with graphprov.connect(settings) as store:
        rows = store.run(
            "MATCH (a:Activity)-[:USED]->(c:CodeVersion {dirty: true}) RETURN a.id, c.diff_digest IS NOT NULL"
        ).rows
    assert rows == [(ids["merge-users@2026-05"], True)]


def test_every_delivery_is_recorded_with_its_source_and_time(told, ids, settings):
    with graphprov.connect(settings) as store:
        rows = store.run(
            "MATCH (e:Entity)-[:WAS_ATTRIBUTED_TO]->(s:DataSource) RETURN e.id, s.name, e.delivered_at"
        ).rows
    expected = {
        (ids[str(v)], source, delivered_at(v)) for v in versions() if (source := ARTIFACTS[v.name].source) is not None
    }
    assert {(id_, name, at) for id_, name, at in rows} >= expected


def test_the_incident_that_amara_opened_stands_in_the_graph(told, settings):
    (incident,) = graphprov.incidents.find(settings=settings)
    assert [subject.name for subject in incident.subjects] == [VENDOR]
    assert (incident.since, incident.until, incident.found_by, incident.found_at) == (*WINDOW, "amara", FOUND_AT)
    assert [(entry.what, entry.by) for entry in incident.history] == [("opened", "urn:graphprov:person:amara")]
    report = graphprov.impact(incident=incident.number, settings=settings)
    assert (report.affected, report.resolved) == (told.report.affected, {})


def test_a_second_run_trains_nothing_sends_nothing_and_says_the_same(told, settings):
    phases = Phases()
    again = tell(told.folder, settings=settings, phases=phases)
    assert not again.built
    assert again.records == 0
    assert again.harm == told.harm
    made_before = {"made_at": told.report.made_at, "evidence": told.report.evidence}
    assert again.report.model_copy(update=made_before) == told.report
    assert not [title for title in phases.seconds if "pipeline" in title]


def test_recorded_anew_it_is_the_same_and_doubles_nothing(told, settings, graph):
    """Of the first two months, in which somebody is killed; each engineer records in another way."""
    before, aside = canonical(graph), told.folder.with_name("aside")
    told.folder.rename(aside)  # paths are recorded, so that it has to be the same folder
    try:
        places = Places(told.folder)
        shutil.copytree(aside / "outside", places.outside)
        commits = prepare(places)
        with Laptops(places) as laptops:
            execute(places, laptops, [task for task in tasks() if task.month <= MONTHS[1]], commits=commits)
        assert send(places, settings, Phases(), seed=7) > 100
        assert canonical(graph) == before
    finally:
        shutil.rmtree(told.folder)
        aside.rename(told.folder)


def test_the_journals_give_the_same_graph_in_any_order(told, settings, graph):
    before = canonical(graph)
    for seed in (1, 2):
        empty(graph)
        for engineer in ENGINEERS.values():  # as after a lost database: all that was confirmed is sent again
            graphprov.sync(settings, journals=[Places(told.folder).journal(engineer)], again=True)
        send(Places(told.folder), settings, Phases(), seed=seed)
        assert canonical(graph) == before


def test_the_report_as_people_read_it(told, ids, snapshot):
    name_of = {id_: name for name, id_ in ids.items()}  # with months for digests, which other CPUs may round otherwise
    summary = [line for line in to_text(told.report).split("\n\n")[0].splitlines() if not line.startswith("  made ")]
    rows = sorted(
        (node.distance, node.kind, name_of[node.id], node.certainty, node.state or "") for node in told.report.affected
    )
    owners = [(owner.agent.name, *owner.organizations, len(owner.affected)) for owner in told.report.owners]
    lines = [" ".join(map(str, row)).rstrip() for row in (*rows, *owners)]
    assert "\n".join([*summary, "", *lines]) == snapshot


def test_the_files_hold_the_report_and_the_harm(told):
    report = json.loads(told.json.read_text(encoding="utf-8"))
    assert len(report["affected"]) == told.report.total
    assert any("real people were removed as spam" in note for note in report["notes"])
    assert told.html.read_text(encoding="utf-8").lstrip().lower().startswith("<!doctype html>")


def test_the_last_lines_say_where_the_files_are_and_what_to_type(told):
    phases = Phases()
    phases.seconds["Run the pipeline"] = 1.25
    text = farewell(told, phases)
    number = told.ending.incident.number
    for expected in (
        str(told.html),
        str(told.json),
        "graphprov db open",
        f"graphprov incident notify {number} --dry-run",
        "Run the pipeline",
    ):
        assert expected in text


def test_the_latest_predictions_are_affected_through_a_model_that_is_still_in_use(told, ids):
    why = told.ending.why
    assert (why.answer, why.artifact) == ("affected", ids["internship-matches@2026-07"])
    (path,) = why.paths
    assert path.nodes[0] in {ids[name] for name in truth().flawed}
    assert ids["internship-ranking@2026-05"] in path.nodes
    assert {ids["internship-ranking@2026-05"], ids["match-internships@2026-07"]} <= set(why.choke_points)


def test_the_gate_stops_the_latest_predictions_and_lets_what_is_clear_pass(told, ids, settings):
    (checked,) = told.ending.gate.artifacts
    assert not told.ending.gate.passed
    assert checked.id == ids["internship-matches@2026-07"]
    assert {reason.rule for reason in checked.reasons} == {"open-incident", "uncommitted-code"}
    assert graphprov.check("vacancy-trend", settings=settings).passed


def test_the_containment_keeps_the_flaw_out_of_all_that_is_in_use(told, ids, settings):
    contained = told.ending.containment
    live = {node.id for node in told.report.affected if node.state == "live"}
    assert set(contained.targets) == live
    assert not contained.unprotected
    left = graphprov.impact(
        f"data-source:{VENDOR}", since=WINDOW[0], until=WINDOW[1], contained_by=contained.cut.nodes, settings=settings
    )
    assert not live & {node.id for node in left.affected}
    assert left.counts == contained.after


def test_each_answer_stands_below_what_one_types_for_it(told, capsys):
    from graphprov.cli.demo import _print

    _print(told.ending)
    out = capsys.readouterr().out
    places = [out.index(f"$ graphprov {command}\n") for command in told.ending.commands.values()]
    assert places == sorted(places)
    for start in ("incident ", "Impact of netshield", "Why internship-matches@", "The fewest things to fix"):
        assert f"\n{start}" in out


def test_a_changed_or_half_built_folder_is_not_taken_for_finished(told, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(told.folder, copy)
    assert manifest.finished(copy) is not None
    Places(copy).file(Version("antispam", "2026-02")).write_bytes(b"something else")
    assert manifest.finished(copy) is None
    manifest.begin(copy)
    assert manifest.finished(copy) is None
    manifest.check_usable(copy)  # ours, so it may be built anew


def test_a_folder_with_something_else_in_it_is_refused_and_left_alone(tmp_path, settings):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(InvalidInput, match="not the demo's"):
        tell(tmp_path, settings=settings, fresh=True)
    assert (tmp_path / "thesis.tex").read_text() == "years of work"
