"""The smallest cut between a flaw and some targets, for a terminal or a pipe."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.text import Text

from graphprov.analysis.explanation import Containment, Saving
from graphprov.report import words
from graphprov.report.labels import Labels, listed
from graphprov.report.lines import Column, Lines, show


def render_containment(answer: Containment, console: Console | None = None, *, width: int | None = None) -> None:
    """Print an answer: to a terminal with colour, to a pipe without; see `graphprov.report.lines.show`."""
    show(lambda columns, ascii_only: containment_lines(answer, columns, ascii_only=ascii_only), console, width=width)


def containment_lines(answer: Containment, width: int, *, ascii_only: bool = False) -> list[Text]:
    """The answer as styled lines, each at most `width` cells wide."""
    page, labels = Lines(width, ascii_only=ascii_only), Labels(answer)
    _summary(page, answer, labels)
    if answer.cut.nodes:
        _cut(page, answer, labels)
    if answer.unprotected:
        page.heading(f"No cut protects these ({len(answer.unprotected):,})")
        listed(page, labels, answer.unprotected)
        page.wrapped("They are flawed, or made directly from what is: fix or withdraw them themselves.")
    if answer.cut.nodes:
        _reading(page, answer, labels)
    return page.lines


def _summary(page: Lines, answer: Containment, labels: Labels) -> None:
    whom = words.listed(labels.subject(subject) for subject in answer.subjects)
    page.wrapped(f"The fewest things to fix so that {whom} reaches no target", indent="", style="bold")
    page.fact("window", words.window(answer.since, answer.until))
    if answer.as_known_on is not None:
        page.fact("known on", f"{words.when(answer.as_known_on)}; what was recorded later is left out", "yellow")
    page.fact("targets", _targets(answer))
    if not answer.cut.nodes:
        page.fact("cut", "nothing to fix: " + ("no cut helps" if answer.unprotected else "no target is affected"))
    else:
        said = "fewer do not suffice" if answer.cut.smallest else "fewer may suffice: not every set was tried"
        preferred = f", with as many {answer.prefer} as that allows" if answer.prefer else ""
        page.fact("cut", f"{words.number(len(answer.cut.nodes), 'thing')}{preferred}; {said}", "bold")
    page.fact("affected", f"{_total(answer.before)}: {words.kinds(answer.before) or 'nothing'}")
    if answer.cut.nodes:
        page.fact("remaining", f"{_total(answer.after)}: {words.kinds(answer.after) or 'nothing'}")
    for note in answer.notes:
        page.fact("note", words.visible(note))


def _targets(answer: Containment) -> str:
    parts = [f"{len(answer.targets):,} affected"]
    if answer.unprotected:
        parts.append(f"{len(answer.unprotected):,} that no cut protects")
    if answer.unaffected:
        parts.append(f"{len(answer.unaffected):,} not affected")
    return "; ".join(parts)


def _total(counts: Mapping[str, int]) -> str:
    return f"{sum(counts.values()):,}"


def _cut(page: Lines, answer: Containment, labels: Labels) -> None:
    alone = {saving.id: saving for saving in answer.savings}
    page.heading(f"The smallest cut ({len(answer.cut.nodes):,})")
    rows = [
        (
            labels.label(one),
            labels.what(one),
            labels.who(labels.things[one]) or "-",
            *_saved(alone.get(one)),
        )
        for one in answer.cut.nodes
    ]
    columns = (
        Column("name"),
        Column("what", 14),
        Column("who", 20),
        Column("saves", 7, right=True),
        Column("targets", 7, right=True),
    )
    page.table(columns, rows)


def _saved(saving: Saving | None) -> tuple[str, str]:
    return ("-", "-") if saving is None else (_total(saving.saved), f"{saving.targets:,}")


def _reading(page: Lines, answer: Containment, labels: Labels) -> None:
    page.heading("How to read it")
    each = "it" if len(answer.cut.nodes) == 1 else "each of these"
    page.wrapped(
        f"Fix {each}: withdraw it, or make it again from sound inputs. Nothing flawed passes then, and what was made"
        " behind it can be made again. What one saves alone, and how many targets that protects, counts itself and"
        " what is affected through it only; together they save more, since much is reached through several."
    )
    if answer.prefer is None:
        page.wrapped("Of several smallest cuts this is the one closest to what is flawed.")
    subjects = " ".join(words.argument(subject.given, subject.id) for subject in answer.subjects)
    page.heading("Next")
    page.line("  what stays affected then, and whom to tell:")
    by = [f"--contained-by {labels.typed(node)}" for node in answer.cut.nodes]
    page.command([f"graphprov impact {subjects}", *words.window_options(answer), *by])
