"""Whether artifacts may pass: what lies behind each, held against the rules of a policy.

Each rule names suspects, such as failed runs or what an open incident says is flawed; a flaw in these is then spread by
the rules of impact through what lies behind the artifacts. So a reason stands only where impact would say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graphprov.analysis.behind import Behind, Touch, WayTo, behind, touches, way_to
from graphprov.analysis.flaw import resolve_flaw
from graphprov.analysis.history import resolutions
from graphprov.analysis.incident_impact import flaw_of
from graphprov.analysis.incidents import incidents
from graphprov.analysis.report import Severity
from graphprov.analysis.rules import RULES_VERSION
from graphprov.errors import AmbiguousReference, EmptyFlaw, InvalidInput, UnknownReference
from graphprov.gate.policy import RULES, Policy, read_policy
from graphprov.gate.report import Checked, GateReport, Reason
from graphprov.model.identity import short_id
from graphprov.model.times import show_time
from graphprov.model.vocabulary import Element
from graphprov.store import Reference, Store
from graphprov.version import VERSION

_SUSPECTS = 20
"""Suspects of one rule that are followed one by one; more are followed together, and one reason stands for them."""
_AT_ONCE = 10_000


def check(store: Store, artifacts: Sequence[str], *, policy: Path | None = None) -> GateReport:
    """Hold artifacts against a policy.

    Args:
        artifacts: Names, ids or paths; a general artifact stands for its newest version.
        policy: The policy's file. Default: every rule, at its strictest.

    Raises:
        InvalidInput: No artifact, or a policy that cannot be read.
        UnknownReference: No such artifact; carries the nearest.
        AmbiguousReference: It could be several things; carries them.
    """
    if not artifacts:
        raise InvalidInput("no artifact was given: expected at least one name, id or path")
    rules = Policy() if policy is None else read_policy(policy)
    found = [_newest(store, store.resolve(given, elements=(Element.ENTITY,))) for given in artifacts]
    numbers = dict(store.ask("numbers_of", ids=[each.id for each in found]).rows)
    around = behind(store, numbers.values())
    notes: list[str] = []
    suspects = [
        *(_flawed(store, rules, notes) if rules.open_incident.on else ()),
        *_suspects(store, around, numbers, rules),
    ]
    reasons = _reasons(store, around, suspects, numbers, rules)
    checked = [
        Checked(
            id=each.id,
            kind=each.kind,
            name=each.name,
            given=given,
            passed=not reasons[each.id],
            reasons=reasons[each.id],
        )
        for given, each in zip(artifacts, found, strict=True)
    ]
    report = GateReport(
        graphprov_version=VERSION,
        rules_version=RULES_VERSION,
        made_at=datetime.now(UTC),
        policy=None if policy is None else str(policy),
        rules=_asked(rules),
        passed=all(each.passed for each in checked),
        artifacts=checked,
        notes=notes,
    )
    return report.model_copy(update={"names": _names(report)})


@dataclass(frozen=True)
class _Suspect:
    """What a rule finds wrong, wherever it reaches.

    Attributes:
        numbers: The store's numbers of what is wrong.
        subjects: Of these, those that are the subjects of an incident.
        says: The reason: what stands before and after how it reaches an artifact.
        itself: The reason where the artifact is it.
        passing: Ids of artifacts for which somebody said that it does not count.
    """

    rule: str
    because: str
    numbers: tuple[int, ...]
    says: tuple[str, str]
    itself: str
    subjects: tuple[int, ...] = ()
    severity: Severity | None = None
    passing: frozenset[str] = frozenset()


def _newest(store: Store, reference: Reference) -> Reference:
    if reference.version is None:
        newest = store.ask("newest_version", id=reference.id).rows
        if newest:
            return store.resolve(str(newest[0][0]), elements=(Element.ENTITY,))
    return reference


def _asked(rules: Policy) -> list[str]:
    return [name for name in RULES if getattr(rules, name.replace("-", "_")).on]


def _flawed(store: Store, rules: Policy, notes: list[str]) -> Iterator[_Suspect]:
    """What the open incidents say is flawed; a note where one does not say that clearly."""
    rule = rules.open_incident
    for incident in incidents(store, state="open"):
        if incident.severity is not None and incident.severity not in rule.severity:
            continue
        try:
            flaw, _ = flaw_of(store, incident)
            resolved = resolve_flaw(store, flaw)
        except (EmptyFlaw, UnknownReference):
            continue  # nothing that was recorded is flawed by it
        except (InvalidInput, AmbiguousReference) as error:
            notes.append(f"incident {incident.number} is open and was not looked at: {error.message}")
            continue
        severity = f", {incident.severity}" if incident.severity else ""
        label = f"incident {incident.number} ({incident.reason}{severity})"
        closed = resolutions(incident.id, incident.history)
        yield _Suspect(
            rule="open-incident",
            because=incident.id,
            numbers=tuple(resolved.numbers),
            subjects=tuple(resolved.subject_numbers),
            says=(f"{label} reaches it ", ""),
            itself=f"{label} says that it is flawed",
            severity=incident.severity,
            passing=frozenset(id_ for id_, said in closed.items() if said.how in rule.resolved),
        )


def _suspects(store: Store, around: Behind, asked: dict[str, int], rules: Policy) -> Iterator[_Suspect]:
    """What is wrong with what lies behind the artifacts."""
    everything = around.around.nodes.tolist()
    kinds = list(rules.unknown_origin.kinds)
    parameters = {"now": datetime.now(UTC), "kinds": kinds, "asked": sorted(asked.values())}
    parameters["unfinished"] = rules.failed_run.unfinished
    for first in range(0, len(everything), _AT_ONCE):
        part = everything[first : first + _AT_ONCE]
        for row in store.ask("suspects", numbers=part, **parameters).dicts():
            if getattr(rules, row["rule"].replace("-", "_")).on:
                yield _suspect(row)


def _suspect(row: dict[str, Any]) -> _Suspect:
    name = short_id(row["id"])
    if row["rule"] == "failed-run":
        run = f"the failed run {name}" if row["status"] else f"the run {name}, which has no end,"
        says, itself = (f"{run} lies behind it ", ""), f"{run} generated it"
    elif row["rule"] == "uncommitted-code":
        says, itself = (f"the uncommitted code {name} lies behind it ", ""), "it was not committed"
    elif row["rule"] == "unknown-origin":
        says, itself = (f"{name}, which lies behind it ", ", has no recorded origin"), "it has no recorded origin"
    else:
        whose = f"the contract or licence of {short_id(row['by'])}" if row["by"] else "its contract or licence"
        ended = f"ended on {show_time(row['ended'])}"
        says = f"{whose if row['by'] else f'the contract or licence of {name}'} {ended}: {name} lies behind it ", ""
        itself = f"{whose} {ended}"
    return _Suspect(row["rule"], row["id"], (row["number"], *row["outputs"]), says, itself)


def _reasons(
    store: Store, around: Behind, suspects: Sequence[_Suspect], asked: Mapping[str, int], rules: Policy
) -> dict[str, list[Reason]]:
    """What speaks against each artifact, given by id and number: by rule in their order, nearest first."""
    found: list[tuple[str, _Suspect, WayTo]] = []
    for rule in _asked(rules):
        certainties = getattr(rules, rule.replace("-", "_")).certainty
        for suspect in _together([each for each in suspects if each.rule == rule]):
            reached = around.reached_from(suspect.numbers, suspect.subjects)
            for id_, number in asked.items():
                way = None if id_ in suspect.passing else way_to(reached, number)
                if way is not None and way.certainty.word in certainties:
                    found.append((id_, suspect, way))
    reasons: dict[str, list[Reason]] = {id_: [] for id_ in asked}
    for (id_, suspect, _), how in zip(found, touches(store, [way for *_, way in found]), strict=True):
        reasons[id_].append(_reason(suspect, how))
    order = {rule: place for place, rule in enumerate(_asked(rules))}
    for mine in reasons.values():
        mine.sort(key=lambda reason: (order[reason.rule], reason.distance, reason.because, reason.says))
    return reasons


def _together(suspects: Sequence[_Suspect]) -> list[_Suspect]:
    """The suspects of a rule, each on its own as long as they are not too many."""
    if len(suspects) <= _SUSPECTS or suspects[0].rule == "open-incident":
        return list(suspects)
    rest = suspects[_SUSPECTS - 1 :]
    numbers = tuple(number for each in rest for number in each.numbers)
    says = f"at least one of {len(rest):,} more such things lies behind it"
    return [*suspects[: _SUSPECTS - 1], _Suspect(rest[0].rule, rest[0].because, numbers, (f"{says} ", ""), says)]


def _reason(suspect: _Suspect, how: Touch) -> Reason:
    relations = "1 relation" if how.distance == 1 else f"{how.distance} relations"
    reaching = f"({how.certainty.word}, {relations} away)".join(suspect.says)
    return Reason(
        rule=suspect.rule,
        says=reaching if how.distance else suspect.itself,
        because=suspect.because,
        certainty=how.certainty.word,
        distance=how.distance,
        severity=suspect.severity,
        why=how.why,
    )


def _names(report: GateReport) -> dict[str, str]:
    ids = {artifact.id for artifact in report.artifacts}
    for artifact in report.artifacts:
        for reason in artifact.reasons:
            ids |= {reason.because, *(end for step in reason.why for end in (step.cause, step.effect))}
    return {id_: short_id(id_) for id_ in sorted(ids)}
