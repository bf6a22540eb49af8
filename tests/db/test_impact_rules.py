"""What a flaw touches by the rules beyond use and derivation, on graphs that one can see; each stands in the guide."""

from __future__ import annotations

from typing import Any

import pytest
from graphs import day, draw, ex, names, records
from test_impact import Answer, Asker

from graphprov.analysis.flaw import Flaw
from graphprov.analysis.impact import impact
from graphprov.documents.statements import Statement as Said
from graphprov.documents.statements import Value
from graphprov.documents.terms import PROV, TERMS, TYPE
from graphprov.errors import EmptyFlaw
from graphprov.exchange.importing import import_items
from graphprov.model.statements import Entity, Relation
from graphprov.model.vocabulary import Element
from graphprov.store import Store


@pytest.fixture
def graph(store: Store) -> Asker:
    return Asker(store)


def said(answer: Answer) -> dict[str, tuple[int, str]]:
    """Distance and certainty of everything affected."""
    return {node.id.removeprefix("ex:"): (node.distance, node.certainty) for node in answer.report.affected}


def steps(answer: Answer, name: str) -> list[str]:
    """A path as its rules and relations, from cause to effect."""
    why = answer[name].why or []
    return [f"{s.cause[3:]} {s.relation} {s.effect[3:]} ({s.rule}, {s.certainty})" for s in why]


# Communication


def test_a_run_that_was_informed_by_an_affected_run_is_affected_and_so_is_what_it_generated(graph: Asker) -> None:
    graph.draw("flawed <-used- train\ntune -informed-> train\ntune -gen-> model")
    report = graph.impact("flawed")
    assert said(report) == {"train": (1, "inferred"), "tune": (2, "inferred"), "model": (3, "inferred")}
    assert steps(report, "model") == [
        "flawed USED train (use, inferred)",
        "train WAS_INFORMED_BY tune (communication, inferred)",
        "tune WAS_GENERATED_BY model (processing, inferred)",
    ]


def test_precision_clears_what_an_informed_run_generated_and_time_does_not(graph: Asker) -> None:
    graph.draw("""
        flawed <-used@9- train
        tune -informed-> train
        tune -gen@2-> early
        clean <-used- tune -gen-> exact
        exact -derived-> clean
    """)
    report = graph.impact("flawed")
    assert report.affected == {"train", "tune", "early"}
    assert report.cleared == {"exact": "precision"}


def test_a_flawed_run_informs_others_though_it_affects_none_of_its_outputs(graph: Asker) -> None:
    graph.draw("train -gen@9-> model\nnext -informed-> train\nnext -gen-> report")
    assert graph.impact("train", until=5).affected == {"next", "report"}


def test_a_run_that_was_informed_by_itself_ends(graph: Asker) -> None:
    graph.draw("flawed <-used- train\ntrain -informed-> train\nnext -informed-> train\ntrain -informed-> next")
    report = graph.impact("flawed")
    assert report.affected == {"train", "next"}
    assert report["next"].paths == "infinite"


# Membership


def test_a_collection_with_an_affected_member_is_affected_and_its_other_members_are_not(graph: Asker) -> None:
    graph.draw("album -member-> flawed\nalbum -member-> clean\nshelf -member-> album\nalbum <-used- train -gen-> model")
    report = graph.impact("flawed")
    assert said(report) == {
        "album": (1, "declared"),
        "shelf": (2, "declared"),
        "train": (2, "inferred"),
        "model": (3, "inferred"),
    }


def test_the_members_of_a_flawed_collection_are_affected(graph: Asker) -> None:
    graph.draw("shelf -member-> album\nalbum -member-> one\nalbum -member-> two\ntwo <-used- train")
    report = graph.impact("album")
    assert said(report) == {
        "shelf": (1, "declared"),
        "one": (1, "declared"),
        "two": (1, "declared"),
        "train": (2, "inferred"),
    }
    assert steps(report, "two") == ["album HAD_MEMBER two (membership down, declared)"]


def test_a_collection_reached_otherwise_too_affects_its_members_by_that_way(graph: Asker) -> None:
    # Up from the member at once; and made from something flawed, three relations later.
    graph.draw("""
        album -member-> flawed
        album -member-> other
        step -derived-> flawed
        step <-used- collect -gen-> album
    """)
    report = graph.impact("flawed")
    assert said(report) == {
        "album": (1, "declared"),
        "step": (1, "declared"),
        "collect": (2, "inferred"),
        "other": (4, "inferred"),
    }
    assert [step.split(" ")[2] for step in steps(report, "other")] == ["step", "collect", "album", "other"]
    assert report["other"].via == (report["other"].why or [])[1:]  # what leads back to something by its own path


# Specialisation, and use of a general entity


def test_what_is_special_of_an_affected_general_entity_is_affected_and_never_the_other_way(graph: Asker) -> None:
    graph.draw(
        "v1 -of-> general\nv2 -of-> general\ngeneral -derived-> flawed\nother -of-> above\nother -derived-> flawed"
    )
    report = graph.impact("flawed")
    assert report.affected == {"general", "v1", "v2", "other"}
    assert said(report)["v1"] == (2, "declared")


def test_of_a_subject_the_window_chooses_what_is_special(graph: Asker) -> None:
    graph.draw("v1 -of-> bl\nv2 -of-> bl\nv1 : dataset issued_at=2\nv2 : dataset issued_at=8\nbl -derived-> source")
    assert graph.impact("bl", "source", until=5).affected == set()
    assert graph.impact("bl", "source", until=5).flawed == {"bl", "v1", "source"}


def test_a_general_entity_that_is_affected_by_membership_up_alone_affects_no_version(graph: Asker) -> None:
    graph.draw("album -member-> flawed\nedition -of-> album")
    assert graph.impact("flawed").affected == {"album"}


def test_a_mention_is_a_specialisation(store: Store) -> None:
    import_items(
        store,
        [
            Said(TERMS["entity"], "ex:general", ()),
            Said(TERMS["mentionOf"], None, ("ex:mention", "ex:general", "ex:bundle")),
            Said(TERMS["wasDerivedFrom"], None, ("ex:general", "ex:flawed", None, None, None)),
        ],
    )
    assert said(Asker(store).impact("flawed")) == {"general": (1, "declared"), "mention": (2, "declared")}


def test_a_run_that_used_the_general_entity_may_have_read_the_affected_version(graph: Asker) -> None:
    graph.draw("""
        v1 -of-> table
        table -of-> catalogue
        v1 -derived-> flawed
        table <-used@7- predict -gen@8-> scores
        catalogue <-used@7- survey
        predict -gen@6-> early
    """)
    report = graph.impact("flawed")
    assert said(report) == {
        "v1": (1, "declared"),
        "predict": (3, "possible"),
        "scores": (4, "possible"),
        "survey": (4, "possible"),
    }
    assert report.cleared == {"early": "time"}
    assert steps(report, "scores") == [
        "flawed WAS_DERIVED_FROM v1 (derivation, declared)",
        "v1 SPECIALIZATION_OF table (unversioned use, possible)",
        "table USED predict (unversioned use, possible)",
        "predict WAS_GENERATED_BY scores (processing, inferred)",
    ]
    assert report["scores"].via == (report["scores"].why or [])[1:]


def test_a_run_cannot_have_read_the_version_that_it_made_itself_nor_one_that_came_later(graph: Asker) -> None:
    graph.draw("""
        flawed <-used- publish
        v2 -derived-> flawed
        v2 -of-> table
        publish -gen@5-> v2
        table <-used@4- publish
        table <-used@3- before
        table <-used@5- same
        table <-used- unknown
    """)
    report = graph.impact("flawed")
    assert report.affected == {"publish", "v2", "same", "unknown"}
    assert said(report)["publish"] == (1, "inferred")
    assert report["publish"].paths == 1


def test_one_version_that_may_have_been_read_is_enough(graph: Asker) -> None:
    graph.draw("""
        old -derived-> flawed
        new -derived-> flawed
        old -of-> table
        new -of-> table
        old : dataset issued_at=2
        refresh -gen@8-> new
        table <-used@4- refresh
    """)
    report = graph.impact("flawed")
    assert said(report)["refresh"] == (3, "possible")
    assert [step.cause for step in report["refresh"].why or ()] == ["ex:flawed", "ex:old", "ex:table"]


def test_without_times_any_version_may_have_been_read(graph: Asker) -> None:
    graph.draw("v1 -of-> table\nv1 -derived-> flawed\ntable <-used- predict -gen@8-> scores")
    report = graph.impact("flawed")
    assert report.affected == {"v1", "predict", "scores"}
    assert report.time_unknown == {"scores"}


def test_an_hourly_job_that_reads_its_own_output_ends_and_counts_each_version_once(graph: Asker) -> None:
    lines = ["v0 -derived-> flawed", "v0 : dataset issued_at=0.5"]
    for hour in range(1, 13):
        lines += [f"v{hour} -of-> table", f"table <-used@{2 * hour}- job{hour} -gen@{2 * hour + 1}-> v{hour}"]
    graph.draw("\n".join([*lines, "v0 -of-> table"]))
    report = graph.impact("flawed")
    assert report.affected == {"v0", *(f"{what}{hour}" for hour in range(1, 13) for what in ("v", "job"))}
    assert max(node.distance for node in report.report.affected) == 4
    assert report["v3"].paths == 4  # from v0; from v1; and from v2, which came from either


# Code


def test_code_that_was_the_plan_of_an_association_affects_all_that_the_run_generated(store: Store) -> None:
    draw(store, "code : code-version\nclean <-used- train -gen@1-> model\nmodel -derived-> clean\ntrain -with-> ada")
    store.write(records([Relation(type="WAS_ASSOCIATED_WITH", source=ex("train"), target=ex("ada"), plan=ex("code"))]))
    report = Asker(store).impact("code")
    assert said(report) == {"train": (1, "inferred"), "model": (2, "inferred")}
    assert steps(report, "train") == ["code WAS_ASSOCIATED_WITH train (code, inferred)"]
    assert report["train"].responsible == [ex("ada")]


def test_what_a_document_calls_a_plan_is_code(store: Store) -> None:
    plan = ((TYPE, Value.name(f"{PROV}Plan")),)
    import_items(
        store,
        [
            Said(TERMS["entity"], "ex:recipe", (), plan),
            Said(TERMS["used"], None, ("ex:cook", "ex:recipe", "2026-03-09T00:00:00Z")),
            Said(TERMS["wasGeneratedBy"], None, ("ex:meal", "ex:cook", "2026-03-02T00:00:00Z")),
            Said(TERMS["wasAssociatedWith"], None, ("ex:bake", None, "ex:recipe")),
            Said(TERMS["entity"], "ex:note", ()),
            Said(TERMS["wasAssociatedWith"], None, ("ex:other", None, "ex:note")),
        ],
    )
    assert Asker(store).impact("recipe").affected == {"cook", "meal", "bake"}
    assert Asker(store).impact("note").affected == set(), "it is a plan of something, but nobody says that it is code"


# Influence


def influence(store: Store, type_: str, effect: tuple[str, Element], cause: tuple[str, Element]) -> None:
    ends: dict[str, Any] = {"source_element": effect[1], "target_element": cause[1]}
    store.write(records([Relation(type=type_, source=ex(effect[0]), target=ex(cause[0]), **ends)]))  # type: ignore[arg-type]


E_, A_, G_ = Element.ENTITY, Element.ACTIVITY, Element.AGENT


def test_influence_makes_it_possible_and_reaches_what_a_run_generated_unless_that_is_precise(store: Store) -> None:
    draw(store, "clean <-used- audit -gen-> report\naudit -gen@1-> exact\nexact -derived-> clean\nflawed : dataset")
    influence(store, "WAS_INFLUENCED_BY", ("audit", A_), ("flawed", E_))
    influence(store, "WAS_INFLUENCED_BY", ("poster", E_), ("flawed", E_))
    report = Asker(store).impact("flawed")
    assert said(report) == {"audit": (1, "possible"), "poster": (1, "possible"), "report": (2, "possible")}
    assert report.cleared == {"exact": "precision"}


@pytest.mark.parametrize("type_", ["WAS_STARTED_BY", "WAS_ENDED_BY"])
def test_what_was_started_or_ended_by_something_affected_may_be_affected(store: Store, type_: str) -> None:
    draw(store, "job -gen-> log\nflawed : dataset")
    influence(store, type_, ("job", A_), ("flawed", E_))
    assert said(Asker(store).impact("flawed")) == {"job": (1, "possible"), "log": (2, "possible")}


def test_an_agent_is_neither_influenced_nor_does_it_pass_a_flaw_on(store: Store) -> None:
    draw(store, "flawed <-used- train -with-> ada\nposter -by-> ada")
    influence(store, "WAS_INFLUENCED_BY", ("ada", G_), ("flawed", E_))
    influence(store, "WAS_INFLUENCED_BY", ("poster", E_), ("ada", G_))
    assert Asker(store).impact("flawed").affected == {"train"}


# Certainty and number of paths


def test_a_path_is_as_certain_as_its_weakest_relation_and_a_node_as_its_best_path(store: Store) -> None:
    draw(store, "far -derived-> step\nstep -derived-> flawed\nflawed <-used- run -gen-> far")
    influence(store, "WAS_INFLUENCED_BY", ("far", E_), ("flawed", E_))
    report = Asker(store).impact("flawed")
    assert said(report)["far"] == (1, "declared")
    assert report["far"].paths == 3


def test_paths_are_counted_and_not_listed(graph: Asker) -> None:
    lines = []
    for level in range(60):
        for side in "ab":
            lines += [f"m{level + 1} -derived-> {side}{level}", f"{side}{level} -derived-> m{level}"]
    graph.draw("\n".join(lines))
    report = graph.impact("m0")
    assert report["m60"].paths == 2**60
    assert report["a59"].paths == 2**59


def test_a_path_that_can_go_in_a_circle_makes_the_number_infinite_from_there_on(graph: Asker) -> None:
    graph.draw("b -derived-> a\nc -derived-> b\nb -derived-> c\nd -derived-> c\nside -derived-> a")
    report = graph.impact("a")
    assert {name: report[name].paths for name in ("b", "c", "d", "side")} == {
        "b": "infinite",
        "c": "infinite",
        "d": "infinite",
        "side": 1,
    }


def test_relations_said_by_several_bundles_are_one_on_a_path(store: Store) -> None:
    used = [Said(TERMS["used"], None, ("ex:a", "ex:e", None), (), bundle) for bundle in (None, "ex:b1", "ex:b2")]
    import_items(store, [*used, Said(TERMS["wasGeneratedBy"], None, ("ex:o", "ex:a", None))])
    report = Asker(store).impact("e")
    assert said(report) == {"a": (1, "inferred"), "o": (2, "inferred")}
    assert report["o"].paths == 1


def test_an_end_that_a_relation_leaves_open_is_nothing_to_list(store: Store) -> None:
    import_items(
        store,
        [
            Said(TERMS["used"], None, ("ex:a", "ex:e", None)),
            Said(TERMS["wasGeneratedBy"], None, (None, "ex:a", None)),
        ],
    )
    report = Asker(store).impact("e").report
    assert names(node.id for node in report.affected) == {"a"}
    assert (report.counts, report.cleared) == ({"activity": 1}, [])


# As known on


def test_a_report_as_known_on_a_day_knows_neither_later_relations_nor_later_words(store: Store) -> None:
    draw(store, "flawed <-used- train -gen-> model\nmodel -of-> m")
    then = store.now()
    draw(store, "model <-used- predict -gen-> scores\nmodel : model\nnewer -of-> m\nnewer : model issued_at=30")
    now, before = (impact(store, Flaw.of(ex("flawed")), known_on=moment) for moment in (None, then))
    assert names(node.id for node in now.affected) == {"train", "model", "predict", "scores"}
    assert names(node.id for node in before.affected) == {"train", "model"}
    assert {node.id: node.kind for node in before.affected}[ex("model")] == "dataset"
    assert {node.id: node.kind for node in now.affected}[ex("model")] == "model"
    assert (before.as_known_on, now.as_known_on) == (then, None)


def test_what_arrives_late_was_not_known_though_it_had_been_recorded_before(store: Store) -> None:
    draw(store, "flawed <-used- train")
    then = store.now()
    store.write(records([Relation(type="WAS_GENERATED_BY", source=ex("model"), target=ex("train"))], at=day(1)))
    assert impact(store, Flaw.of(ex("flawed")), known_on=then).total == 1


def test_a_subject_of_which_nothing_was_known_then_is_an_error(store: Store) -> None:
    store.write(records([Entity(id=ex("other"))]))
    then = store.now()
    draw(store, "flawed <-used- train")
    with pytest.raises(EmptyFlaw, match="had learnt of nothing"):
        impact(store, Flaw.of(ex("flawed")), known_on=then)
