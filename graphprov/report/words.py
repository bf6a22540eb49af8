r"""The words and figures that all forms of a report share: times, windows, relations in plain English, text made safe.

Names come from outside. What cannot be seen (control characters, bidirectional overrides, zero-width characters, line
breaks) could hide what a report says or drive a terminal, so every form that people read shows it as `\u202e`. The
JSON form alone keeps names exactly as they are.
"""

from __future__ import annotations

import math
import re
import shlex
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Literal, Protocol

from rich.cells import cell_len

from graphprov.analysis.report import Certainty, Cut, How, ImpactReport
from graphprov.model.identity import short_id
from graphprov.model.vocabulary import KINDS, Element, plural

KIND_ORDER: tuple[str, ...] = ("model", "predictions", "evaluation", "feature-table", "dataset", "code-version")
"""What a reader wants to know first; then other entities by name, then activities by name."""

NO_KIND, NO_RUN_KIND = "entity", "activity"
"""What stands in counts for nodes without a kind of their own."""

CLEARED_BY: dict[str, str] = {
    "precision": "it names what it was made from, and none of that is affected",
    "time": "it was generated before the run first used anything affected",
}
"""What each clearing rule says, as the end of 'cleared, since ...'."""

STATES: dict[str, str] = {
    "live": "no later unaffected version is known",
    "superseded": "a later, unaffected version exists",
    "invalidated": "it was declared invalid",
}
"""What each state of an entity means."""

CERTAINTIES: dict[Certainty, str] = {
    "declared": "what is recorded says so in as many words",
    "inferred": "it follows from what a run used and generated",
    "possible": "it may be, and nothing recorded rules it out",
}
"""What each certainty means, the surest first."""

CLOSED: dict[How, str] = {
    "rerun": "made again",
    "deleted": "deleted",
    "accepted": "accepted",
    "not-affected": "not affected",
}
"""How an owner closed their part of an incident, in the words of a report."""

_NAMED = 10
_CUT = {"why": "paths in full"}
"""What was cut, where the field's name says it badly."""

_HIDDEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Cn", "Co"})
_DIGEST = re.compile(r"[0-9a-f]{12,}")


def visible(text: str, *, ascii_only: bool = False) -> str:
    r"""The text with everything that cannot be seen written out as an escape.

    >>> visible("a\x1b[31m b\u202ec\n")
    'a\\x1b[31m b\\u202ec\\n'
    >>> visible("Zürich"), visible("Zürich", ascii_only=True)
    ('Zürich', 'Z\\xfcrich')
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char
        if (char == " " or not _is_hidden(char)) and (char < "\x7f" or not ascii_only)
        else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


def _is_hidden(char: str) -> bool:
    category = unicodedata.category(char)
    # Emoji are joined by U+200D and varied by U+FE0F; the join alone is what can hide, and is shown.
    return category in _HIDDEN or (category == "Zs" and char != " ") or char in "\u115f\u1160\u3164\uffa0\u034f"


def middle(text: str, width: int, *, ellipsis: str = "…") -> str:
    """The text in at most `width` terminal cells, cut in the middle, since names differ at both ends.

    >>> middle("ip-blacklist@3f2a81", 12)
    'ip-bla…f2a81'
    >>> middle("short", 12)
    'short'
    """
    if len(text) <= 4 * width and cells(text) <= width:
        return text
    if width <= len(ellipsis):
        return ellipsis[:width]
    room = width - len(ellipsis)
    head_room = (room + 1) // 2
    # A name of a million characters need not be measured whole: no character is narrower than nothing, so cut first.
    head = _fit(text[: 4 * width], head_room)
    tail = _fit(text[-4 * width :], room - head_room, from_end=True)
    return f"{head}{ellipsis}{tail}"


def cells(text: str) -> int:
    """How many cells of a terminal a text takes."""
    return len(text) if text.isascii() else cell_len(text)


def _fit(text: str, room: int, *, from_end: bool = False) -> str:
    taken: list[str] = []
    used = 0
    for char in reversed(text) if from_end else text:
        used += cell_len(char)
        if used > room:
            break
        taken.append(char)
    return "".join(reversed(taken) if from_end else taken)


def is_digest(version: str) -> bool:
    """Whether a version is a content digest or a run's number, of which a few digits suffice."""
    return _DIGEST.fullmatch(version) is not None


def when(time: datetime | None, *, unknown: str = "time unknown") -> str:
    """A time in UTC, to the minute.

    >>> when(datetime(2026, 3, 1, tzinfo=UTC))
    '2026-03-01 00:00Z'
    """
    if time is None:
        return unknown
    # Neither strftime nor isoformat: they take several times as long, and some systems pad no year before 1000.
    at = utc(time)
    return f"{at.year:04}-{at.month:02}-{at.day:02} {at.hour:02}:{at.minute:02}Z"


def day(time: datetime | None, *, unknown: str = "-") -> str:
    """A day in UTC."""
    return unknown if time is None else utc(time).date().isoformat()


def iso(time: datetime) -> str:
    """A time as ISO 8601 in UTC, with all its digits.

    >>> iso(datetime(2026, 3, 1, tzinfo=UTC))
    '2026-03-01T00:00:00Z'
    """
    return utc(time).replace(tzinfo=None).isoformat() + "Z"


def utc(time: datetime) -> datetime:
    """The same instant in UTC; a time without a zone is taken as UTC."""
    if time.tzinfo is UTC:
        return time
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def window(since: datetime | None, until: datetime | None) -> str:
    """The window of a flaw in words.

    >>> window(datetime(2026, 3, 1, tzinfo=UTC), None)
    'from 2026-03-01 00:00Z on'
    """
    if since is not None and until is not None:
        return f"from {when(since)} to before {when(until)}"
    if since is not None:
        return f"from {when(since)} on"
    if until is not None:
        return f"before {when(until)}"
    return "all times"


def number(count: int, singular: str, several: str | None = None) -> str:
    """A count with its noun.

    >>> number(1, "owner"), number(1200, "owner"), number(2, "person", "people")
    ('1 owner', '1,200 owners', '2 people')
    """
    return f"{count:,} {singular if count == 1 else several or singular + 's'}"


def large(count: int) -> str:
    """A count that may be beyond all measure, as people say it; numbers of paths grow with every fork.

    >>> large(1200), large(3_400_000), large(10**30)
    ('1,200', '3.4 million', '10^30')
    """
    if count < 1_000_000:
        return f"{count:,}"
    for unit, word in ((10**6, "million"), (10**9, "billion")):
        if count < 1000 * unit:
            return f"{count / unit:.1f} {word}"
    return f"10^{int(math.log10(count))}"


def paths(count: int | Literal["infinite"] | None) -> str:
    """How many paths there are beside the one that is shown; empty where it was not counted.

    >>> paths(1), paths(12), paths("infinite"), paths(None)
    ('the only path', 'one of 12 paths', 'one of infinitely many paths, since they can go in a circle', '')
    """
    if count is None:
        return ""
    if count == "infinite":
        return "one of infinitely many paths, since they can go in a circle"
    return "the only path" if count == 1 else f"one of {large(count)} paths"


def short_paths(count: int | Literal["infinite"] | None) -> str:
    """The number of paths for a column.

    >>> short_paths(12), short_paths("infinite"), short_paths(None)
    ('12', 'infinite', '-')
    """
    return "-" if count is None else count if count == "infinite" else large(count)


def kind_words(kind: str | None, count: int = 1) -> str:
    """A kind as a noun, without the number.

    >>> kind_words("code-version", 2), kind_words("satellite-image"), kind_words(None, 2)
    ('code versions', 'satellite image', 'other entities')
    """
    if kind is None or kind == NO_KIND:
        return "other entity" if count == 1 else "other entities"
    # A kind is checked where it is recorded, but a foreign document may carry anything.
    return visible(plural(kind, count).partition(" ")[2])


def counted(kind: str | None, count: int) -> str:
    """A number of things of a kind.

    >>> counted("model", 1), counted("model", 2), counted(None, 2)
    ('1 model', '2 models', '2 other entities')
    """
    return f"{count:,} {kind_words(kind, count)}"


def kind_rank(kind: str | None) -> tuple[int, str]:
    """A sort key that puts kinds in the order in which a reader wants them."""
    if kind in KIND_ORDER:
        return KIND_ORDER.index(kind), ""
    known = KINDS.get(kind or "")
    return len(KIND_ORDER) + (known is not None and known.element is not Element.ENTITY), kind or "~"


def kinds(counts: Mapping[str, int]) -> str:
    """How many of each kind, in reading order; runs of all kinds are told together.

    >>> kinds({"training": 2, "model": 1, "cleaning": 1, "dataset": 3})
    '1 model, 3 datasets and 3 runs'
    """
    told: dict[str, int] = {}
    for kind, count in counts.items():
        known = KINDS.get(kind)
        is_run = kind == NO_RUN_KIND or (known is not None and known.element is Element.ACTIVITY)
        told["run" if is_run else kind] = told.get("run" if is_run else kind, 0) + count
    return listed(counted(kind, told[kind]) for kind in sorted(told, key=kind_rank))


def listed(parts: Iterable[str], *, last: str = "and") -> str:
    """Parts joined as a sentence does.

    >>> listed(["a", "b", "c"]), listed(["a"]), listed([])
    ('a, b and c', 'a', '')
    """
    items = list(parts)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""


def command(report: ImpactReport, *more: str) -> list[str]:
    """What to type to make this report again: the command and its options, each part quoted for a shell."""
    if report.incidents:
        parts = ["graphprov impact", *(f"--incident {quoted(visible(one.number))}" for one in report.incidents)]
    else:
        given = (argument(subject.given, subject.id) for subject in report.subjects)
        parts = ["graphprov impact", *given, *window_options(report)]
    parts += [f"--kind {quoted(visible(kind))}" for kind in report.kinds or ()]
    if report.contained is not None:
        parts += [f"--contained-by {argument(fixed.given, fixed.id)}" for fixed in report.contained.by]
    if report.as_known_on is not None:
        parts.append(f"--as-known-on {iso(report.as_known_on)}")
    return [*parts, *more]


def argument(given: str, identifier: str | None = None) -> str:
    """What stands for something, as one types it in a command: as it was given, a whole id in its short form.

    Args:
        identifier: Its id, typed instead where the other cannot be: it looks like an option, or cannot be seen.

    >>> argument("urn:graphprov:data-source:acme")
    'data-source:acme'
    >>> argument("my data")
    "'my data'"
    >>> argument("--limit", "urn:graphprov:dataset:--limit")
    'urn:graphprov:dataset:--limit'
    """
    text = short_id(given)
    if identifier is not None and (text.startswith("-") or visible(text) != text):
        text = identifier
    return quoted(visible(text))


class Windowed(Protocol):
    """Whatever is about a flaw in a window."""

    @property
    def since(self) -> datetime | None:
        """Its start, included."""

    @property
    def until(self) -> datetime | None:
        """Its end, excluded."""


def window_options(report: Windowed) -> list[str]:
    """The window of a flaw as options of a command."""
    bounds = (("--since", report.since), ("--until", report.until))
    return [f"{option} {iso(time).removesuffix('T00:00:00Z')}" for option, time in bounds if time is not None]


def notes(report: ImpactReport) -> list[str]:
    """What a reader must know, less what the report's other fields say as well."""
    said = "Look at also: "
    told = [note for note in report.notes if not (report.look_at_also and note.startswith(said))]
    return [*unsound(report), *told]


def unsound(report: ImpactReport) -> list[str]:
    """Which of the listed artifacts only runs made that did not end well, one sentence for each way."""
    sentences = []
    for went, runs in (("failed", "that failed"), ("no end", "of which no end is recorded (killed, or still running)")):
        names = [short_id(node.id) for node in report.affected if node.maker == went]
        if names:
            more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
            shown = ", ".join(names[:_NAMED]) + more
            sentences.append(f"Maybe incomplete, since made by runs {runs}: {shown}.")
    return sentences


def cut(one: Cut) -> str:
    """What was left out, and how to get it.

    >>> cut(Cut(what="affected", shown=100, total=2000, how="give --limit 0"))
    '100 of 2,000 affected are listed; for the rest: give --limit 0'
    """
    total = f"{one.total:,}" if one.total >= 0 else "more"
    what = _CUT.get(one.what) or visible(one.what).replace("_", " ")
    return f"{one.shown:,} of {total} {what} are listed; for the rest: {visible(one.how)}"


def quoted(text: str) -> str:
    """A word as a shell takes it."""
    return shlex.quote(text)
