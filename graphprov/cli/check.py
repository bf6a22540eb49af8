"""`graphprov check`: the gate."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class GateFormat(StrEnum):
    """The forms of the gate's answer."""

    text = "text"
    json = "json"
    junit = "junit"
    sarif = "sarif"
    github = "github"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(check)


def check(
    artifacts: Annotated[
        list[str],
        typer.Argument(
            metavar="ARTIFACT...",
            help="What is to be deployed or used: a name (its newest version), name@version, id, or path.",
            show_default=False,
        ),
    ],
    policy: Annotated[
        Path | None, typer.Option(help="A policy file (TOML); see `graphprov guide gate`.", show_default="every rule")
    ] = None,
    output: Annotated[GateFormat, typer.Option("--format", help="How to print it.")] = GateFormat.text,
) -> None:
    """Tell whether ARTIFACT may pass: no open incident, failed run, uncommitted code, expired contract, unknown origin.

    Exit code: 0 all pass, 1 some do not, with the reasons one a line; 2 wrong usage or policy, 3 unknown artifact.
    """
    from graphprov import api
    from graphprov.gate.forms import FORMS

    report = api.check(*artifacts, policy=policy)
    sys.stdout.write(FORMS[output.value](report))
    raise typer.Exit(0 if report.passed else 1)
