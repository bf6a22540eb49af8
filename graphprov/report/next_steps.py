"""What a reader of the report may want to type next: the commands, whole and quoted, each with what it is for."""

from __future__ import annotations

from dataclasses import dataclass

from graphprov.report import words
from graphprov.report.view import View


@dataclass(frozen=True)
class NextStep:
    """A command in the parts between which it may be broken, and why one would type it."""

    says: str
    parts: tuple[str, ...]

    @property
    def command(self) -> str:
        """The command on one line."""
        return " ".join(self.parts)


def next_steps(shown: View, *, page: bool = True) -> list[NextStep]:
    """The commands that fit this report, in the order of their use.

    Args:
        shown: The report.
        page: Whether to name the page, which a page itself need not.
    """
    report = shown.report
    subjects = [words.argument(subject.given, subject.id) for subject in report.subjects]
    window = words.window_options(report)
    steps = []
    if page:
        steps.append(NextStep("the page to send on", (*words.command(report), "--output impact.html")))
    if not report.total:
        return steps
    numbers = [words.quoted(words.visible(one.number)) for one in report.incidents if one.state == "open"]
    steps += [
        NextStep(
            "tell the owners; first look at what would be sent", (f"graphprov incident notify {number}", "--dry-run")
        )
        for number in numbers[:1]
    ]
    if not report.incidents:
        opened = ("graphprov incident open " + " ".join(subjects), *window, '--reason "..."')
        steps.append(NextStep("open an incident, which owners close part by part", opened))
    telling = shown.telling()
    if not telling:
        return steps
    nearest = words.quoted(shown.nodes[telling[0].id].reference)
    steps.append(
        NextStep("every way in which it got there", (f"graphprov why {nearest} " + " ".join(subjects), *window))
    )
    target = words.quoted(words.visible(telling[-1].name))
    contain = ("graphprov contain " + " ".join(subjects), f"--target {target}", *window)
    steps.append(NextStep("the fewest things to stop so that it reaches no further", contain))
    steps.append(NextStep("whether an open incident reaches what is to be released", (f"graphprov check {nearest}",)))
    return steps
