"""The version of the code that a run runs: where to look for it, and the statements that say so."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path

from graphprov.capture.git import CodeVersion, NoCode, read_code
from graphprov.model.identity import artifact_id
from graphprov.model.statements import Entity, Relation, Statement
from graphprov.model.vocabulary import CODE_ROLE, RelationType


def code_folder(code: bool | str | os.PathLike[str]) -> tuple[Path, ...] | None:
    """Where to look for the code's repository: what was given, else where the calling file is, else here."""
    if code is False:
        return None
    if code is not True:
        return (Path(os.fspath(code)),)
    frame = sys._getframe(1)
    here = str(Path(__file__).parent)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(here):
        frame = frame.f_back
    file = frame.f_globals.get("__file__")
    caller = (Path(file).absolute().parent,) if isinstance(file, str) and Path(file).is_file() else ()
    return (*caller, Path.cwd())


def read_first(places: tuple[Path, ...]) -> CodeVersion | NoCode:
    """The code in the first of these places that is in a repository, else why there is none."""
    found: CodeVersion | NoCode = NoCode("no folder was given")
    for place in dict.fromkeys(places):
        found = read_code(place)
        if isinstance(found, CodeVersion):
            break
    return found


def code_statements(code: CodeVersion, run: str, moment: datetime) -> list[Statement]:
    """The version of the code as an entity that the run used; clean code has the time of its commit."""
    kind = "code-version"
    version_id, general_id = artifact_id(kind, code.repository, code.version), artifact_id(kind, code.repository)
    short = code.commit[:12] + code.version[len(code.commit) :]
    return [
        Entity(
            id=version_id,
            kind=kind,
            name=code.repository,
            version=short,
            issued_at=None if code.dirty else code.committed_at,
            commit=code.commit,
            branch=code.branch,
            remote=code.remote,
            dirty=code.dirty,
            diff_digest=code.diff_digest,
        ),
        Entity(id=general_id, kind=kind, name=code.repository),
        Relation(type=RelationType.SPECIALIZATION_OF, source=version_id, target=general_id),
        Relation(type=RelationType.USED, source=run, target=version_id, time=moment, role=CODE_ROLE),
    ]
