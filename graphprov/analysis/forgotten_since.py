"""What a report says that the store has forgotten since: names, contacts and texts that a tombstone took away.

A report that differs from the store in these alone is not forged: it says more than the store may still say.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from graphprov.analysis.report import ImpactReport
from graphprov.model.forgetting import ERASED
from graphprov.model.identity import parse_id, short_id
from graphprov.store import Store

_ERASABLE = frozenset({"name", "contact", "note", "reason", "found_by", "given"})
"""Fields of what stands in a report with an id, which forgetting takes away or puts another text for."""
_LISTS_OF_NAMES = frozenset({"organizations", "on_behalf_of"})
"""Lists that name agents without their ids."""


def forgotten_ids(store: Store) -> list[str]:
    """The ids of all that was forgotten."""
    if not store.ask("forgotten_count").rows[0][0]:
        return []
    return [row[0] for row in store.ask("forgotten_nodes", ids=None).rows]


def told_since(report: ImpactReport, again: ImpactReport, forgotten: Collection[str]) -> ImpactReport:
    """The report as it would be if it had been made after the forgetting.

    Only where the report made again lacks what a tombstone takes away does its text stand in for the report's; all
    else stays as the report has it, so that any other difference is still one.
    """
    old, new = report.model_dump(), again.model_dump()
    replaced: dict[str, str] = {}
    _replace(old, _by_id(new, forgotten), forgotten, replaced)
    stand_ins = {text for id_ in forgotten for text in _stand_ins(id_)}
    owners = {owner["agent"]["id"]: owner for owner in new["owners"]}
    for owner in old["owners"]:
        _join_names(owner, owners.get(owner["agent"]["id"], {}), stand_ins)
        _join_names(owner["agent"], owners.get(owner["agent"]["id"], {}).get("agent", {}), stand_ins)
    for name, stand_in in sorted(replaced.items(), key=lambda pair: -len(pair[0])):
        old["notes"] = [note.replace(name, stand_in) for note in old["notes"]]
    return ImpactReport.model_validate(old)


def _by_id(value: Any, forgotten: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """What stands in a report of forgotten things, by their ids; a thing is told alike wherever it is told."""
    found: dict[str, Mapping[str, Any]] = {}
    if isinstance(value, dict):
        if value.get("id") in forgotten:
            found[value["id"]] = value
        for each in value.values():
            found |= _by_id(each, forgotten)
    elif isinstance(value, list):
        for each in value:
            found |= _by_id(each, forgotten)
    return found


def _replace(
    value: Any, now: Mapping[str, Mapping[str, Any]], forgotten: Collection[str], replaced: dict[str, str]
) -> None:
    if isinstance(value, list):
        for each in value:
            _replace(each, now, forgotten, replaced)
    if not isinstance(value, dict):
        return
    id_ = str(value.get("id"))
    if id_ in forgotten and id_ in now:
        for key in _ERASABLE & value.keys() & now[id_].keys():
            stand_in = now[id_][key]
            if stand_in in (None, ERASED) or stand_in in _stand_ins(id_):
                if key == "name" and value[key] and stand_in:
                    replaced[value[key]] = stand_in
                value[key] = stand_in
    for each in value.values():
        _replace(each, now, forgotten, replaced)


def _stand_ins(id_: str) -> set[str]:
    """What stands where a name is missing: the id or a form of it."""
    parts = parse_id(id_)
    return {id_, short_id(id_), *([parts.name] if parts else [])}


def _join_names(old: dict[str, Any], new: Mapping[str, Any], stand_ins: Collection[str]) -> None:
    """Names of agents, told without ids: one that is gone, for each stand-in that came."""
    for key in _LISTS_OF_NAMES & old.keys() & new.keys():
        gone = [name for name in old[key] if name not in new[key]]
        came = [name for name in new[key] if name not in old[key]]
        if len(gone) == len(came) and all(name in stand_ins for name in came):
            old[key] = list(new[key])
