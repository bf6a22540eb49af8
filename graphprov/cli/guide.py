"""`graphprov guide`: the long documentation, which ships in the package."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DOCS = Path(__file__).resolve().parent.parent / "docs"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(guide)


def topics() -> dict[str, str]:
    """The topics, each with the title of its page."""
    return {
        path.stem: path.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")
        for path in sorted(DOCS.glob("*.md"))
    }


def guide(
    topic: Annotated[str | None, typer.Argument(help="Which page.", show_default="the list of pages")] = None,
) -> None:
    """Show a page of the documentation."""
    import sys

    from graphprov.errors import UnknownReference

    pages = topics()
    if topic is None:
        width = max(map(len, pages))
        for name, title in pages.items():
            typer.echo(f"{name.ljust(width)}  {title}")
        return
    if topic not in pages:
        raise UnknownReference(f"there is no guide '{topic}'", nearest=list(pages), hint="graphprov guide")
    text = (DOCS / f"{topic}.md").read_text(encoding="utf-8")
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown(text))
    else:
        typer.echo(text, nl=False)
