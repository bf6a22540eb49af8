"""What the documentation lists is what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer
from typer.cli import get_docs_for_click

import graphprov.errors
from graphprov.cli.app import app
from graphprov.cli.guide import DOCS, topics
from graphprov.errors import GraphprovError
from graphprov.report import FORMATS
from graphprov.report.columns import COLUMNS
from graphprov.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands_page() -> str:
    """The reference of all commands, made from the commands themselves."""
    command = typer.main.get_command(app)
    context = typer.Context(command, info_name="graphprov")
    return get_docs_for_click(obj=command, ctx=context, name="graphprov", title="Commands").rstrip() + "\n"


def test_the_page_of_commands_is_made_from_the_commands() -> None:
    written = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert written == commands_page(), "run `python -m tests.unit.test_docs` to write it anew"


def test_readme_lists_every_setting_with_its_environment_variable() -> None:
    listed = set(re.findall(r"^\| `GRAPHPROV_(\w+)` \|", README, re.MULTILINE))
    assert listed == {name.upper() for name in Settings.model_fields}


def test_readme_lists_every_error_with_its_exit_code() -> None:
    classes = {
        value
        for value in vars(graphprov.errors).values()
        if isinstance(value, type) and issubclass(value, GraphprovError) and value is not GraphprovError
    }
    table = dict(re.findall(r"^\| (\d) \| .* \| (.*) \|$", README, re.MULTILINE))
    for error in classes:
        assert f"`{error.__name__}`" in table[str(error.exit_code)]


def reports_page() -> str:
    """The page on reports with the table of columns made from the columns themselves."""
    page = (DOCS / "reports.md").read_text(encoding="utf-8")
    before, _, rest = page.partition("<!-- columns:begin -->\n")
    after = rest.partition("<!-- columns:end -->\n")[2]
    rows = "| column | type | what it says |\n| --- | --- | --- |\n"
    rows += "".join(f"| `{column.name}` | {column.type} | {column.says} |\n" for column in COLUMNS)
    return f"{before}<!-- columns:begin -->\n{rows}<!-- columns:end -->\n{after}"


def test_the_page_on_reports_lists_the_columns() -> None:
    written = (DOCS / "reports.md").read_text(encoding="utf-8")
    assert written == reports_page(), "run `python -m tests.unit.test_docs` to write it anew"


def test_the_page_on_reports_lists_the_forms_with_their_suffixes() -> None:
    rows = re.findall(r"^\| `(\w+)` \| .*? \| (`\..*?) \| ", (DOCS / "reports.md").read_text(encoding="utf-8"), re.M)
    assert {form: tuple(re.findall(r"`(.*?)`", suffixes)) for form, suffixes in rows} == FORMATS


@pytest.mark.parametrize(
    "command",
    [
        *("impact", "why", "contain", "risk", "lineage", "list", "show", "log"),
        *("queries", "query", "add", "run", "status", "sync"),
    ],
)
def test_readme_names_the_commands(command: str) -> None:
    assert re.search(rf"\b{command}\b", README)


def test_every_guide_that_the_texts_name_exists() -> None:
    texts = [README, *(path.read_text(encoding="utf-8") for path in (ROOT / "graphprov").rglob("*.py"))]
    texts += [path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")]
    named = {topic for text in texts for topic in re.findall(r"graphprov guide ([a-z]+(?:-[a-z]+)*)", text)}
    assert named <= set(topics())


if __name__ == "__main__":
    (DOCS / "commands.md").write_text(commands_page(), encoding="utf-8")
    (DOCS / "reports.md").write_text(reports_page(), encoding="utf-8")
