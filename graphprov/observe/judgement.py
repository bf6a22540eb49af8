"""Inputs and outputs as they are recorded: of the ledger's, those that count, with data sets of many files as one."""

from __future__ import annotations

import dataclasses
import functools
import posixpath
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from graphprov.observe.ledger import Input, Ledger, Look, Output, There
from graphprov.observe.policy import LeftOut, Policy

_DATA_SET = re.compile(r".+\.(?:parquet|zarr|lance|tfrecords)", re.IGNORECASE)
_PARTITION = re.compile(r"[A-Za-z_]\w*=[^=]*")


@dataclass(frozen=True)
class Judgement:
    """What a run used and generated.

    Attributes:
        left_out: How many other files it touched, by the reason why they do not count.
    """

    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    left_out: dict[str, int]


def judge(ledger: Ledger, policy: Policy, look: Look) -> Judgement:
    """What of all that a command touched it used and generated, and what was left out, by reason."""
    left: dict[str, LeftOut] = {}
    look = functools.cache(look)  # the end is one moment, and to ask again costs

    def counts(path: str, named: str, *, output: bool = False) -> bool:
        reason = policy.reason(path, output=output)
        if reason is not None and named != path and policy.reason(named, output=output) is None:
            reason = None  # through a link that lies where files count
        state = look(path) if reason is None else None
        if state is not None and state.there is There.SPECIAL:
            reason = LeftOut.SPECIAL
        if reason is not None:
            left.setdefault(path, reason)
        return reason is None and (state is None or state.there is There.FILE)

    inputs = [each for each in ledger.inputs(look) if counts(each.path, each.named)]
    outputs = [each for each in ledger.outputs(look) if counts(each.path, each.named, output=True)]
    for path in ledger.vanished(look):
        left.setdefault(path, policy.reason(path, output=True) or LeftOut.VANISHED)
    kept = {each.path for each in inputs} | {each.path for each in outputs}
    counted = Counter(reason.value for path, reason in left.items() if path not in kept)
    together = _outputs_together(outputs)
    return Judgement(
        tuple(_inputs_together(inputs, {each.path for each in together})),
        tuple(together),
        dict(sorted(counted.items())),
    )


def data_set(path: str) -> str | None:
    """The folder that is one data set, if the file is a part of one: `x.parquet/part-0`, or `x/year=2026/...`.

    >>> data_set("/p/users.parquet/0.parquet"), data_set("/p/users/year=2026/m=3/0.csv"), data_set("/p/users.parquet")
    ('/p/users.parquet', '/p/users', None)
    """
    parts = path.split("/")
    for place, part in enumerate(parts[:-1]):
        if _PARTITION.fullmatch(part):
            return "/".join(parts[:place]) or None
        if _DATA_SET.fullmatch(part):
            return "/".join(parts[: place + 1])
    return None


def _inputs_together(inputs: Iterable[Input], written: set[str]) -> list[Input]:
    found: dict[str, Input] = {}
    for each in inputs:
        folder = data_set(each.path)
        if folder is None:
            found[each.path] = each
            continue
        whole = each.content_at is not None and folder not in written and posixpath.dirname(folder) != ""
        named = each.named[: len(each.named) - (len(each.path) - len(folder))]
        if not each.path.endswith(each.named[len(named) :]):
            named = folder
        known = found.get(folder, Input(folder, named, each.time, folder if whole else None))
        found[folder] = dataclasses.replace(
            known,
            time=min(known.time, each.time),
            content_at=known.content_at if whole else None,
            changed=known.changed or each.changed,
        )
    return list(found.values())


def _outputs_together(outputs: Iterable[Output]) -> list[Output]:
    found: dict[str, Output] = {}
    for each in outputs:
        path = data_set(each.path)
        if path is None:
            found[each.path] = each
        else:
            known = found.get(path, Output(path, path, each.time))
            found[path] = dataclasses.replace(known, time=max(known.time, each.time))
    return list(found.values())
