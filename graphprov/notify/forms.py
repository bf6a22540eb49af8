"""A message in the forms that people and programs read: Markdown, plain text, HTML, JSON, e-mail.

Every name comes from outside. In Markdown it stands in a code span, in HTML it is escaped, in headers it is one visible
line; so no name can add a header, a link or a script.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from importlib.resources import files

import jinja2

from graphprov.notify.notice import Notice, Thing
from graphprov.report import words
from graphprov.report.markdown import code

_ROWS = 100
"""Things that people read about in a message; its JSON form has more."""
_WAY = 4
"""Things that the way to another one names."""
_SUBJECT = 150
_WIDTH = 78
_NAMES = 5
_NAME, _REASON = 80, 1_000
"""How long a name and a reason may be."""
_PROSE = re.compile(r"[A-Za-z0-9 ,.;:-]*")
UNKNOWN_SENDER = Address("graphprov", "graphprov", "localhost")
"""Whom a message comes from that somebody will send on by hand."""


def heading(notice: Notice) -> str:
    """What the message is about, in one visible line."""
    severity = f" ({notice.incident.severity})" if notice.incident.severity else ""
    new = "more of your things are" if notice.told_before else "of your things are"
    one = "more of your things is" if notice.told_before else "of your things is"
    said = f"Incident {notice.incident.number}{severity}: {notice.new:,} {one if notice.new == 1 else new} affected"
    return words.middle(f"{words.visible(said)}: {words.visible(notice.incident.reason)}", _SUBJECT)


def facts(notice: Notice, safe: Callable[[str, int], str]) -> dict[str, str]:
    """What is wrong, by heading.

    Args:
        safe: Makes text from outside safe for the form that it goes into, and at most so long.
    """
    what = words.listed(safe(each, _NAME) for each in notice.subjects[:_NAMES])
    more = f" and {len(notice.subjects) - _NAMES:,} more" if len(notice.subjects) > _NAMES else ""
    by = f" by {safe(notice.incident.found_by, _NAME)}" if notice.incident.found_by else ""
    when = f" on {words.day(notice.incident.found_at)}" if notice.incident.found_at else ""
    told = {
        "Wrong": f"{what}{more}",
        "When": words.window(notice.incident.since, notice.incident.until),
        "Why": safe(notice.incident.reason, _REASON),
        "Severity": notice.incident.severity or "",
        "Found": f"{by}{when}".strip(),
    }
    return {key: value for key, value in told.items() if value}


def counts(notice: Notice) -> list[str]:
    """What of theirs is affected, as sentences without any name but those of kinds."""
    of_each = words.listed(words.counted(kind, n) for kind, n in notice.counts.items())
    since = f"Since you were last told, on {words.day(notice.told_before)}: " if notice.told_before else ""
    is_are = "is" if notice.new == 1 else "are"
    live = f"{notice.live:,}" if notice.live else "none"
    sentences = [f"{since}{of_each} of yours {is_are} affected{', too' if since else ''}; {live} of them still in use."]
    if notice.open > notice.new:
        sentences.append(f"In all, {notice.open:,} of your {notice.affected:,} affected things are open.")
    elif notice.affected > notice.open:
        sentences.append(f"{notice.affected - notice.open:,} more are closed.")
    return sentences


def to_markdown(notice: Notice) -> str:
    """The message as GitHub-flavoured Markdown."""
    first, *others = counts(notice)
    blocks = [
        f"# Incident {code(notice.incident.number)}",
        f"For {_greeted(notice, code)}.",
        "\n".join(f"- **{key}:** {value}" for key, value in facts(notice, code).items()),
        f"**{_plain_kinds(first)}**",
        *others,
        _table(notice.things[:_ROWS]),
    ]
    if hidden := _hidden(notice):
        blocks.append(f"and {hidden:,} more in the JSON form and in the report.")
    blocks += ["## What to do", *(f"{each.does}:\n\n{_fenced(each.type)}" for each in notice.to_do)]
    return "\n\n".join(blocks) + "\n"


def to_plain(notice: Notice) -> str:
    """The message as plain text."""
    lines = [f"For {_greeted(notice, _visible)}.", ""]
    for key, value in facts(notice, _visible).items():
        indent = f"  {key + ':':<10}"
        lines += textwrap.wrap(
            value, _WIDTH, initial_indent=indent, subsequent_indent=" " * len(indent), break_long_words=False
        )
    for sentence in counts(notice):
        lines += ["", *textwrap.wrap(sentence, _WIDTH, break_long_words=False)]
    lines += ["", *(f"  {line}" for line in _rows(notice.things[:_ROWS]))]
    if hidden := _hidden(notice):
        lines.append(f"  and {hidden:,} more in the report")
    lines += ["", "What to do"]
    for each in notice.to_do:
        lines += [f"  {each.does}:", f"    {words.visible(each.type)}"]
    return "\n".join(lines) + "\n"


def to_html(notice: Notice) -> str:
    """The message as HTML for a mail program: no script, nothing from elsewhere."""
    rows = [
        {
            "label": words.visible(thing.label),
            "kind": words.kind_words(thing.kind),
            "state": _state(thing),
            "certainty": thing.certainty,
            "why": " → ".join(_way(thing.why, lambda name: words.middle(name, 60))),
        }
        for thing in notice.things[:_ROWS]
    ]
    return _template().render(
        heading=heading(notice),
        greeted=_greeted(notice, _visible),
        facts=facts(notice, _visible),
        sentences=counts(notice),
        rows=rows,
        hidden=_hidden(notice),
        to_do=notice.to_do,
        version=notice.graphprov_version,
    )


def to_json(notice: Notice) -> str:
    """The message as JSON, with its Markdown form in `text`."""
    return notice.model_copy(update={"text": to_markdown(notice)}).model_dump_json(indent=2) + "\n"


def to_email(
    notice: Notice, *, sender: Address, recipient: Address | None, references: Sequence[str] = ()
) -> EmailMessage:
    """The message as an e-mail: plain text and HTML.

    Args:
        sender: Whom it comes from.
        recipient: Where it goes; None leaves the field to who sends it by hand.
        references: Ids of the messages about the same incident that this owner had before.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    if recipient is not None:
        mail["To"] = recipient
    mail["Subject"] = heading(notice)
    mail["Date"] = format_datetime(words.utc(notice.made_at))
    mail["Message-ID"] = message_id(notice.id)
    if references:
        mail["In-Reply-To"] = message_id(references[-1])
        mail["References"] = " ".join(message_id(each) for each in references[-20:])
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notes, please
    mail["X-Graphprov-Incident"] = words.visible(notice.incident.number, ascii_only=True)
    mail.set_content(to_plain(notice), cte="quoted-printable")
    mail.add_alternative(to_html(notice), subtype="html", cte="quoted-printable")
    return mail


def message_id(notice_id: str) -> str:
    """The Message-ID of a message, which is the same where it is sent again after a failure."""
    return f"<{notice_id}@graphprov.invalid>"


def _visible(text: str, longest: int = _NAME) -> str:
    return words.visible(words.middle(text, longest))


def _greeted(notice: Notice, safe: Callable[[str, int], str]) -> str:
    acts_for = words.listed(safe(name, _NAME) for name in notice.owner.organizations[:_NAMES])
    return f"{safe(notice.owner.name, _NAME)}{f' of {acts_for}' if acts_for else ''}"


def _way(names: Sequence[str], safe: Callable[[str], str]) -> list[str]:
    """The way to a thing, its middle left out where it is long: where it begins and ends is what people look at."""
    if len(names) <= _WAY + 1:
        return [safe(name) for name in names]
    return [safe(names[0]), f"({len(names) - _WAY:,} more)", *(safe(name) for name in names[1 - _WAY :])]


def _hidden(notice: Notice) -> int:
    return notice.new - min(len(notice.things), _ROWS)


def _state(thing: Thing) -> str:
    if thing.state is None:
        return "failed" if thing.failed else ""
    return "in use" if thing.state == "live" else thing.state


def _table(things: Sequence[Thing]) -> str:
    lines = ["| What | Kind | State | Certainty | Why |", "| --- | --- | --- | --- | --- |"]
    for thing in things:
        why = " → ".join(_way(thing.why, lambda name: code(name, 60)))
        state = f"**{_state(thing)}**" if thing.state == "live" else _state(thing)
        lines.append(f"| {code(thing.label)} | {_kind(thing)} | {state} | {thing.certainty} | {why} |")
    return "\n".join(lines)


def _kind(thing: Thing) -> str:
    return _plain_kinds(words.kind_words(thing.kind))


def _plain_kinds(text: str) -> str:
    """Text made of our words and of kinds: as it is, or as code where a kind of somebody's own could be markup."""
    return text if _PROSE.fullmatch(text) else code(text, 300)


def _rows(things: Sequence[Thing]) -> list[str]:
    cells = [
        (words.visible(words.middle(thing.label, 44)), words.kind_words(thing.kind)[:20], _state(thing))
        for thing in things
    ]
    widths = [max((len(row[i]) for row in cells), default=0) for i in range(3)]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in cells]


def _fenced(command: str) -> str:
    """A command as a block of code that nothing in it can end."""
    line = words.visible(command)
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", line)), 3)
    return f"{fence}sh\n{line}\n{fence}"


@lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["visible"] = words.visible
    text = files("graphprov").joinpath("notify/templates/notice.html.j2").read_text(encoding="utf-8")
    return environment.from_string(text)
