"""A report by hand in which everything occurs that a report can say: every relation and rule, every certainty, paths
without number, an incident with parts closed in every way, things cleared, unknown and cut.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

from graphprov.analysis.report import (
    Affected,
    Cleared,
    Cut,
    FlawedNode,
    ImpactReport,
    IncidentNote,
    Owner,
    Resolution,
    Responsible,
    Step,
    Subject,
)
from graphprov.model.identity import artifact_id, parse_id, short_id
from graphprov.model.vocabulary import KINDS

LABELLER = artifact_id("organization", "labelling-partner")
INCIDENT = artifact_id("incident", "3f1c09b2a7d4e865")
START = datetime(2026, 4, 6, 2, 0, tzinfo=UTC)
STEP = timedelta(hours=3)

_KINDS = {
    "ticket-labels": "dataset",
    "april-bundle": "dataset",
    "intent-model": "model",
    "intent-distilled": "model",
    "intent-scores": "evaluation",
    "intent-tickets": "predictions",
    "review-queue": "dataset",
    "featurize": "code-version",
    "features": "feature-table",
    "feature-pack": "dataset",
    "feature-part-1": "dataset",
    "style-guide": "dataset",
    "replies": "predictions",
    "triage-tickets": "predictions",
    "train-intent": "training",
    "evaluate-intent": "evaluating",
    "serve-intent": "inference",
    "retrain-nightly": "training",
    "canary": "inference",
    "build-features": "transforming",
    "nightly-features": "transforming",
    "write-replies": "inference",
    "triage": "inference",
}

# cause, relation as recorded, effect, certainty, rule of `docs/impact.md`
_STEPS = """
    ticket-labels    HAD_MEMBER           april-bundle      declared  membership up
    april-bundle     USED                 train-intent      inferred  use
    train-intent     WAS_GENERATED_BY     intent-model      inferred  processing
    train-intent     WAS_INFORMED_BY      evaluate-intent   inferred  communication
    evaluate-intent  WAS_GENERATED_BY     intent-scores     inferred  processing
    intent-model     WAS_DERIVED_FROM     intent-distilled  declared  derivation
    intent-distilled SPECIALIZATION_OF    intent-distilled* possible  unversioned use
    intent-distilled* USED                serve-intent      possible  unversioned use
    serve-intent     WAS_GENERATED_BY     intent-tickets    inferred  processing
    intent-tickets   WAS_INFLUENCED_BY    review-queue      possible  influence
    review-queue     WAS_STARTED_BY       retrain-nightly   possible  influence
    review-queue     WAS_ENDED_BY         canary            possible  influence
    featurize        USED                 build-features    inferred  code
    featurize        WAS_ASSOCIATED_WITH  nightly-features  inferred  code
    build-features   WAS_GENERATED_BY     features          inferred  code
    features         WAS_DERIVED_FROM     feature-pack      declared  derivation
    feature-pack     HAD_MEMBER           feature-part-1    declared  membership down
    ticket-labels    WAS_DERIVED_FROM     style-guide*      declared  derivation
    style-guide*     SPECIALIZATION_OF    style-guide       declared  specialisation
    style-guide      USED                 write-replies     inferred  use
    write-replies    WAS_GENERATED_BY     replies           inferred  processing
    intent-model     SAME_CONTENT_AS      intent.bin        declared  same content
    features         MENTION_OF           audited-features  declared  specialisation
    feature-pack     USED                 train-intent      inferred  use
    intent-model     USED                 triage            inferred  use
    triage           WAS_GENERATED_BY     triage-tickets    inferred  processing
"""
_PATHS: dict[str, object] = {
    "intent-model": 3,
    "intent-distilled": 3,
    "intent-tickets": 6,
    "triage-tickets": "infinite",
    "triage": "infinite",
    "review-queue": 10**30,
    "april-bundle": 1,
    "train-intent": 3,
}
_CLOSED = {
    "intent-scores": ("rerun", "ines", "evaluated again on clean labels"),
    "style-guide": ("accepted", "otto", "two examples, checked by hand"),
    "replies": ("not-affected", "otto", None),
    "feature-part-1": ("deleted", "ines", None),
    "intent-model": ("rerun", "ines", None),
}
_WHO = {
    "ines": ("ines@help.example", "ml-platform"),
    "otto": ("otto@help.example", "writing"),
    "noor": (None, "support"),
}
_OWNERS = {
    "ines": ("april-bundle", "train-intent", "intent-model", "intent-distilled", "intent-scores", "feature-part-1"),
    "otto": ("style-guide", "write-replies", "replies"),
    "noor": ("serve-intent", "intent-tickets", "review-queue", "triage", "triage-tickets"),
}
_FLAWED = ("ticket-labels", "featurize")


def _id(name: str) -> str:
    if name.endswith("*"):
        return artifact_id(_KINDS[name[:-1]], name[:-1])
    if name not in _KINDS:
        return f"http://help.example/audit#{name}"
    at = list(_KINDS).index(name)
    return artifact_id(_KINDS[name], name, f"{(at + 1) * 0x9E3779B97F4A7C15 % 2**64:016x}" * 4)


def incident_report() -> ImpactReport:
    """What a labelling partner's wrong labels and a wrong `featurize` have touched, half of it closed already."""
    steps = []
    for line in _STEPS.strip().splitlines():
        cause, relation, effect, certainty, rule = line.split(maxsplit=4)
        steps.append(
            Step(
                relation=relation,
                cause=_id(cause),
                effect=_id(effect),
                certainty=certainty,
                rule=rule,
                role="code" if rule == "code" and relation == "USED" else None,
            )
        )
    why: dict[str, list[Step]] = {_id(name): [] for name in _FLAWED}
    for _ in steps:  # shortest paths, by rounds
        for step in steps:
            before = why.get(step.cause)
            if before is not None and (step.effect not in why or len(before) + 1 < len(why[step.effect])):
                why[step.effect] = [*before, step]
    general = _id("intent-distilled*")  # is read, and not affected itself
    names = {_id(name): name for name in _KINDS}
    order = sorted((one for one in why if why[one] and one != general), key=lambda one: (len(why[one]), one))
    rows = [_row(one, why[one], names) for one in order]
    makers = {step.cause for step in steps if step.relation == "WAS_GENERATED_BY" and step.effect in order}
    rows = [row.model_copy(update={"to_close": row.element == "Entity" or row.id not in makers}) for row in rows]
    owners = [_with_parts(_owner(person), rows) for person in _WHO]
    counts: dict[str, int] = defaultdict(int)
    live: dict[str, int] = defaultdict(int)
    for row in rows:
        counts[row.kind or "entity"] += 1
        if row.state == "live":
            live[row.kind or "entity"] += 1
    legacy, copy = artifact_id("model", "intent-legacy", "v1"), artifact_id("dataset", "labels-copy", "4c" * 32)
    on_paths = {(step.cause, step.effect) for path in why.values() for step in path}
    return ImpactReport(
        graphprov_version="0.1.0",
        made_at=START + timedelta(days=60, hours=7),
        subjects=[
            Subject(
                id=LABELLER, element="Agent", kind="organization", name="labelling-partner", given="labelling-partner"
            ),
            Subject(
                id=_id("featurize"),
                element="Entity",
                kind="code-version",
                name="featurize",
                given="code-version:featurize",
            ),
        ],
        since=datetime(2026, 4, 1, tzinfo=UTC),
        until=datetime(2026, 4, 16, tzinfo=UTC),
        as_known_on=START + timedelta(days=59),
        incidents=[
            IncidentNote(
                id=INCIDENT,
                number="3f1c09b2a7d4",
                state="open",
                severity="high",
                reason="Labels of the first half of April were shifted by one row",
                since=datetime(2026, 4, 1, tzinfo=UTC),
                until=datetime(2026, 4, 16, tzinfo=UTC),
                found_by="noor",
                found_at=START + timedelta(days=57),
            )
        ],
        complete=False,
        cut=[
            Cut(
                what="why",
                shown=len(rows) - 2,
                total=len(rows),
                how="follow `via` from the first cause of each, or ask for fewer with --limit",
            )
        ],
        flawed=[
            FlawedNode(
                id=_id(name),
                kind=_KINDS[name],
                name=name,
                version=parse_id(_id(name)).version[:12],
                time=START if name == "ticket-labels" else None,
                subject=LABELLER if name == "ticket-labels" else _id(name),
            )
            for name in _FLAWED
        ],
        counts=dict(counts),
        live=dict(live),
        total=len(rows),
        to_close=sum(row.to_close for row in rows),
        resolved=_resolved(rows),
        affected=rows,
        owners=owners,
        cleared=[
            Cleared(
                id=artifact_id("dataset", "train-log", "7b" * 32),
                kind="dataset",
                name="train-log",
                version="7b7b7b7b7b7b",
                rule="precision",
                activity=_id("train-intent"),
            )
        ],
        time_unknown=[_id("featurize")],
        unknown_origin=[legacy],
        look_at_also=[copy],
        relations=[step for step in steps if (step.cause, step.effect) not in on_paths],
        names={one: short_id(one) for one in (*why, legacy, copy, LABELLER, *map(_agent, _WHO))},
        notes=["A run that failed may have written its output before it failed."],
    )


def _resolved(rows: list[Affected]) -> dict[str, int]:
    closed = Counter(row.resolution.how for row in rows if row.to_close and row.resolution)
    return dict(sorted(closed.items()))


def _with_parts(owner: Owner, rows: list[Affected]) -> Owner:
    theirs = [row for row in rows if row.id in owner.affected]
    told = {"to_close": sum(row.to_close for row in theirs), "resolved": _resolved(theirs)}
    return owner.model_copy(update=told)


def _row(identifier: str, path: list[Step], names: dict[str, str]) -> Affected:
    parts = parse_id(identifier)
    kind = parts.kind if parts else None
    name = names.get(identifier) or (parts.name if parts else identifier)
    run = kind is not None and KINDS[kind].element == "Activity"
    certainty = max((step.certainty for step in path), key=("declared", "inferred", "possible").index)
    how, by, note = _CLOSED.get(name, (None, None, None))
    resolution = how and Resolution(incident=INCIDENT, how=how, by=_agent(by), at=START + timedelta(days=58), note=note)
    state = "superseded" if name in ("intent-model", "style-guide") else "invalidated" if name == "features" else "live"
    return Affected(
        id=identifier,
        element="Activity" if run else "Entity",
        kind=kind,
        name=name,
        version=parts.version[:12] if parts and parts.version else None,
        time=None if parts is None else START + len(path) * STEP,
        distance=len(path),
        certainty=certainty,
        state=None if run else state,
        failed=name == "nightly-features",
        why=path if name != "canary" else None,
        via=path[-2:] if path[-1].relation == "WAS_GENERATED_BY" else path[-1:],
        responsible=[_agent(person) for person, theirs in _OWNERS.items() if name in theirs],
        paths=_PATHS.get(name, 2 if run else None),
        resolution=resolution,
    )


def _agent(person: str) -> str:
    return artifact_id("person", person)


def _owner(person: str) -> Owner:
    contact, team = _WHO[person]
    about = Responsible(
        id=_agent(person),
        kind="person",
        name=person,
        contact=contact,
        relation="WAS_ASSOCIATED_WITH",
        on_behalf_of=[artifact_id("organization", team)],
    )
    return Owner(agent=about, organizations=[team], affected=[_id(name) for name in _OWNERS[person]])
