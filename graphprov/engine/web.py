"""Neo4j Browser with graphprov's colours, captions and named questions in it.

The published Browser is taken as it is and packed again with three things more: a style (`graphprov.grass`), a small
script that puts it in place before Browser starts, and a guide page made from the named questions. The server gets this
jar in place of the published one. Nothing is fetched from elsewhere at run time.
"""

from __future__ import annotations

import contextlib
import hashlib
import html
import json
import os
import re
import time
import zipfile
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Protocol

from graphprov.engine.releases import BROWSER_VERSION, Jar

GUIDE = "graphprov-guide.html"
_INDEX = "browser/index.html"
_KEEP_SECONDS = 24 * 3600
_FIRST_SCRIPT = '<script src="ui-libs-'

# Browser would load fonts, usage counting and a feedback form from elsewhere; it works without. Bolt is a web socket.
_POLICY = (
    "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; connect-src 'self' data: ws: wss: http://127.0.0.1:* http://localhost:*"
)

Style = dict[str, dict[str, str]]


class Question(Protocol):
    """What the guide needs to know of a named question."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def answers(self) -> str: ...  # noqa: D102
    @property
    def browser(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def text(self) -> str: ...  # noqa: D102


def is_browser(jar: Jar) -> bool:
    """Whether a jar is the published Neo4j Browser."""
    return jar.coordinate.startswith("org.neo4j.client:neo4j-browser:")


def styled_browser(published: Path, cache_folder: Path) -> Path:
    """The jar to serve Browser from, made once for each version of Browser, style and questions.

    Args:
        published: The jar as its makers published it.
        cache_folder: Where to keep the new one.
    """
    extras = {
        "browser/graphprov.grass": style_text(),
        "browser/graphprov.js": script_text(),
        f"browser/{GUIDE}": guide_html(questions()),
    }
    fingerprint = hashlib.sha256("\0".join([*extras.values(), _POLICY]).encode()).hexdigest()[:12]
    target = cache_folder / f"neo4j-browser-{BROWSER_VERSION}-graphprov-{fingerprint}.jar"
    if target.exists():
        with contextlib.suppress(OSError):
            target.touch()  # in use, so that `_remove_older` of another version leaves it
        return target
    cache_folder.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(f".{os.getpid()}.part")
    try:
        with (
            zipfile.ZipFile(published) as old,
            zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
        ):
            for entry in old.infolist():
                content = old.read(entry)
                if entry.filename == _INDEX:
                    content = index_html(content.decode()).encode()
                new.writestr(entry.filename, content)
            for name, text in extras.items():
                new.writestr(name, text)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    _remove_older(target)
    return target


def _remove_older(target: Path) -> None:
    """Remove the jars of earlier styles and questions, 17 MB each, that no server was started with for a day."""
    for old in target.parent.glob("neo4j-browser-*-graphprov-*"):
        with contextlib.suppress(OSError):
            if old != target and time.time() - old.stat().st_mtime > _KEEP_SECONDS:
                old.unlink()


def index_html(published: str) -> str:
    """Browser's page with our script before the first of its own."""
    if _FIRST_SCRIPT not in published:
        return published  # another Browser than we know: it works, without our style
    page = published.replace(_FIRST_SCRIPT, '<script src="graphprov.js"></script>' + _FIRST_SCRIPT, 1)
    return page.replace("<head>", f'<head><meta http-equiv="Content-Security-Policy" content="{_POLICY}"/>', 1)


@cache
def style_text() -> str:
    """The style as Browser's `:style` command and its file drop take it."""
    return (resources.files("graphprov.engine") / "assets" / "graphprov.grass").read_text(encoding="utf-8")


def script_text() -> str:
    """The script that puts the style in place."""
    template = (resources.files("graphprov.engine") / "assets" / "graphprov.js").read_text(encoding="utf-8")
    return template.replace("__STYLE__", json.dumps(parse_style(style_text())))


def parse_style(text: str) -> Style:
    r"""A `.grass` text as Browser keeps it.

    >>> parse_style('node.Model {\n color: #F2B134;\n caption: "{name}";\n}')
    {'node.Model': {'color': '#F2B134', 'caption': '{name}'}}
    """
    found: Style = {}
    for selector, body in re.findall(r"([\w.]+) \{\n(.*?)\n?\}(?=\n|$)", text, flags=re.DOTALL):
        rows = re.findall(r"([\w-]+): (\"[^\"]*\"|[^;]+);", body)
        found[selector] = {name: value.strip('"') for name, value in rows}
    return found


def questions() -> list[Question]:
    """The named questions in order."""
    from graphprov.questions import named_queries

    return list(named_queries().values())


def guide_html(rows: Sequence[Question]) -> str:
    """The page that Browser shows beside the editor: first a table of contents, then one slide for each topic."""
    topics: dict[str, list[Question]] = defaultdict(list)
    for row in rows:
        topics[row.name.partition("/")[0]].append(row)
    contents = "".join(
        f"<h5>{html.escape(topic.capitalize())} (page {page})</h5><ul>"
        + "".join(f"<li>{html.escape(row.title)}</li>" for row in questions_of)
        + "</ul>"
        for page, (topic, questions_of) in enumerate(topics.items(), start=2)
    )
    first = (
        "<slide><h3>graphprov: named questions</h3>"
        "<p>Each page has the questions of one topic. Click a block to have it in the editor, change its values, and "
        "run it with Ctrl+Enter: first the parameters, where there are some, then the question. In a terminal: "
        "<code>graphprov query NAME</code>.</p>"
        "<p>What is there at all:</p>"
        f"{_runnable('MATCH (n) RETURN n LIMIT 100')}"
        f"{contents}</slide>"
    )
    slides = "".join(
        f"<slide><h3>{html.escape(topic.capitalize())}</h3>{''.join(_question(row) for row in questions_of)}</slide>"
        for topic, questions_of in topics.items()
    )
    return f"<html><head><title>graphprov: named questions</title></head><body>{first}{slides}</body></html>\n"


def _question(row: Question) -> str:
    parts = [f"<h5>{html.escape(row.title)}</h5><p>{_words(row.answers)} <code>{html.escape(row.name)}</code></p>"]
    if row.browser:
        parts.append(_runnable(";\n".join(row.browser) + (";" if len(row.browser) > 1 else "")))
    parts.append(_runnable(cypher_only(row.text)))
    return "".join(parts)


def _words(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))


def _runnable(text: str) -> str:
    return f'<pre class="pre-scrollable code runnable">{html.escape(text, quote=False)}</pre>'


def cypher_only(text: str) -> str:
    """A question's file without its header, which the guide shows as words."""
    lines = text.splitlines()
    start = next((number for number, line in enumerate(lines) if not line.startswith("//")), 0)
    return "\n".join(lines[start:]).strip()
