"""Why an artifact is affected, or is not, for a terminal or a pipe."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from graphprov.analysis.explanation import Path, Why
from graphprov.analysis.report import Step
from graphprov.model.vocabulary import Element
from graphprov.report import words
from graphprov.report.labels import Labels, code, listed, table_of
from graphprov.report.lines import Lines, show
from graphprov.report.verbs import verb

_TIME = 17
_TITLES = {
    "affected": "Why {artifact} is affected by {subjects}",
    "flawed": "{artifact} is flawed itself, as part of {subjects}",
    "not-affected": "Why {artifact} is not affected by {subjects}",
    "not-known": "Whether {artifact} is affected by {subjects} is not known",
}
_ANSWERS = {
    "affected": "affected",
    "flawed": "flawed itself",
    "not-affected": "not affected: nothing flawed leads to it",
    "not-known": "NOT KNOWN: no path is recorded, but provenance is missing",
}
_FLAWED = 4
"""As many flawed things as the summary names."""


def render_why(answer: Why, console: Console | None = None, *, width: int | None = None) -> None:
    """Print an answer: to a terminal with colour, to a pipe without; see `graphprov.report.lines.show`."""
    show(lambda columns, ascii_only: why_lines(answer, columns, ascii_only=ascii_only), console, width=width)


def why_lines(answer: Why, width: int, *, ascii_only: bool = False) -> list[Text]:
    """The answer as styled lines, each at most `width` cells wide."""
    page, labels = Lines(width, ascii_only=ascii_only), Labels(answer)
    _summary(page, answer, labels)
    if answer.answer == "affected":
        _paths(page, answer, labels)
        _fixing(page, answer, labels)
    elif answer.answer != "flawed":
        _spared(page, answer, labels)
    _next(page, answer, labels)
    return page.lines


def _summary(page: Lines, answer: Why, labels: Labels) -> None:
    whom = words.listed(labels.subject(subject) for subject in answer.subjects)
    title = _TITLES[answer.answer].format(artifact=labels.label(answer.artifact), subjects=whom)
    page.wrapped(title, indent="", style="bold")
    said = _ANSWERS[answer.answer]
    if answer.answer == "affected":
        said += f", {words.number(answer.distance or 0, 'relation')} away; {words.paths(answer.number_of_paths)}"
    styles = {"affected": "bold red", "flawed": "bold red", "not-known": "bold yellow"}
    page.fact("answer", said, styles.get(answer.answer, "bold green"))
    if answer.certainty:
        page.fact("certainty", f"{answer.certainty}: {words.CERTAINTIES[answer.certainty]}")
    page.fact("artifact", _artifact(answer, labels))
    page.fact("window", words.window(answer.since, answer.until))
    if answer.as_known_on is not None:
        page.fact("known on", f"{words.when(answer.as_known_on)}; what was recorded later is left out", "yellow")
    flawed = [labels.label(one.id) for one in answer.flawed[:_FLAWED]]
    if len(answer.flawed) > _FLAWED:
        flawed.append(f"{len(answer.flawed) - _FLAWED:,} more")
    page.fact("flawed", words.listed(flawed))
    for note in answer.notes:
        page.fact("note", words.visible(note))


def _artifact(answer: Why, labels: Labels) -> str:
    thing = labels.things[answer.artifact]
    when = words.when(thing.time)
    done = "started" if Element(thing.element) is Element.ACTIVITY else "made"
    said = f"{labels.what(answer.artifact)}, {done} {when}" if thing.time else f"{labels.what(answer.artifact)}, {when}"
    if answer.versions > 1:
        if answer.versions_affected:
            said += f"; the newest of {answer.versions_affected:,} affected of {answer.versions:,} versions"
        else:
            said += f"; the newest of {answer.versions:,} versions, none of which is affected"
    return said


def _paths(page: Lines, answer: Why, labels: Labels) -> None:
    for at, path in enumerate(answer.paths):
        count = words.number(len(path.steps), "relation")
        if not at:
            page.heading(f"The shortest path: {count}, {path.certainty}")
            _told(page, path, labels)
        else:
            page.heading(f"Path {at + 1}: {count}, {path.certainty}")
            _chain(page, [labels.label(node) for node in path.nodes])
    if answer.more_paths:
        page.line()
        page.wrapped(f"There are more: --paths {10 * (len(answer.paths) // 10 + 1)} tells the next.")


def _chain(page: Lines, nodes: Sequence[str]) -> None:
    """A path in short; a label is never broken."""
    line = "  "
    for at, node in enumerate(nodes):
        piece = page.fit(node, page.width - 8) + (" ->" if at < len(nodes) - 1 else "")
        if words.cells(line) + words.cells(piece) > page.width and line.strip():
            page.line(line.rstrip())
            line = "    "
        line += piece + " "
    page.line(line.rstrip())


def _told(page: Lines, path: Path, labels: Labels) -> None:
    """A path relation by relation, with times, code and people."""
    first, who = path.nodes[0], ""
    _line(page, _named(first, labels), words.when(labels.things[first].time, unknown=""))
    for at, node in enumerate(path.nodes):
        if at:
            step = path.steps[at - 1]
            _line(page, f"{verb(step)} {_named(node, labels)}", _when(step, labels))
        thing, before = labels.things[node], who
        who = labels.who(thing)
        # What a run made is its people's: said once.
        told = [*map(code, thing.code), who if thing.code or who != before else ""]
        if any(told):
            page.wrapped("; ".join(filter(None, told)), indent="      ", hang="      ", style="dim")


def _named(identifier: str, labels: Labels) -> str:
    return f"{labels.label(identifier)} ({labels.what(identifier)})"


def _when(step: Step, labels: Labels) -> str:
    return words.when(step.time or labels.things[step.effect].time, unknown="")


def _line(page: Lines, said: str, when: str) -> None:
    room = page.width - 4 - _TIME
    text = page.fit(said, room)
    page.line("  ", text + " " * (room - words.cells(text)) + "  ", (when, "dim"))
    page.lines[-1].rstrip()


def _fixing(page: Lines, answer: Why, labels: Labels) -> None:
    if answer.choke_points:
        page.heading(f"Every path goes through ({len(answer.choke_points):,})")
        table_of(page, labels, answer.choke_points)
    if answer.cut is None:
        page.heading("Nothing lies between")
        for step in answer.direct:
            page.wrapped(f"{labels.label(step.cause)} {verb(step)} {labels.label(step.effect)}")
        page.wrapped("Only what is flawed can be fixed itself: no run or artifact in between cuts it off.")
        return
    if answer.cut.nodes == answer.choke_points[: len(answer.cut.nodes)]:
        if len(answer.choke_points) == 1:
            page.wrapped("Fixed, it alone cuts the artifact off.")
        else:
            page.wrapped("Each of these alone, once fixed, cuts it off; the first is closest to what is flawed.")
        return
    page.heading(f"The smallest cut ({len(answer.cut.nodes):,})")
    table_of(page, labels, answer.cut.nodes)
    fixed = "this is" if len(answer.cut.nodes) == 1 else "all of these are"
    said = "fewer do not suffice" if answer.cut.smallest else "fewer may suffice: not every set was tried"
    page.wrapped(f"Once {fixed} fixed, nothing flawed reaches it; {said}.")


def _spared(page: Lines, answer: Why, labels: Labels) -> None:
    if answer.cleared:
        page.heading(f"Cleared on the way ({len(answer.cleared):,})")
        for one in answer.cleared:
            page.line("  ", page.fit(labels.label(one.id), page.width - 2))
            made = words.listed(labels.label(other) for other in one.instead[:5]) or "nothing that is recorded"
            page.wrapped(
                f"by {labels.label(one.activity)}: {words.CLEARED_BY[one.rule]} ({one.rule}); made from {made}",
                indent="    ",
                hang="    ",
            )
    if answer.instead:
        page.heading(f"Made from these instead, which are outside the window ({len(answer.instead):,})")
        listed(page, labels, answer.instead)
    if answer.made_from:
        page.heading(f"Made directly from ({len(answer.made_from):,})")
        listed(page, labels, answer.made_from)
    if answer.unknown_origin:
        page.heading(f"Provenance is missing here ({len(answer.unknown_origin):,})")
        listed(page, labels, answer.unknown_origin)
        page.wrapped("Nobody recorded where these came from, so the flaw may have got in through them.")


def _next(page: Lines, answer: Why, labels: Labels) -> None:
    subjects = " ".join(words.argument(subject.given, subject.id) for subject in answer.subjects)
    window = words.window_options(answer)
    page.heading("Next")
    if answer.cut is not None and answer.cut.nodes:
        by = [f"--contained-by {labels.typed(node)}" for node in answer.cut.nodes]
        page.line("  what would stay affected with that fixed:")
        page.command([f"graphprov impact {subjects}", *window, *by])
    page.line("  all that it was made from:")
    page.command([f"graphprov lineage {labels.typed(answer.artifact)}"])
