"""graphprov: what has a flawed source touched, why, whom to tell, and what to re-run.

This is the table of contents. Beside it `graphprov.report` (the forms of a report), `graphprov.engine` (the embedded
Neo4j, also a throw-away one for tests), `graphprov.store` (`open_store`) and `graphprov.errors` are public; the rest is
private. Each name is loaded when it is first asked for, so that
`import graphprov` costs a training script next to nothing.

| to | call |
| --- | --- |
| record by one line what the libraries of a script read and write | `auto` |
| record | `run`, `step` (`In`, `Out`, `Param`), `source`, `receive`, `agent`, `artifact`, `dataset`, `incident`, ... |
| name what lies elsewhere | `url`, `s3`, `sql` |
| send | `sync` |
| ask | `impact`, `impact_difference`, `lineage`, `connect` |
| ask why, and what if | `why`, `contain`, `risk` |
| work on incidents | `incidents.find`, `get`, `amend`, `close`, `notify`, `resolve`, ...; `incident` opens one |
| vouch for a report or for what was recorded, and check it | `sign`, `verify`; `seal`, `verify_log` |
| forget what was said of a thing | `forget` |
| let an artifact pass or not | `check` |
| find what is wrong with the record and this machine | `doctor` |
| exchange W3C PROV documents | `import_prov`, `export_prov` |
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from graphprov.version import VERSION as __version__  # noqa: N811

if TYPE_CHECKING:
    from graphprov import incidents
    from graphprov.api import (
        check,
        connect,
        export_prov,
        impact,
        impact_difference,
        import_prov,
        lineage,
        same,
        seal,
        sign,
        verify,
        verify_log,
    )
    from graphprov.autolog import auto
    from graphprov.capture import (
        Artifact,
        In,
        Out,
        Param,
        Recorder,
        Remote,
        Run,
        agent,
        artifact,
        dataset,
        incident,
        invalidate,
        receive,
        run,
        s3,
        source,
        sql,
        step,
        url,
    )
    from graphprov.checkup.examine import doctor
    from graphprov.errors import GraphprovError
    from graphprov.forgetting import forget
    from graphprov.model.metadata import Quantity
    from graphprov.report.shown import ImpactReport
    from graphprov.settings import Settings
    from graphprov.transfer import sync
    from graphprov.whatif import contain, risk, why

_HOME = {
    "graphprov.api": (
        "check",
        "connect",
        "export_prov",
        "impact",
        "impact_difference",
        "import_prov",
        "lineage",
        "same",
        "seal",
        "sign",
        "verify",
        "verify_log",
    ),
    "graphprov.autolog": ("auto",),
    "graphprov.capture": (
        "Artifact",
        "In",
        "Out",
        "Param",
        "Recorder",
        "Remote",
        "Run",
        "agent",
        "artifact",
        "dataset",
        "incident",
        "invalidate",
        "receive",
        "run",
        "s3",
        "source",
        "sql",
        "step",
        "url",
    ),
    "graphprov.checkup.examine": ("doctor",),
    "graphprov.errors": ("GraphprovError",),
    "graphprov.forgetting": ("forget",),
    "graphprov.model.metadata": ("Quantity",),
    "graphprov.report.shown": ("ImpactReport",),
    "graphprov.settings": ("Settings",),
    "graphprov.transfer": ("sync",),
    "graphprov.whatif": ("contain", "risk", "why"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "Artifact",
    "GraphprovError",
    "ImpactReport",
    "In",
    "Out",
    "Param",
    "Quantity",
    "Recorder",
    "Remote",
    "Run",
    "Settings",
    "__version__",
    "agent",
    "artifact",
    "auto",
    "check",
    "connect",
    "contain",
    "dataset",
    "doctor",
    "export_prov",
    "forget",
    "impact",
    "impact_difference",
    "import_prov",
    "incident",
    "incidents",
    "invalidate",
    "lineage",
    "receive",
    "risk",
    "run",
    "s3",
    "same",
    "seal",
    "sign",
    "source",
    "sql",
    "step",
    "sync",
    "url",
    "verify",
    "verify_log",
    "why",
]


def __getattr__(name: str) -> Any:
    if name == "incidents":
        return import_module("graphprov.incidents")
    if name in _MODULE_OF:
        value = globals()[name] = getattr(import_module(_MODULE_OF[name]), name)
        return value
    raise AttributeError(f"module 'graphprov' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
