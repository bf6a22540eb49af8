"""In which container this runs, as far as one can tell from inside: its kind, id, image and name."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

_ID = re.compile(r"(?:^|[/:-])([0-9a-f]{64})(?:[/.\s]|$)", re.MULTILINE)
_MOUNTED_ID = re.compile(r"/containers/(?:overlay-containers/)?([0-9a-f]{64})/")
_WRITTEN = re.compile(r'^(name|id|image)="(.*)"$', re.MULTILINE)


@functools.cache
def own() -> Mapping[str, str]:
    """The container of this process, looked for once: a process does not move to another."""
    return MappingProxyType(surrounding())


def surrounding(
    root: Path = Path("/"),
    variables: Mapping[str, str] = os.environ,
) -> dict[str, str]:
    """The container as `kind` and, where it says so, `id`, `image` and `name`; empty outside of one.

    The sources: `/run/.containerenv` (podman), `/.dockerenv` with the id in the control groups or among the mounts
    (docker), variables of Apptainer, Singularity and Kubernetes, and `container` (systemd's convention).
    """
    for prefix, kind in (("APPTAINER", "apptainer"), ("SINGULARITY", "singularity")):
        image, name = variables.get(f"{prefix}_CONTAINER"), variables.get(f"{prefix}_NAME")
        if image or name:
            return _known(kind=kind, image=image, name=name)
    told = dict(_WRITTEN.findall(_text(root / "run/.containerenv")))
    docker, podman = (root / ".dockerenv").exists(), (root / "run/.containerenv").exists()
    pod = bool(variables.get("KUBERNETES_SERVICE_HOST"))
    found = "kubernetes" if pod else "podman" if podman else "docker" if docker else variables.get("container")
    if not found:
        return {}
    number = told.get("id") or _number(root)
    return _known(kind=found, id=number, image=told.get("image"), name=told.get("name") or _pod(variables, pod))


def _pod(variables: Mapping[str, str], pod: bool) -> str | None:
    return variables.get("HOSTNAME") if pod else None  # Kubernetes calls the host of a pod as the pod


def _number(root: Path) -> str | None:
    found = _ID.search(_text(root / "proc/self/cgroup")) or _MOUNTED_ID.search(_text(root / "proc/self/mountinfo"))
    return found[1] if found else None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _known(**values: str | None) -> dict[str, str]:
    return {key: value for key, value in values.items() if value}
