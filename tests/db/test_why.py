"""Why something is affected or not, what would cut it off, and what hurts most, on graphs that one can see."""

from __future__ import annotations

import pytest
from graphs import day, draw, ex, names, records
from test_impact import Asker

from graphprov.analysis.contain import contain
from graphprov.analysis.explanation import Containment, Why
from graphprov.analysis.flaw import Flaw
from graphprov.analysis.impact import impact
from graphprov.analysis.risk import risk
from graphprov.analysis.why import why
from graphprov.errors import InvalidInput, UnknownReference
from graphprov.model.statements import Agent, Relation
from graphprov.model.vocabulary import Element
from graphprov.store import Store


@pytest.fixture
def graph(store: Store) -> Asker:
    return Asker(store)


def ask(graph: Asker, artifact: str, *subjects: str, since: float | None = None, paths: int = 5) -> Why:
    flaw = Flaw.of([ex(name) for name in subjects], None if since is None else day(since))
    return why(graph.store, ex(artifact), flaw, paths=paths)


def paths(answer: Why) -> list[str]:
    return [" ".join(id_.removeprefix("ex:") for id_ in path.nodes) for path in answer.paths]


# Paths


def test_the_shortest_path_comes_first_then_the_others_by_length_and_name(graph: Asker) -> None:
    graph.draw("""
        flawed <-used@3- train -gen@4-> model
        flawed <-used- clean -gen-> table
        table <-used- train
        b -derived-> flawed
        a -derived-> flawed
        model -derived-> a
        model -derived-> b
    """)
    told = ["flawed a model", "flawed b model", "flawed train model", "flawed clean table train model"]
    assert paths(ask(graph, "model", "flawed")) == told
    answer = ask(graph, "train", "flawed")
    assert paths(answer) == ["flawed train", "flawed clean table train"]
    assert (answer.answer, answer.distance, answer.certainty, answer.number_of_paths) == ("affected", 1, "inferred", 2)
    assert [step.time for step in answer.paths[0].steps] == [day(3)]


def test_only_so_many_paths_are_told_and_it_is_said_that_there_are_more(graph: Asker) -> None:
    graph.draw("\n".join(f"v{i} -derived-> flawed\nmodel -derived-> v{i}" for i in range(4)))
    answer = ask(graph, "model", "flawed", paths=2)
    assert (paths(answer), answer.more_paths) == (["flawed v0 model", "flawed v1 model"], True)
    assert not ask(graph, "model", "flawed", paths=4).more_paths


def test_a_circle_that_could_be_left_out_is_no_path_of_its_own(graph: Asker) -> None:
    graph.draw("a -derived-> flawed\nb -derived-> a\na -derived-> b\nmodel -derived-> b")
    answer = ask(graph, "model", "flawed")
    assert paths(answer) == ["flawed a b model"]
    assert answer.number_of_paths == "infinite"


def test_a_path_comes_back_to_a_collection_where_only_then_its_members_are_affected(graph: Asker) -> None:
    graph.draw("album -member-> flawed\nalbum -member-> other\nstep -derived-> album\nalbum -derived-> step")
    answer = ask(graph, "other", "flawed")
    assert paths(answer) == ["flawed album step album other"]
    assert names(answer.choke_points) == {"album", "step"}


def test_two_relations_between_the_same_things_are_one_path_told_by_the_surer(store: Store) -> None:
    draw(store, "poster -derived-> flawed")
    ends = {"source_element": Element.ENTITY, "target_element": Element.ENTITY}
    influence = Relation(type="WAS_INFLUENCED_BY", source=ex("poster"), target=ex("flawed"), **ends)
    store.write(records([influence]))
    answer = ask(Asker(store), "poster", "flawed")
    assert len(answer.paths) == 1
    assert answer.number_of_paths == 2
    assert answer.paths[0].certainty == "declared"


def test_each_run_on_a_path_names_its_code_and_each_thing_whom_to_ask(graph: Asker) -> None:
    graph.draw("""
        code : code-version commit=3f2a91 dirty=true
        flawed <-used- train -gen-> model
        code <-used- train
        train -with-> ada
        ada -for-> team
        flawed -by-> vendor
    """)
    answer = ask(graph, "model", "flawed")
    things = {thing.id.removeprefix("ex:"): thing for thing in answer.things}
    assert [(code.id, code.commit, code.how) for code in things["train"].code] == [("ex:code", "3f2a91", "used")]
    assert things["train"].responsible == ["ex:ada", "ex:team"]
    assert things["flawed"].responsible == ["ex:vendor"]
    assert {agent.id for agent in answer.agents} == {"ex:ada", "ex:team", "ex:vendor"}


def test_the_plan_of_an_association_is_the_code_of_a_run_even_where_nothing_is_said_of_it(store: Store) -> None:
    draw(store, "flawed <-used- train -gen-> model")
    plan = Relation(type="WAS_ASSOCIATED_WITH", source=ex("train"), target=ex("ada"), plan=ex("recipe"))
    store.write(records([plan]))
    answer = ask(Asker(store), "model", "flawed")
    (code,) = next(thing for thing in answer.things if thing.id == ex("train")).code
    assert (code.id, code.how) == (ex("recipe"), "plan")


# What an artifact stands for


VERSIONS = """
    old -of-> model
    new -of-> model
    fixed -of-> model
    old : model issued_at=2
    new : model issued_at=4
    fixed : model issued_at=6
    old -derived-> flawed
    new -derived-> flawed
    fixed -derived-> clean
    clean : dataset issued_at=5
    clean -by-> vendor
"""


def test_a_general_artifact_stands_for_its_newest_affected_version(graph: Asker) -> None:
    graph.draw(VERSIONS)
    answer = ask(graph, "model", "flawed")
    assert (answer.artifact, answer.versions, answer.versions_affected) == ("ex:new", 3, 2)


def test_a_general_artifact_of_which_no_version_is_affected_stands_for_the_newest(graph: Asker) -> None:
    graph.draw(VERSIONS + "other : dataset issued_at=1")
    answer = ask(graph, "model", "other")
    assert (answer.answer, answer.artifact, answer.versions_affected) == ("not-affected", "ex:fixed", 0)


def test_what_is_flawed_itself_has_a_path_of_no_relation(graph: Asker) -> None:
    graph.draw("v1 -of-> list\nv1 : dataset issued_at=2\nv1 <-used- train")
    answer = ask(graph, "v1", "list", since=1)
    assert (answer.answer, answer.distance, paths(answer)) == ("flawed", 0, ["v1"])


# No path


def test_what_precision_cleared_says_what_it_was_made_from_instead(graph: Asker) -> None:
    graph.draw("""
        flawed <-used- train -gen-> model
        clean <-used- train
        model -derived-> clean
        clean -by-> vendor
        model <-used- predict -gen-> scores
    """)
    answer = ask(graph, "scores", "flawed")
    assert answer.answer == "not-affected"
    assert [(one.id, one.rule, one.activity, one.instead) for one in answer.cleared] == [
        ("ex:model", "precision", "ex:train", ["ex:clean"])
    ]
    assert answer.made_from == ["ex:model"]


def test_what_time_cleared_says_what_the_run_had_used_by_then(graph: Asker) -> None:
    graph.draw("""
        clean <-used@1- train
        flawed <-used@4- train
        train -gen@3-> early
        clean -by-> vendor
    """)
    answer = ask(graph, "early", "flawed")
    assert [(one.id, one.rule, one.instead) for one in answer.cleared] == [("ex:early", "time", ["ex:clean"])]


def test_versions_outside_of_the_window_are_named_as_what_it_was_made_from(graph: Asker) -> None:
    graph.draw("""
        v1 -of-> list
        v2 -of-> list
        v1 : dataset issued_at=2
        v2 : dataset issued_at=8
        v1 -by-> vendor
        v2 -by-> vendor
        v1 <-used- train -gen-> model
    """)
    answer = ask(graph, "model", "vendor", since=5)
    assert (answer.answer, answer.instead) == ("not-affected", ["ex:v1"])


def test_missing_provenance_is_neither_affected_nor_cleared(graph: Asker) -> None:
    graph.draw("mystery <-used- train -gen-> model\nknown <-used- train\nknown -by-> vendor\nflawed : dataset")
    answer = ask(graph, "model", "flawed")
    assert (answer.answer, answer.unknown_origin) == ("not-known", ["ex:mystery"])
    assert ask(graph, "mystery", "flawed").unknown_origin == ["ex:mystery"]


def test_what_is_not_recorded_to_lead_here_need_not_have_an_origin(graph: Asker) -> None:
    # The note's run used the mystery only later, and code comes from its repository.
    graph.draw("""
        known <-used@1- write -gen@2-> note
        mystery <-used@3- write
        code <-used- write
        code : code-version commit=3f2a91
        known -by-> vendor
        flawed : dataset
    """)
    assert ask(graph, "note", "flawed").answer == "not-affected"


def test_no_such_thing_is_an_error_and_no_answer(graph: Asker) -> None:
    graph.draw("flawed <-used- train -with-> ada")
    with pytest.raises(UnknownReference, match="no entity or activity is called 'trane'"):
        why(graph.store, "trane", Flaw.of(ex("flawed")))
    with pytest.raises(UnknownReference, match="no entity or activity is called 'ex:ada'"):
        ask(graph, "ada", "flawed")
    with pytest.raises(InvalidInput, match="number of paths cannot be 0"):
        ask(graph, "train", "flawed", paths=0)


def test_an_answer_as_known_on_a_day_knows_nothing_later(store: Store) -> None:
    draw(store, "flawed <-used- train")
    then = store.now()
    draw(store, "train -gen-> model\nmodel : model")
    flaw = Flaw.of(ex("flawed"))
    assert why(store, ex("model"), flaw).answer == "affected"
    with pytest.raises(UnknownReference, match="had learnt of nothing that is called"):
        why(store, ex("model"), flaw, known_on=then)
    assert why(store, ex("train"), flaw, known_on=then).as_known_on == then
    with pytest.raises(InvalidInput, match="lies ahead"):
        why(store, ex("train"), flaw, known_on=day(10_000))


# Choke points and cuts


def test_what_every_path_goes_through_is_told_from_the_flaw_on(graph: Asker) -> None:
    graph.draw("""
        flawed <-used- left -gen-> l
        flawed <-used- right -gen-> r
        l <-used- merge
        r <-used- merge -gen-> table
        table <-used- train -gen-> model
    """)
    answer = ask(graph, "model", "flawed")
    assert answer.choke_points == ["ex:merge", "ex:table", "ex:train"]
    assert answer.cut is not None
    assert (answer.cut.nodes, answer.cut.smallest) == (["ex:merge"], True)


def test_a_run_that_used_flawed_inputs_at_several_moments_is_one_choke_point(graph: Asker) -> None:
    # The early input went into one output, the late one into the other; both go into the model.
    graph.draw("""
        one <-used@1- train -gen@2-> early
        two <-used@3- train -gen@4-> late
        model -derived-> early
        model -derived-> late
        other -derived-> two
    """)
    answer = ask(graph, "model", "one", "two")
    assert answer.choke_points == ["ex:train"]
    assert answer.cut is not None
    assert answer.cut.nodes == ["ex:train"]


def test_without_a_choke_point_the_smallest_cut_has_several_nodes(graph: Asker) -> None:
    graph.draw("a -derived-> flawed\nb -derived-> flawed\nc -derived-> b\nmodel -derived-> a\nmodel -derived-> c")
    answer = ask(graph, "model", "flawed")
    assert answer.choke_points == []
    assert answer.cut is not None
    assert answer.cut.nodes == ["ex:a", "ex:b"]  # not c: closest to the flaw


def test_what_depends_directly_on_the_flaw_cannot_be_cut_off(graph: Asker) -> None:
    graph.draw("model -derived-> flawed\nb -derived-> flawed\nmodel -derived-> b")
    answer = ask(graph, "model", "flawed")
    assert answer.cut is None
    assert [(step.cause, step.relation, step.effect) for step in answer.direct] == [
        ("ex:flawed", "WAS_DERIVED_FROM", "ex:model")
    ]


def test_the_general_artifact_that_a_run_read_without_a_version_is_a_choke_point(graph: Asker) -> None:
    graph.draw("""
        v1 -of-> table
        v2 -of-> table
        v1 -derived-> flawed
        v2 -derived-> flawed
        table <-used- predict -gen-> scores
    """)
    answer = ask(graph, "scores", "flawed")
    assert answer.choke_points == ["ex:table", "ex:predict"]


# What if


def test_nothing_spreads_through_what_is_fixed_and_the_report_says_what_that_saves(graph: Asker) -> None:
    graph.draw("""
        flawed <-used- clean -gen-> table
        table <-used- train -gen-> model
        flawed <-used- audit
        model : model
    """)
    report = impact(graph.store, Flaw.of(ex("flawed")), contained_by=[ex("table")])
    assert names(node.id for node in report.affected) == {"clean", "audit"}
    assert report.contained is not None
    assert report.contained.total == 5
    assert report.contained.counts == {"dataset": 1, "model": 1, "run": 3}
    assert report.contained.saved == {"dataset": 1, "model": 1, "run": 1}
    assert [(one.id, one.things, one.affected) for one in report.contained.by] == [("ex:table", 1, 1)]
    assert report.notes[0] == "Contained: with ex:table fixed, 2 of 5 stay affected; 3 are saved."


def test_to_fix_what_is_flawed_leaves_what_else_is_flawed(graph: Asker) -> None:
    graph.draw("v1 -of-> list\nv2 -of-> list\nv1 <-used- a\nv2 <-used- b\nv1 -by-> vendor\nv2 -by-> vendor")
    report = impact(graph.store, Flaw.of(ex("vendor")), contained_by=[ex("v1")])
    assert names(node.id for node in report.flawed) == {"v2"}
    assert names(node.id for node in report.affected) == {"b"}
    whole = impact(graph.store, Flaw.of(ex("vendor")), contained_by=[ex("list")])
    assert (whole.flawed, whole.total) == ([], 0)


def test_to_fix_what_nothing_flawed_reaches_is_said_to_save_nothing(graph: Asker) -> None:
    graph.draw("flawed <-used- train\nother <-used- test")
    report = impact(graph.store, Flaw.of(ex("flawed")), contained_by=[ex("other")])
    assert report.total == 1
    assert "Nothing flawed reaches ex:other" in report.notes[0]


def test_only_artifacts_and_runs_can_be_fixed(graph: Asker) -> None:
    graph.draw("flawed <-used- train -with-> ada")
    with pytest.raises(UnknownReference, match="no entity or activity is called 'ex:ada'"):
        impact(graph.store, Flaw.of(ex("flawed")), contained_by=[ex("ada")])


# Contain


PIPELINE = """
    flawed <-used- label -gen-> labels
    flawed <-used- clean -gen-> table
    labels <-used- train -gen-> model
    table <-used- train
    table <-used- predict -gen-> scores
    model <-used- predict
    flawed <-used- report
    model : model
    scores : predictions
"""


def cut_of(graph: Asker, **wanted: object) -> Containment:
    return contain(graph.store, Flaw.of(ex("flawed")), **wanted)  # type: ignore[arg-type]


def test_the_cut_protects_all_targets_at_once(graph: Asker) -> None:
    graph.draw(PIPELINE)
    answer = cut_of(graph, targets=["live"])
    assert names(answer.targets) == {"model", "scores"}
    assert answer.cut.nodes == ["ex:clean", "ex:label"]
    assert answer.before == {"dataset": 2, "model": 1, "predictions": 1, "run": 5}
    assert answer.after == {"run": 1}
    assert [(one.id, one.targets) for one in answer.savings] == [("ex:clean", 0), ("ex:label", 0)]
    assert answer.savings[1].saved == {"dataset": 1, "run": 1}


def test_of_equal_cuts_that_of_the_preferred_kind_is_taken(graph: Asker) -> None:
    graph.draw(PIPELINE)
    assert cut_of(graph, targets=["live"], prefer="artifacts").cut.nodes == ["ex:labels", "ex:table"]
    assert cut_of(graph, targets=["live"], prefer="runs").cut.nodes == ["ex:clean", "ex:label"]


def test_targets_are_told_apart_by_whether_they_can_be_protected(graph: Asker) -> None:
    graph.draw(PIPELINE + "copy -derived-> flawed\nelsewhere : dataset")
    answer = cut_of(graph, targets=[ex("copy"), ex("flawed"), ex("scores"), ex("elsewhere")])
    assert names(answer.targets) == {"scores"}
    assert names(answer.unprotected) == {"copy", "flawed"}
    assert names(answer.unaffected) == {"elsewhere"}


def test_a_run_that_read_a_general_target_cannot_be_protected_but_the_target_can(graph: Asker) -> None:
    graph.draw("""
        flawed : dataset version=v
        flawed -of-> general
        part -member-> flawed
        general -member-> part
        run -used-> general
    """)
    answer = cut_of(graph, targets=[ex("general"), ex("run")])
    assert (names(answer.targets), names(answer.unprotected)) == ({"general"}, {"flawed", "run"})
    assert answer.cut.nodes == ["ex:part"]
    assert cut_of(graph, targets=[ex("run")]).cut.nodes == ["ex:general"]


def test_targets_of_a_kind_are_those_that_are_affected(graph: Asker) -> None:
    graph.draw(PIPELINE + "other : predictions")
    answer = cut_of(graph, target_kinds=["predictions"])
    assert (names(answer.targets), answer.unaffected) == ({"scores"}, [])
    with pytest.raises(InvalidInput, match="of the kind 'prediction'"):
        cut_of(graph, target_kinds=["prediction"])
    with pytest.raises(InvalidInput, match="no target was given"):
        cut_of(graph)


def test_where_no_target_is_affected_there_is_nothing_to_fix(graph: Asker) -> None:
    graph.draw("flawed <-used- train\nother : model")
    answer = cut_of(graph, targets=[ex("other")])
    assert (answer.cut.nodes, answer.targets, names(answer.unaffected)) == ([], [], {"other"})


# Risk


def test_risk_lists_what_would_hurt_most_first(graph: Asker) -> None:
    graph.draw("""
        big -by-> vendor
        small -by-> site
        big <-used- train -gen-> model
        small <-used- predict -gen-> scores
        model <-used- predict
        model : model
        scores : predictions
        train -with-> ada
        made <-used- train
        made -derived-> big
    """)
    source = [Agent(id=ex(name), name=name, kind="data-source") for name in ("vendor", "site", "idle")]
    graph.store.write(records(source, day(2)))
    answer = risk(graph.store)
    told = [(one.id, one.live_models, one.live_predictions, one.models, one.predictions) for one in answer.sources]
    assert told == [
        ("ex:big", 1, 1, 1, 1),  # a dataset that came from outside; `made` did not
        ("ex:vendor", 1, 1, 1, 1),
        ("ex:site", 0, 1, 0, 1),
        ("ex:small", 0, 1, 0, 1),
        ("ex:idle", 0, 0, 0, 0),
    ]
    assert answer.sources[0].owners == ["ex:ada"]
    assert (answer.total, answer.complete) == (5, True)


def test_risk_of_other_kinds_and_only_the_first(graph: Asker) -> None:
    graph.draw("m1 -of-> m\nm : model\nm1 : model version=1\nm1 <-used- predict -gen-> scores\nscores : predictions")
    answer = risk(graph.store, kinds=["model", "predictions"], limit=1)
    assert [(one.id, one.things, one.predictions) for one in answer.sources] == [("ex:m", 2, 1)]
    assert (answer.total, answer.complete) == (2, False)
    with pytest.raises(InvalidInput, match="no source is of the kind 'modle'") as error:
        risk(graph.store, kinds=["modle"])
    assert error.value.nearest == ("model",)
    with pytest.raises(InvalidInput, match="the limit cannot be -1"):
        risk(graph.store, limit=-1)


def test_risk_of_an_empty_store_is_an_empty_list(store: Store) -> None:
    assert risk(store).sources == []
