"""The report as one page that needs nothing else: no network, no fonts, no library.

The page's style and script are files beside its template, put in whole and named by digest in the
Content-Security-Policy, so a browser runs these two and nothing that a name could smuggle in. Everything from outside
goes through Jinja's autoescape, or into a JSON block in which no `<` can stand.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from graphprov.analysis.report import Affected, ImpactReport, Owner
from graphprov.report import closing, layout, next_steps, summary, words
from graphprov.report import picture as drawing
from graphprov.report.fewer import fewer
from graphprov.report.page_data import CERTAINTIES, LABEL_LENGTH, PAGE_ROWS, PARTS, STATES, page_data, worst
from graphprov.report.timeline import timeline
from graphprov.report.verbs import verb
from graphprov.report.view import RUN, View, view

MOST_ROWS = 100_000
"""A page of more rows opens too slowly; the CSV, Parquet and JSON forms have them all."""

STYLE = ("page.css", "picture.css", "print.css")
SCRIPT = ("begin.js", "why.js", "table.js", "picture.js", "end.js")
"""The files that make up the page's style and its one script, in order."""

_LISTED = 200
_OWNERS = 100
_PROSE_LENGTH = 1_000
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
_JSON_UNSAFE = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})


def to_html(report: ImpactReport) -> str:
    """The report as a page."""
    report = fewer(report, MOST_ROWS, "the CSV, Parquet and JSON forms have them all")
    shown = view(report)
    picture = drawing.draw(shown)
    data = page_data(shown, picture)
    style, script = (Markup("".join(map(_asset, names))) for names in (STYLE, SCRIPT))  # noqa: S704 - files of ours
    lit = worst(shown)
    return _template().render(
        report=report,
        view=shown,
        subjects=[words.visible(words.middle(subject.name, LABEL_LENGTH)) for subject in report.subjects],
        subject_kind=summary.subjects(report),
        figures=_figures(shown),
        reached=words.listed(words.counted(k, n) for k, n in shown.counts() if k in ("model", "predictions"))
        or words.number(report.total, "artifact or run", "artifacts and runs"),
        in_use=summary.in_use(shown),
        certainty=summary.certainty(report),
        unknowns=summary.unknowns(report),
        incidents=[(incident, closing.headline(incident)) for incident in report.incidents],
        closing=closing.closing(report),
        notes=words.notes(report),
        picture=picture,
        legend=_legend(picture),
        edges=_edges(picture),
        members=[item.boxes[: drawing.MOST_UNFOLDED] if item.folded else [] for item in picture.items],
        lit=lit,
        lit_path=[] if lit is None else _lit_path(shown, lit),
        timeline=timeline(shown),
        columns=_columns(shown),
        rows=_first_rows(data),
        data=Markup(json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_JSON_UNSAFE)),  # noqa: S704
        kinds=data["kinds"],
        states=[state for state in STATES if state],
        certainties=CERTAINTIES,
        parts=[part for part in PARTS if part],
        owners=[_owner(shown, at, owner) for at, owner in enumerate(report.owners[:_OWNERS])],
        cleared=report.cleared[:_LISTED],
        cleared_by=words.CLEARED_BY,
        certainty_words=words.CERTAINTIES,
        side_lists=summary.side_lists(report),
        listed=_LISTED,
        next_steps=next_steps.next_steps(shown, page=False),
        command=" ".join(words.command(report)),
        style=style,
        script=script,
        policy=(
            "default-src 'none'; base-uri 'none'; form-action 'none'; "
            f"script-src {_digest(script)}; style-src {_digest(style)}"
        ),
    )


@lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: _asset(name)),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        outline=drawing.outline,
        shape=drawing.shape,
        tags=drawing.tags,
        box=(layout.BOX_WIDTH, layout.BOX_HEIGHT, drawing.LINE_HEIGHT),
    )
    environment.filters.update(
        visible=lambda text: words.visible(words.middle(text, LABEL_LENGTH)),
        prose=lambda text: words.visible(words.middle(text, _PROSE_LENGTH)),
        when=words.when,
        window=lambda report: words.window(report.since, report.until),
        kind=words.kind_words,
        short=drawing.shortened,
        cut=words.cut,
        comma=lambda count: f"{count:,}",
        standing=summary.standing,
        paths=words.paths,
    )
    return environment.get_template("impact.html.j2")


@lru_cache
def _asset(name: str) -> str:
    return (files("graphprov.report") / "templates" / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@dataclass(frozen=True)
class _Figure:
    """A number at the head of the page, what it counts, and what to say of it."""

    number: int
    what: str
    say: str
    alarming: bool


def _figures(shown: View) -> list[_Figure]:
    live = shown.live()
    figures = []
    for kind, count in shown.counts():
        if kind == RUN:
            failed = sum(node.failed for node in shown.reached)
            say = f"{failed:,} failed" if failed else ""
        else:
            say = f"{live[kind]:,} in use" if live.get(kind) else "none in use"
            if shown.report.live is None and not shown.report.complete:
                say = f"{say}, of those listed"
        figures.append(_Figure(count, words.kind_words(kind, count), say, kind != RUN and bool(live.get(kind))))
    return figures


def _edges(picture: drawing.Picture) -> list[tuple[str, str]]:
    """The path of each drawn edge, and how it looks."""
    return [
        (
            picture.layout.path(tail, head),
            f"{picture.certainty[tail, head]}{' cleared' if picture.items[head].first.part == 'cleared' else ''}",
        )
        for tail, head in picture.layout.chains
    ]


def _legend(picture: drawing.Picture) -> set[str]:
    """What occurs in the picture, so that its legend explains nothing else."""
    return {*picture.certainty.values(), *(item.look for item in picture.items)}


def _lit_path(shown: View, node: Affected) -> list[tuple[str, str, str, str]]:
    """The path that the picture shows at first: how each step reads, to what, what else is known of it, and when."""
    steps = shown.why(node.id) or []
    start = shown.nodes[steps[0].cause]
    path = [("", start.label, f"{words.kind_words(start.kind)}, flawed", "")]
    for step in steps:
        found = shown.nodes[step.effect]
        rule = f" by {words.visible(words.middle(step.rule, 60))}" if step.rule else ""
        time = words.when(step.time or found.time, unknown="")
        path.append((verb(step), found.label, f"{words.kind_words(found.kind)}, {step.certainty}{rule}", time))
    return path


def _columns(shown: View) -> list[tuple[str, str]]:
    """The columns of the table: their keys, which the script knows, and their heads."""
    return [
        ("label", "Name"),
        ("kind", "Kind"),
        ("distance", "Distance"),
        ("certainty", "Certainty"),
        *([("paths", "Paths")] if shown.paths_counted else []),
        ("state", "State"),
        *([("closed", "Part")] if shown.report.incidents else []),
        ("time", "Made or started"),
        ("who", "Who"),
    ]


def _first_rows(data: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {
            "label": data["label"][at],
            "kind": data["kinds"][data["kind"][at]],
            "distance": f"{data['distance'][at]}",
            "certainty": CERTAINTIES[data["certainty"][at]],
            "paths": data["pathsSaid"][data["paths"][at]][0],
            "state": STATES[data["state"][at]],
            "closed": PARTS[data["closed"][at]] if data["closed"] else "",
            "time": data["time"][at],
            "who": ", ".join(data["owners"][agent] for agent in data["who"][at]),
        }
        for at in range(min(PAGE_ROWS, data["rows"]))
    ]


def _owner(shown: View, at: int, owner: Owner) -> dict[str, Any]:
    contact = owner.agent.contact or ""
    names = ", ".join(subject.name for subject in shown.report.subjects)[:100]
    held = words.listed(words.counted(k, n) if k else f"{n:,} not listed" for k, n in shown.holdings(owner))
    body = (
        f"A flaw in {words.visible(names)} ({words.window(shown.report.since, shown.report.until)}) has reached "
        f"{held} of yours.\n\nThe report, made {words.when(shown.report.made_at)}, says why."
    )
    subject = quote(f"Affected by a flaw in {words.visible(names)}")
    return {
        "number": at,
        "name": words.visible(words.middle(owner.agent.name, LABEL_LENGTH)),
        "organizations": [words.visible(words.middle(name, LABEL_LENGTH)) for name in owner.organizations],
        "contact": words.visible(words.middle(contact, LABEL_LENGTH)),
        # Only what is plainly an address becomes a link: a contact is text from outside, and could be `javascript:`.
        "mailto": f"mailto:{quote(contact, safe='@')}?subject={subject}&body={quote(body)}"
        if _ADDRESS.fullmatch(contact)
        else "",
        "held": held,
        "closing": closing.of_owner(shown.report, owner, shown.rows(owner.affected)),
    }
