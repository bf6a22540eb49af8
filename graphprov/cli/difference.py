"""`graphprov impact --diff KEY=VALUE`: the words of that option, and the printing of what it finds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from graphprov.analysis.difference_report import ImpactDifference

HELP = (
    "Compare with the impact before: what came in, what went out, and why. Say in what that was otherwise: since=TIME,"
    " until=TIME (none: no bound), incident=N, as-known-on=TIME, or as-opened (an incident before it was amended);"
    " may be given again."
)


def parse(given: Sequence[str]) -> dict[str, Any]:
    """What was typed, read: times as times.

    Raises:
        InvalidInput: There is no such key, it stands there twice, or its value does not fit.

    >>> parse(["until=2026-05", "as-opened"])
    {'until': datetime.datetime(2026, 5, 1, 0, 0, tzinfo=datetime.timezone.utc), 'as-opened': True}
    """
    from graphprov.analysis.difference import KEYS, checked
    from graphprov.errors import InvalidInput

    read: dict[str, Any] = {}
    for text in given:
        key, equals, value = (part.strip() for part in text.partition("="))
        if key not in KEYS or (key == "as-opened") == bool(equals) or (equals and not value):
            expected = [each if each == "as-opened" else f"{each}=..." for each in KEYS]
            raise InvalidInput(f"--diff {text}: expected in what it was otherwise before", nearest=expected)
        if key in read:
            raise InvalidInput(f"--diff {key} was given twice")
        read[key] = value or True
    return checked(read)


def check_form(form: str) -> str:
    """Refuse a form in which a difference does not come.

    Raises:
        InvalidInput: It is such a form.
    """
    from graphprov.errors import InvalidInput
    from graphprov.report.difference_forms import FORMATS

    if form not in FORMATS:
        raise InvalidInput(f"a difference does not come as {form}", nearest=FORMATS)
    return form


def show(found: ImpactDifference, form: str, output: Path | None) -> None:
    """Print the difference or write it, and leave with 0 where there is none, else with 1."""
    from graphprov.errors import InvalidInput
    from graphprov.files import write_whole
    from graphprov.report.difference_forms import render

    text = render(found, form)
    if output is None:
        typer.echo(text, nl=False)
    else:
        try:
            write_whole(output, text.encode())
        except OSError as error:
            raise InvalidInput(f"cannot write {output}: {error.strerror or error}") from error
        typer.echo(f"{found.came_in_total:,} came in, {found.went_out_total:,} went out; the difference is in {output}")
    raise typer.Exit(0 if found.is_empty else 1)
