"""What the headers of the questions say, and what is made of it: parameters, errors, the page of the documentation."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graphprov import questions as queries
from graphprov.cli.guide import DOCS
from graphprov.errors import AmbiguousReference, GraphprovError, InvalidInput, UnknownReference
from graphprov.model.metadata import RESERVED
from graphprov.model.vocabulary import FORGOTTEN, KINDS, Element, RelationType
from graphprov.questions import NamedQuery, bind, cypher_root, load, named_queries, parse

TESTS = Path(__file__).resolve().parents[1]
MADE = "<!-- From here on made from the headers of the files. -->\n"

HEADER = """\
// title:   Who?
// answers: All of them,
//          and more.
// param:   name    string          id or name of a person   e.g. "ada"
// param:   kinds   list of string  which, or null           e.g. ["model"]
// param:   number  integer         how many, or null
// param:   share   float           how much, or null
// param:   all     boolean         everything, or null
// param:   since   datetime        from when, or null       e.g. datetime("2026-03-01T00:00Z")
// column:  person string, kinds list of string,
//          found any
MATCH (p:Person) // answers: not part of the header
RETURN p.id AS person, [] AS kinds, null AS found
"""
WHO = parse("people/who", HEADER)

every_question = pytest.mark.parametrize("query", named_queries().values(), ids=named_queries())


def page() -> str:
    """The page of the documentation: what a person wrote, then every question as its header tells it."""
    written = (DOCS / "queries.md").read_text(encoding="utf-8").partition(MADE)[0]
    return written + MADE + "".join(_section(query) for query in named_queries().values())


def _section(query: NamedQuery) -> str:
    lines = [f"\n### {query.name}", "", f"**{query.title}** {query.answers}", ""]
    for p in query.params:
        example = f", e.g. `{p.example}`" if p.example else ""
        lines.append(f"- `{p.name}` ({p.type}): {p.description}{example}")
    columns = ", ".join(f"`{column.name}` ({column.type})" for column in query.columns)
    return "\n".join([*lines, f"- Columns: {columns}", ""])


# -- the files -------------------------------------------------------------------------------------------------------


def test_there_are_enough_questions_and_the_packages_own_files_are_none() -> None:
    assert len(named_queries()) >= 24
    assert not any(name.startswith(queries.NOT_QUESTIONS) for name in named_queries())
    assert all((cypher_root() / f"{name}.cypher").is_file() for name in named_queries())


def test_short_names_are_unique() -> None:
    short = [query.short for query in named_queries().values()]
    assert len(short) == len(set(short))


@every_question
def test_the_header_declares_the_parameters_that_the_text_uses(query: NamedQuery) -> None:
    body = re.sub(r"//.*", "", query.text)
    assert set(re.findall(r"\$(\w+)", body)) == {param.name for param in query.params}


@every_question
def test_the_header_shows_what_to_type_in_the_browser(query: NamedQuery) -> None:
    expected = tuple(f":param {param.name} => {param.example or 'null'}" for param in query.params)
    assert query.browser == expected
    assert all(param.example or param.optional for param in query.params), "a required parameter needs an example"


@every_question
def test_labels_and_relation_types_are_those_of_the_model(query: NamedQuery) -> None:
    body = re.sub(r"//.*|'[^']*'|\[\w+ IN .*", "", query.text)
    labels = {kind.label for kind in KINDS.values()} | {element.value for element in Element} | {"Incident"}
    words = set(re.findall(r"[:|]([A-Za-z_]+)", body))
    assert words <= labels | set(RelationType) | {"ABOUT", FORGOTTEN}


@every_question
def test_lines_fit_a_wide_editor(query: NamedQuery) -> None:
    assert max(map(len, query.text.splitlines())) <= 134


@every_question
def test_every_question_is_asked_in_a_test_with_a_known_answer(query: NamedQuery) -> None:
    assert f'"{query.short}"' in (TESTS / "db" / "test_queries_answers.py").read_text(encoding="utf-8")


def test_the_flaw_is_the_same_text_in_every_question_about_one() -> None:
    names = ("affected_by", "spread_of", "who_to_tell", "why_affected")
    last = "WITH DISTINCT flawed\n"
    blocks = {text[text.index("// The flaw") : text.rindex(last)] for text in (load(name).text for name in names)}
    assert len(blocks) == 1


def test_keys_in_use_leaves_out_graphprovs_own_keys() -> None:
    listed = set(re.findall(r"'(\w+)'", load("keys_in_use").text))
    assert RESERVED - {"key", "parameters"} <= listed


def test_the_page_of_questions_is_made_from_the_headers() -> None:
    assert (DOCS / "queries.md").read_text(encoding="utf-8") == page(), "run `python -m tests.unit.test_queries`"


# -- headers ---------------------------------------------------------------------------------------------------------


def test_a_header_is_read() -> None:
    assert (WHO.name, WHO.folder, WHO.short, WHO.title) == ("people/who", "people", "who", "Who?")
    assert WHO.answers == "All of them, and more."
    assert [(p.name, p.type, p.optional) for p in WHO.params][:2] == [
        ("name", "string", False),
        ("kinds", "list of string", True),
    ]
    assert WHO.params[0].elements == (Element.AGENT,)
    assert [(column.name, column.type) for column in WHO.columns] == [
        ("person", "string"),
        ("kinds", "list of string"),
        ("found", "any"),
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("// title:   Who?\n", ""), "one line '// title"),
        (("person string", "person text"), "expected a column"),
        (("number  integer ", "number  decimal "), "expected '// param"),
    ],
)
def test_a_broken_header_names_the_file_and_what_was_expected(change: tuple[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)) as error:
        parse("people/who", HEADER.replace(*change))
    assert "cypher/people/who.cypher" in str(error.value)


# -- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["impact/who_to_tell", "who_to_tell", "who-to-tell", " who_to_tell.cypher", "impact/who-to-tell"]
)
def test_a_question_is_found_by_name(name: str) -> None:
    assert load(name).name == "impact/who_to_tell"


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("predictions_on", "impact/predictions_depending_on"),
        ("who_tell", "impact/who_to_tell"),
        ("duplicates", "audit/duplicated_contents"),
        ("whom do we have to tell", "impact/who_to_tell"),
    ],
)
def test_an_unknown_question_names_the_nearest(typed: str, nearest: str) -> None:
    with pytest.raises(UnknownReference) as error:
        load(typed)
    assert error.value.nearest[0] == nearest
    assert error.value.exit_code == 3


def test_a_short_name_in_two_folders_is_ambiguous(monkeypatch: pytest.MonkeyPatch) -> None:
    both = {"people/who": WHO, "runs/who": parse("runs/who", HEADER)}
    monkeypatch.setattr(queries, "named_queries", lambda: both)
    with pytest.raises(AmbiguousReference) as error:
        load("who")
    assert error.value.nearest == ("people/who", "runs/who")


# -- parameters ------------------------------------------------------------------------------------------------------


def test_typed_texts_become_values() -> None:
    given = {
        "name": " ada ",
        "kinds": "model, dataset",
        "number": "7",
        "share": "0.5",
        "all": "yes",
        "since": "2026-03",
    }
    assert bind(WHO, given) == {
        "name": " ada ",
        "kinds": ["model", "dataset"],
        "number": 7,
        "share": 0.5,
        "all": True,
        "since": datetime(2026, 3, 1, tzinfo=UTC),
    }


def test_values_of_the_right_type_are_taken_as_they_are() -> None:
    given = {"name": "ada", "kinds": ["a,b"], "number": 7, "share": 1, "all": False, "since": datetime(2026, 3, 1)}
    bound = bind(WHO, given)
    assert bound == {**given, "share": 1.0, "since": datetime(2026, 3, 1, tzinfo=UTC)}


def test_what_may_be_left_out_is_null() -> None:
    assert bind(WHO, {"name": "ada", "since": "null", "number": ""}) == {
        "name": "ada",
        "kinds": None,
        "number": None,
        "share": None,
        "all": None,
        "since": None,
    }
    assert bind(WHO, {"name": "null"})["name"] == "null"  # someone may be called so


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "needs the parameter 'name': id or name of a person"),
        ({"name": "  "}, "needs the parameter 'name'"),
        ({"name": 7}, "expected text"),
        ({"name": "a", "nam": "b"}, "no parameter 'nam': expected name, kinds"),
        ({"name": "a", "number": "many"}, "'number' of 'who' cannot be 'many': expected a whole number"),
        ({"name": "a", "number": "9223372036854775808"}, "expected a whole number of 64 bits"),
        ({"name": "a", "number": 1.5}, "expected a whole number"),
        ({"name": "a", "number": True}, "expected a whole number"),
        ({"name": "a", "share": "half"}, "expected a number"),
        ({"name": "a", "all": "perhaps"}, "expected true or false"),
        ({"name": "a", "since": "yesterday"}, "'since' of 'who': 'yesterday' is no time"),
        ({"name": "a", "since": "2026-13"}, "is no time"),
        ({"name": "a", "since": 7}, "expected a time"),
        ({"name": "a", "kinds": "a,,b"}, "expected texts separated by commas"),
        ({"name": "a", "kinds": "[1]"}, "expected texts separated by commas"),
        ({"name": "a", "kinds": '["a"'}, "expected texts separated by commas"),
    ],
)
def test_what_does_not_fit_is_told(given: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidInput, match=re.escape(message)):
        bind(WHO, given)


def test_a_limit_is_at_least_one() -> None:
    with pytest.raises(InvalidInput, match="expected 1 or more"):
        bind(load("duplicated_contents"), {"limit": "0"})


def test_errors_say_what_to_try() -> None:
    with pytest.raises(GraphprovError) as error:
        bind(load("failure_rate_by"), {"kind": "inference"})
    assert error.value.hint == "graphprov query failure_rate_by -p keys=factory,line"
    with pytest.raises(GraphprovError) as error:
        bind(load("made_from"), {"artefact": "x"})
    assert error.value.nearest == ("artifact",)


if __name__ == "__main__":
    (DOCS / "queries.md").write_text(page(), encoding="utf-8")
