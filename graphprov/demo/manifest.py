"""Whether the demo's folder holds a finished pipeline of this very demo, unchanged.

The manifest is written in two states: `building` before anything else, so that what a killed demo left is known as
ours and built anew, and `finished` with the digest of every file at the end.
"""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from graphprov.demo.harm import file_digest, versions
from graphprov.demo.pipeline import Places
from graphprov.demo.plan import ENGINEERS
from graphprov.errors import InvalidInput

MANIFEST = "demo.json"


def demo_digest() -> str:
    """What the outcome follows from: the demo's code and scripts, and the versions of what computes."""
    digest = hashlib.sha256()
    with as_file(files("graphprov.demo")) as folder:
        parts = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        for path in sorted(parts):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    for package in ("graphprov", "numpy", "pandas", "scikit-learn"):
        digest.update(f"{package}=={version(package)}\n".encode())
    return digest.hexdigest()


_MADE_BY = "graphprov demo"


def check_usable(root: Path) -> None:
    """Refuse a folder that holds something else: building the demo empties its folder.

    Raises:
        InvalidInput: It is no folder, or holds files and no manifest of the demo.
    """
    if not root.exists():
        return
    if not root.is_dir():
        raise InvalidInput(f"{root} is not a folder", hint="choose another with --dir")
    if any(root.iterdir()) and _read(root) is None:
        raise InvalidInput(f"{root} holds something that is not the demo's", hint="choose an empty folder with --dir")


def begin(root: Path) -> None:
    """Mark a folder as the demo's, under construction."""
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInput(f"{root} cannot be made: {error.strerror}", hint="choose another with --dir") from error
    _write(root, {"state": "building"})


def finish(root: Path, harm: dict[str, object]) -> None:
    """Mark a folder as finished, with the digests of all files that the pipeline received and made."""
    _write(root, {"state": "finished", "demo": demo_digest(), "files": _digests(Places(root)), "harm": harm})


def finished(root: Path) -> dict[str, Any] | None:
    """What `finish` was told of the harm, where the folder is finished, of this very demo, and unchanged; else None."""
    manifest = _read(root)
    if manifest is None or manifest.get("state") != "finished":
        return None
    places = Places(root)
    if not all(places.journal(engineer).is_file() for engineer in ENGINEERS.values()):
        return None
    try:
        unchanged = manifest.get("demo") == demo_digest() and manifest.get("files") == _digests(places)
    except OSError:
        return None
    harm = manifest.get("harm")
    return harm if unchanged and isinstance(harm, dict) else None


def _digests(places: Places) -> dict[str, str]:
    return {
        path.relative_to(places.root).as_posix(): file_digest(path)
        for path in (places.file(version) for version in versions())
    }


def _read(root: Path) -> dict[str, Any] | None:
    try:
        found = json.loads((root / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and found.get("made_by") == _MADE_BY else None


def _write(root: Path, content: dict[str, Any]) -> None:
    path = root / MANIFEST
    new = path.with_suffix(".new")
    new.write_text(json.dumps({"made_by": _MADE_BY, **content}, indent=1, ensure_ascii=False), encoding="utf-8")
    new.replace(path)  # at once, so that no reader sees half of it
