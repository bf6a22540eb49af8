"""Which of the affected things, and which of their owners, a person means: looked for among these alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process

from graphprov.analysis.incident_report import Incident
from graphprov.analysis.report import Affected, ImpactReport, Owner
from graphprov.errors import AmbiguousReference, GraphprovError, UnknownReference
from graphprov.model.identity import parse_id, short_id
from graphprov.store import Store

_NEAREST = 5
_LISTED = 20


def named_parts(store: Store, report: ImpactReport, about: Incident, typed: Sequence[str]) -> list[Affected]:
    """The affected things that these texts mean, each once.

    A name without a version means every affected version of it, or run of that name. Else it is as everywhere:
    `kind:name@version`, the start of a version, an id, the path of a file; a run also as a report prints it, with its
    day.

    Raises:
        UnknownReference: The incident does not affect such a thing; carries the nearest that it does.
        AmbiguousReference: The start of a version fits several; carries them.
    """
    by_id = {node.id: node for node in report.affected}
    found: dict[str, Affected] = {}
    for text in typed:
        nodes = _named(report.affected, text.strip())
        if not nodes:
            nodes = [by_id[id_] for id_ in _in_store(store, text) if id_ in by_id]
        if not nodes:
            raise _not_affected(store, report, about, text)
        found |= {node.id: node for node in nodes}
    return list(found.values())


def _named(affected: Iterable[Affected], text: str) -> list[Affected]:
    by_version = []
    general = []
    for node in affected:
        if text in (node.id, short_id(node.id)):
            return [node]
        names = {node.name, f"{node.kind}:{node.name}"}
        if node.element == "Activity" and node.time is not None:
            names |= {f"{node.name} {node.time:%Y-%m-%d}"}
        if text in names:
            general.append(node)
        start, at, version = text.rpartition("@")
        if at and version and start in names and any(each.startswith(version) for each in _versions(node)):
            by_version.append(node)
    if general or len(by_version) < 2:
        return general or by_version
    raise AmbiguousReference(
        f"'{text}' could be any of {len(by_version)} affected things",
        nearest=[short_id(node.id) for node in by_version[:_LISTED]],
        hint="give more of the version",
    )


def _versions(node: Affected) -> list[str]:
    """What may stand behind the `@`: the version, and of a run its number."""
    parts = parse_id(node.id)
    return [version for version in (node.version, parts.version if parts else None) if version]


def _in_store(store: Store, text: str) -> list[str]:
    try:
        return [store.resolve(text).id]
    except GraphprovError:
        return []


def _not_affected(store: Store, report: ImpactReport, about: Incident, text: str) -> UnknownReference:
    known = _in_store(store, text)
    if known and known[0] in {node.id for node in report.flawed}:
        return UnknownReference(
            f"'{text}' is what is flawed itself in {about.label}, and nothing that it affects",
            hint="graphprov add invalidation withdraws a version",
        )
    name, at, _ = text.partition("@")
    names = Counter((node.name, node.kind or node.element.lower()) for node in report.affected)
    versions = [short_id(node.id) for node in report.affected if at and name in (node.name, f"{node.kind}:{node.name}")]
    choices = {f"{known} ({kind}, {count:,} affected)": known for (known, kind), count in names.items()}
    near = process.extract(name.rpartition(":")[2], choices, scorer=fuzz.ratio, limit=_NEAREST)
    nearest = versions[:_LISTED] or [told for _, _, told in near]
    what = f"{about.label} does not affect '{text}'" if known else f"{about.label} affects nothing called '{text}'"
    return UnknownReference(what, nearest=nearest, hint=f"graphprov impact --incident {about.typed}")


def owner_named(report: ImpactReport, about: Incident, typed: str) -> Owner:
    """The owner of something affected whom a person means: by name, `kind:name` or id.

    Raises:
        UnknownReference: Nobody of that name owns anything affected; carries who does.
        AmbiguousReference: Several owners have that name; carries them.
    """
    text = typed.strip()
    found = [owner for owner in report.owners if text in (owner.agent.id, short_id(owner.agent.id))]
    found = found or [owner for owner in report.owners if text == owner.agent.name]
    if len(found) == 1:
        return found[0]
    names = {owner.agent.id: short_id(owner.agent.id) for owner in found or report.owners}
    if found:
        raise AmbiguousReference(f"'{text}' could be any of {len(found)} owners", nearest=list(names.values()))
    near = process.extract(text, names, scorer=fuzz.WRatio, limit=_NEAREST)
    raise UnknownReference(
        f"nobody called '{text}' owns anything that {about.label} affects",
        nearest=[name for name, _, _ in near],
        hint=f"`graphprov incident show {about.typed}` lists its owners: name one of them (--as, --of or --only OWNER)",
    )
