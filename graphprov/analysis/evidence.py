"""A report as evidence: sealed by a digest over all it says, signed if wanted, and made again to see whether it holds.

Whoever doubts a report can have it checked in two ways. Its digest tells whether the file still says what it said when
it was made; a signature, who made it. And the store, asked as it was known then, tells whether it was true.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from graphprov import signing
from graphprov.analysis.flaw import Flaw
from graphprov.analysis.forgotten_since import forgotten_ids, told_since
from graphprov.analysis.impact import impact
from graphprov.analysis.incident_impact import impact_of
from graphprov.analysis.incidents import incident
from graphprov.analysis.report import (
    SCHEMA_VERSION,
    Affected,
    Cleared,
    Evidence,
    FlawedNode,
    ImpactReport,
    Owner,
    Signature,
)
from graphprov.analysis.rules import RULES_VERSION
from graphprov.errors import GraphprovError, InvalidInput
from graphprov.store import Store

_MADE_ANEW = frozenset({"made_at", "graphprov_version", "schema_version", "evidence", "as_known_on"})
"""What differs between two reports that say the same."""
_SINCE = {4: frozenset({"maker"})}
"""What reports say since which minor version: an older one cannot have said it."""
_MOST = 20
"""Differences of one kind that are told."""


class Verification(BaseModel):
    """What became of a check."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: str = "1.1"
    file: str
    verdict: Literal["same", "forgotten since", "different", "changed"] = Field(
        description="`same`: the store says the same as known then; `forgotten since`: it does, but for what was"
        " forgotten on request since; `different`: it does not; `changed`: the file does not say what it said when it"
        " was made."
    )
    digest: Literal["fits", "does not fit", "none"]
    signature: Literal["valid", "invalid", "of another key", "none"]
    signed_by: str | None = Field(default=None, description="The public key.")
    known_until: datetime | None = None
    differences: list[str] = Field(default_factory=list, description="What the store says otherwise, in sentences.")
    forgotten: list[str] = Field(
        default_factory=list, description="What the report says and the store has forgotten since, in sentences."
    )
    notes: list[str] = Field(default_factory=list, description="What else a reader must know to judge.")


def seal(report: ImpactReport, key: Path | None = None) -> ImpactReport:
    """The report with its digest, over all else that it says; signed where a private key's file is given.

    Raises:
        InvalidInput: The report has no evidence to seal, or the key cannot be used.
    """
    if report.evidence is None:
        raise InvalidInput("this report was not made by a store, so that there is nothing to vouch for")
    bare = report.evidence.model_copy(update={"digest": None, "signature": None})
    digest = _digest(json.loads(report.model_copy(update={"evidence": bare}).model_dump_json()))
    signature = None
    if key is not None:
        public, value = signing.sign(key, _message(digest))
        signature = Signature(public_key=public, value=value)
    return report.model_copy(update={"evidence": bare.model_copy(update={"digest": digest, "signature": signature})})


def read_report(text: str, file: str = "the report") -> tuple[ImpactReport, Mapping[str, Any]]:
    """A report from its JSON form, and that form as it stands.

    Raises:
        InvalidInput: It is no report that this graphprov can read; says where and why.
    """
    try:
        raw = json.loads(text)
    except ValueError as error:
        hint = "give the JSON form: graphprov impact ... --output impact.json"
        raise InvalidInput(f"{file} is no JSON: {error}", hint=hint) from error
    if not isinstance(raw, dict) or "schema_version" not in raw or "affected" not in raw:
        raise InvalidInput(f"{file} is no impact report: expected the JSON form of `graphprov impact`")
    if str(raw["schema_version"]).partition(".")[0] != SCHEMA_VERSION.partition(".")[0]:
        raise InvalidInput(
            f"{file} has the schema version {raw['schema_version']}: this graphprov reads {SCHEMA_VERSION}",
            hint="use the graphprov that made it, or a newer one",
        )
    try:
        return ImpactReport.model_validate_json(text), raw
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(
            f"{file} is no impact report that this graphprov can read: {where}: {first['msg']}"
        ) from error


def verify(store: Store, text: str, *, file: str = "the report", key: str | None = None) -> Verification:
    """Check a report: whether it is as it was made, by whom, and whether the store still says so as known then.

    Args:
        text: Its JSON form.
        file: What messages call it.
        key: The public key that must have signed it, in hexadecimal digits.

    Raises:
        InvalidInput: It is no report, or one without evidence.
    """
    report, raw = read_report(text, file)
    evidence = report.evidence
    if evidence is None:
        raise InvalidInput(f"{file} carries no evidence: it was made by an older graphprov, or not by a store")
    digest, signature = check_seal(report, raw, key)
    notes = list(_notes(store, report, evidence))
    wrong = digest == "does not fit" or signature in ("invalid", "of another key")
    differences: list[str] = []
    forgotten: list[str] = []
    if not wrong:
        differences, forgotten, own = _differences(store, report, evidence)
        if own:
            notes.append(f"what somebody wrote into it, and no store says: {' '.join(own)}")
    return Verification(
        file=file,
        verdict="changed" if wrong else "different" if differences else "forgotten since" if forgotten else "same",
        digest=digest,
        signature=signature,
        signed_by=evidence.signature.public_key if evidence.signature else None,
        known_until=report.as_known_on or evidence.known_until,
        differences=differences,
        forgotten=forgotten,
        notes=notes,
    )


def check_seal(
    report: ImpactReport, raw: Mapping[str, Any], key: str | None
) -> tuple[Literal["fits", "does not fit", "none"], Literal["valid", "invalid", "of another key", "none"]]:
    """Whether the digest fits what a report says, and the signature the digest.

    Args:
        raw: The report's JSON form as it stands, whatever fields this graphprov knows.
        key: The public key that must have signed it.
    """
    evidence = report.evidence
    assert evidence is not None  # noqa: S101  (the caller looked)
    if evidence.digest is None:
        return "none", "none" if evidence.signature is None and key is None else "invalid"
    bare = {**raw["evidence"], "digest": None, "signature": None}
    digest: Literal["fits", "does not fit"] = (
        "fits" if _digest({**raw, "evidence": bare}) == evidence.digest else "does not fit"
    )
    signed = evidence.signature
    if signed is None:
        return digest, "none" if key is None else "invalid"
    if not signing.is_signed(signed.public_key, signed.value, _message(evidence.digest)):
        return digest, "invalid"
    return digest, "valid" if key is None or signed.public_key == key else "of another key"


def _notes(store: Store, report: ImpactReport, evidence: Evidence) -> Iterator[str]:
    if evidence.digest is None:
        yield "it carries no digest: nothing tells whether it is as it was made but what the store says"
    if evidence.store != store.id:
        yield (
            f"it was made by the store {evidence.store}, this one is {store.id}: what a store learnt when is its own,"
            " so another one may know the same and still not have known it then"
        )
    if evidence.rules_version != RULES_VERSION:
        yield f"it was made by version {evidence.rules_version} of the rules, this graphprov has {RULES_VERSION}"
    if not evidence.settled and report.as_known_on is None:
        yield "the store learnt more while it was made: it may hold some of that"


def _differences(store: Store, report: ImpactReport, evidence: Evidence) -> tuple[list[str], list[str], list[str]]:
    """What the store says otherwise, what it has forgotten since, in sentences; and the notes that it does not make."""
    known_on = report.as_known_on or evidence.known_until
    try:
        again = _again(store, report, known_on)
    except GraphprovError as error:
        return [f"the store cannot make it again: {error.message}"], [], []
    again = _as_typed(report, again)
    told = list(_told(report, again))
    forgotten: list[str] = []
    if told and (ids := forgotten_ids(store)):
        since = told_since(report, again, ids)
        left = list(_told(since, again))
        forgotten = list(_told(report, since))
        report, told = since, left
    own = [note for note in report.notes if note not in again.notes]
    return told, forgotten, own


def _again(store: Store, report: ImpactReport, known_on: datetime) -> ImpactReport:
    fixed = [each.id for each in report.contained.by] if report.contained else []
    if len(report.incidents) == 1:
        about = incident(store, report.incidents[0].id, known_on=known_on)
        return impact_of(store, about, kinds=report.kinds, limit=report.limit, known_on=known_on, contained_by=fixed)
    flaw = Flaw(tuple(subject.id for subject in report.subjects), report.since, report.until)
    return impact(store, flaw, kinds=report.kinds, limit=report.limit, known_on=known_on, contained_by=fixed)


def _as_typed(report: ImpactReport, again: ImpactReport) -> ImpactReport:
    """A report that was made again by ids, with what was typed for them at first."""
    typed = {subject.id: subject.given for subject in report.subjects}
    changes: dict[str, Any] = {
        "subjects": [each.model_copy(update={"given": typed.get(each.id, each.given)}) for each in again.subjects]
    }
    if report.contained and again.contained:
        fixed = {each.id: each.given for each in report.contained.by}
        by = [each.model_copy(update={"given": fixed.get(each.id, each.given)}) for each in again.contained.by]
        changes["contained"] = again.contained.model_copy(update={"by": by})
    return again.model_copy(update=changes)


def _told(report: ImpactReport, again: ImpactReport) -> Iterator[str]:
    """What the report made again says otherwise, in sentences."""
    minor = int(report.schema_version.partition(".")[2])
    newer = frozenset(name for since, names in _SINCE.items() if minor < since for name in names)
    for what in ("flawed", "affected", "cleared", "owners"):
        before, after = ({_id(one): one for one in getattr(each, what)} for each in (report, again))
        yield from _listed(f"{what}: no longer there", sorted(before.keys() - after.keys()))
        yield from _listed(f"{what}: not in the report", sorted(after.keys() - before.keys()))
        changed = [
            f"{id_} ({', '.join(fields)})"
            for id_ in sorted(before.keys() & after.keys())
            if (fields := _changed(before[id_], after[id_], newer))
        ]
        yield from _listed(f"{what}: said otherwise", changed)
    told = {"flawed", "affected", "cleared", "owners", "notes", *_MADE_ANEW}
    if unsaid := [note for note in again.notes if note not in report.notes]:
        yield f"notes: the report leaves out: {' '.join(unsaid)}"
    for name in _changed(report, again, told):
        yield f"{name}: {_brief(getattr(report, name))} in the report, {_brief(getattr(again, name))} in the store"


def _id(one: FlawedNode | Affected | Cleared | Owner) -> str:
    return one.agent.id if isinstance(one, Owner) else one.id


def _changed(one: BaseModel, other: BaseModel, skipped: set[str] | frozenset[str] = frozenset()) -> list[str]:
    return [
        name for name in type(one).model_fields if name not in skipped and getattr(one, name) != getattr(other, name)
    ]


def _listed(what: str, items: list[str]) -> Iterator[str]:
    if items:
        more = f" and {len(items) - _MOST:,} more" if len(items) > _MOST else ""
        yield f"{what} ({len(items):,}): {', '.join(items[:_MOST])}{more}"


def _brief(value: object) -> str:
    if isinstance(value, list | dict):
        return f"{len(value):,} entries"
    return str(value)


def _digest(content: Mapping[str, Any]) -> str:
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(canonical.encode(errors='surrogatepass')).hexdigest()}"


def _message(digest: str) -> bytes:
    """What is signed: the digest, and what it is the digest of, so that no other signature can be put in its place."""
    return f"graphprov impact report {digest}".encode()
