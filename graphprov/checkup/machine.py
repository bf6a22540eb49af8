"""This machine: the configuration, the programs that graphprov uses, and the space on its disks."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from rapidfuzz import process

from graphprov.checkup.checks import Check, Context
from graphprov.checkup.report import Finding
from graphprov.errors import EngineError
from graphprov.settings import Settings

_FREE_BYTES = 1 << 30
_OTHER_VARIABLES = frozenset({"CONFIG", "OBSERVE", "PARENT_RUN", "TRACEBACK"})
"""Variables that are no settings: where the settings are, what a watched command gets and within which run it is, and
errors in full."""
_PREFIX = "GRAPHPROV_"


def _unknown_variables(context: Context) -> Iterator[Finding]:  # noqa: ARG001
    known = sorted({name.upper() for name in Settings.model_fields} | _OTHER_VARIABLES)
    for variable in sorted(os.environ):
        name = variable.removeprefix(_PREFIX)
        if variable.startswith(_PREFIX) and name not in known and not name.startswith("TEST_"):
            nearest = process.extractOne(name, known, score_cutoff=60)
            meant = f"; {_PREFIX}{nearest[0]} is one" if nearest else ""
            yield Finding(says=f"{variable} is set, and no setting is called so{meant}", about=variable)


def _programs(context: Context) -> Iterator[Finding]:
    from graphprov.observe.observers import strace_trouble

    if shutil.which("git") is None:
        yield Finding(says="git is not found: runs cannot say which code they ran", about="git")
    if (trouble := strace_trouble()) is not None:
        yield Finding(says=f"`graphprov run` watches by Python alone: {trouble}", about="strace")
    if context.settings.uri is None:
        from graphprov.engine.java import choose_java
        from graphprov.engine.releases import load_lock

        try:
            choose_java(load_lock(context.settings.neo4j_version).release, context.settings.java)
        except EngineError as error:
            yield Finding(says=f"the embedded database cannot start: {error.message}", about="java")


def _space(context: Context) -> Iterator[Finding]:
    seen: set[int] = set()
    for folder in (context.settings.journal.parent, context.settings.home, context.settings.cache):
        there = _existing(folder)
        device = there.stat().st_dev
        free = shutil.disk_usage(there).free
        if free < _FREE_BYTES and device not in seen:
            says = f"{free / (1 << 20):,.0f} MiB are free at {there}; less than {_FREE_BYTES >> 20:,} MiB is little"
            yield Finding(says=says, about=str(there), details={"free_bytes": free})
        seen.add(device)


def _existing(folder: Path) -> Path:
    return next(place for place in (folder, *folder.parents) if place.exists())


CHECKS = (
    Check(
        "unknown-variables",
        "machine",
        "warning",
        "Environment variables that no setting is called",
        "correct the name, or unset it; the README lists all settings",
        _unknown_variables,
    ),
    Check(
        "programs",
        "machine",
        "note",
        "Programs that graphprov could use and does not find",
        "install them (`apt install git strace`), or do without: `graphprov guide running`",
        _programs,
    ),
    Check(
        "disk-space",
        "machine",
        "warning",
        "Little space on a disk",
        "free some, or set GRAPHPROV_HOME to a folder on another disk",
        _space,
    ),
)
