"""The corpus of ProvToolbox and the W3C that ships with the `prov` package is judged as its file names say."""

from __future__ import annotations

from pathlib import Path

import prov
import pytest

from graphprov.constraints import Verdict, judge_files

CORPUS = Path(prov.__file__).parent / "tests" / "unification"
FILES = sorted(file for file in CORPUS.rglob("*") if file.suffix in {".xml", ".provx", ".json"})

DISAGREED: dict[str, tuple[Verdict, str]] = {
    # Where the recommendation says something else than the name of the file, and why.
    "delegation-fail4": (
        Verdict.valid,
        "the activity of a delegation is expanded (definition 4): it merges with a name",
    ),
    "delegation-success3": (Verdict.invalid, "PROV-DM 5.3.4 demands who is responsible"),
    "delegation-success4": (Verdict.invalid, "PROV-DM 5.3.4 demands who is responsible"),
    "usage-fail1": (Verdict.valid, "an activity may use an entity several times: no constraint makes a usage unique"),
    "usage-fail5": (Verdict.valid, "as usage-fail1"),
    "usage-fail6": (Verdict.valid, "as usage-fail1"),
    "usage-fail7": (Verdict.valid, "as usage-fail1"),
}

pytestmark = pytest.mark.skipif(not FILES, reason="the installed prov package has no corpus")


def expected(file: Path) -> Verdict:
    if file.stem in DISAGREED:
        return DISAGREED[file.stem][0]
    return Verdict.invalid if "fail" in file.stem.lower() else Verdict.valid


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_document_of_the_corpus_is_judged_as_its_name_says(file: Path) -> None:
    (judgement,) = judge_files([file])
    assert judgement.verdict is expected(file), judgement.error or [found.why for found in judgement.violations]


def test_the_list_of_disagreements_names_files_that_are_there() -> None:
    assert set(DISAGREED) <= {file.stem for file in FILES}
