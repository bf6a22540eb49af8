"""What an answer says of the artifacts and runs that it mentions: names, times, code, and who answers for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from graphprov.analysis.explanation import Code, Thing
from graphprov.analysis.report import Responsible
from graphprov.analysis.telling import details, owners_among
from graphprov.model.identity import short_id
from graphprov.store import Store
from graphprov.store.known import as_they_were
from graphprov.store.merge import as_known_on


def things_among(
    store: Store, numbers: Iterable[int], known_on: datetime | None
) -> tuple[list[Thing], list[Responsible]]:
    """What is known of some nodes, given by number, and of everybody who answers for them; both by id."""
    rows = details(store, sorted({*numbers}), known_on)
    owners = owners_among(store, {number: row["id"] for number, row in rows.items()}, known_on)
    theirs: dict[str, list[str]] = {}
    for owner in sorted(owners, key=lambda owner: owner.agent.id):
        for id_ in owner.affected:
            theirs.setdefault(id_, []).append(owner.agent.id)
    behalf = {owner.agent.id: owner.agent.on_behalf_of for owner in owners}
    code = _code(store, [number for number, row in rows.items() if row["element"] == "Activity"], known_on)
    things = [_thing(row, code.get(number, []), theirs.get(row["id"], []), behalf) for number, row in rows.items()]
    agents = {owner.agent.id: owner.agent for owner in owners}
    others = {principal for principals in behalf.values() for principal in principals} - agents.keys()
    agents.update((agent.id, agent) for agent in _principals(store, sorted(others), known_on))
    return sorted(things, key=lambda thing: thing.id), [agents[id_] for id_ in sorted(agents)]


def _principals(store: Store, ids: list[str], known_on: datetime | None) -> Iterator[Responsible]:
    """Those on whose behalf others acted."""
    for row in store.ask("nodes", ids=ids).dicts() if ids else ():
        said = row["properties"] if known_on is None else as_known_on(row["properties"], known_on)
        yield Responsible(
            id=row["id"],
            kind=said.get("kind"),
            name=said.get("name") or short_id(row["id"]),
            contact=said.get("contact"),
            relation="ACTED_ON_BEHALF_OF",
        )


def _thing(row: dict[str, Any], code: list[Code], agents: list[str], behalf: dict[str, list[str]]) -> Thing:
    principals = [principal for agent in agents for principal in behalf[agent]]
    return Thing(
        id=row["id"],
        element=row["element"],
        kind=row["kind"],
        name=row["name"] or short_id(row["id"]),
        version=row["version"],
        time=row["time"],
        failed=row["failed"],
        code=code,
        responsible=list(dict.fromkeys([*agents, *principals])),
    )


def _code(store: Store, runs: list[int], known_on: datetime | None) -> dict[int, list[Code]]:
    rows = store.ask("code_of", numbers=runs, known_on=known_on).dicts() if runs else []
    was = as_they_were(store, sorted({row["code"] for row in rows if row["code"] is not None}), known_on)
    found: dict[int, list[Code]] = {}
    for row in rows:
        node = was.get(row["code"], row["node"]) or {}
        told = {key: node.get(key) for key in ("version", "commit", "dirty")}
        code = Code(id=row["id"], name=node.get("name") or short_id(row["id"]), how=row["how"], **told)
        found.setdefault(row["run"], []).append(code)
    return found
