"""A report into a file: the form from the name, and the file whole or not at all."""

from __future__ import annotations

from pathlib import Path

from rapidfuzz import process

from graphprov import report as forms
from graphprov.analysis.report import ImpactReport
from graphprov.errors import InvalidInput
from graphprov.files import write_whole


def form_of(path: Path, form: str | None) -> str:
    """The form to write: the one asked for, or what the suffix says.

    Raises:
        InvalidInput: Neither says one.

    >>> form_of(Path("impact.HTML"), None), form_of(Path("x"), "json")
    ('html', 'json')
    """
    if form is not None:
        if form not in forms.FORMATS:
            raise InvalidInput(f"no format is called '{form}'", nearest=_nearest(form, list(forms.FORMATS)))
        return form
    suffixes = {suffix: name for name, all_ in forms.FORMATS.items() for suffix in all_}
    found = suffixes.get(path.suffix.lower())
    if found is None:
        what = f"the suffix '{path.suffix}'" if path.suffix else "a name without a suffix"
        raise InvalidInput(
            f"{path}: {what} does not say in which format to write",
            nearest=_nearest(path.suffix.lower(), list(suffixes)),
            hint=f"give one with --format: {', '.join(forms.FORMATS)}",
        )
    return found


def _nearest(given: str, known: list[str]) -> list[str]:
    return [name for name, *_ in process.extract(given, known, limit=3)]


def write(report: ImpactReport, path: Path, form: str | None = None) -> Path:
    """Write the report; see `graphprov.report.write`."""
    text = forms.render(report, form_of(path, form))
    try:
        write_whole(path, text.encode())
    except OSError as error:
        raise InvalidInput(f"cannot write {path}: {error.strerror or error}") from error
    return path
