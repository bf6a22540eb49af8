"""The page about validation lists the rules that there are."""

from __future__ import annotations

import re

from graphprov.cli.guide import DOCS
from graphprov.constraints import RULES
from tests.unit.test_constraints_corpus import DISAGREED
from tests.unit.test_constraints_twins import TWINS

PAGE = (DOCS / "validation.md").read_text(encoding="utf-8")


def table() -> str:
    """All rules as the page shows them."""
    rows = [
        f"| {'' if rule.number is None else rule.number} | `{rule.name}` | {rule.part.value} | {rule.says}"
        f"{'' if rule.number is not None else f' ({rule.source})'} |"
        for rule in RULES.values()
    ]
    return "\n".join(["| number | name | part | what it says |", "| ---: | --- | --- | --- |", *rows])


def test_the_page_shows_the_table_of_rules() -> None:
    assert table() in PAGE, "run `python -m tests.unit.test_constraints_docs` and paste what it prints"


def test_rules_are_numbered_as_in_the_recommendation() -> None:
    numbers = [rule.number for rule in RULES.values() if rule.number is not None]
    assert numbers == list(range(1, 57))


def test_the_page_names_the_constraints_that_no_document_breaks() -> None:
    unbreakable = {
        RULES[twins.rule].number for twins in TWINS if twins.invalid is None and (RULES[twins.rule].number or 0) >= 30
    }
    (said,) = re.findall(r"\(constraints ([\d, and]+)\) order events that no cycle", PAGE)
    assert unbreakable == {int(number) for number in re.findall(r"\d+", said)}


def test_the_page_lists_every_disagreement_with_the_corpus() -> None:
    assert all(f"`{name}`" in PAGE for name in DISAGREED)


if __name__ == "__main__":
    print(table())
