"""A report in any form as text, bytes or a file: the form from the suffix, and the file whole or not at all."""

from __future__ import annotations

from pathlib import Path

from rapidfuzz import process

from graphprov import report as forms
from graphprov.analysis.report import ImpactReport
from graphprov.errors import InvalidInput
from graphprov.files import write_whole
from graphprov.report.parquet import check_installed


def form_of(path: Path, form: str | None) -> str:
    """The form to write: the one asked for, or what the suffix says.

    Raises:
        InvalidInput: Neither says one.

    >>> form_of(Path("impact.HTML"), None), form_of(Path("x"), "json")
    ('html', 'json')
    """
    if form is not None:
        return _known(form)
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


def _known(form: str) -> str:
    if form not in forms.FORMATS:
        raise InvalidInput(f"no format is called '{form}'", nearest=_nearest(form, list(forms.FORMATS)))
    return form


def _nearest(given: str, known: list[str]) -> list[str]:
    return [name for name, *_ in process.extract(given, known, limit=3)]


def check(form: str, *, text_only: bool) -> None:
    """Refuse a form that cannot be written; see `graphprov.report.check`."""
    if _known(form) in forms.BINARY:
        if text_only:
            raise InvalidInput(
                f"{form} is no text", hint=f"write it to a file: --output report{forms.FORMATS[form][0]}"
            )
        check_installed()


def render(report: ImpactReport, form: str) -> str:
    """The report as text; see `graphprov.report.render`."""
    texts = {
        "text": forms.to_text,
        "json": forms.to_json,
        "html": forms.to_html,
        "markdown": forms.to_markdown,
        "csv": forms.to_csv,
        "mermaid": forms.to_mermaid,
        "dot": forms.to_dot,
    }
    if _known(form) in forms.BINARY:
        raise InvalidInput(
            f"{form} is no text", hint="write it to a file, or take its bytes from graphprov.report.encode"
        )
    return texts[form](report)


def encode(report: ImpactReport, form: str) -> bytes:
    """The report as bytes; see `graphprov.report.encode`."""
    return forms.to_parquet(report) if _known(form) == "parquet" else render(report, form).encode()


def write(report: ImpactReport, path: Path, form: str | None = None) -> Path:
    """Write the report; see `graphprov.report.write`."""
    content = encode(report, form_of(path, form))
    try:
        write_whole(path, content)
    except OSError as error:
        raise InvalidInput(f"cannot write {path}: {error.strerror or error}") from error
    return path
