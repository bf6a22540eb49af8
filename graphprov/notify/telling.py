"""Who is told what, and how it went: one message for each owner, recorded as soon as it is out, and none twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from graphprov.analysis.history import told
from graphprov.analysis.incident_report import Entry, Incident
from graphprov.analysis.parts import owner_named
from graphprov.analysis.report import ImpactReport, Owner
from graphprov.capture.entries import About, notified
from graphprov.capture.writer import Writer
from graphprov.model.vocabulary import Element
from graphprov.notify.notice import Notice, make_notice, mark, marks, open_things, parts_digest
from graphprov.notify.ways import NoAddress, NotDelivered, Way
from graphprov.report.view import view
from graphprov.store import Store

Went = Literal["sent", "would be sent", "nothing new", "nothing open", "no address", "failed"]
NOT_TOLD: tuple[Went, ...] = ("no address", "failed")
"""How it went where somebody who has to know does not know."""


class Outcome(BaseModel):
    """How it went with one owner."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    owner: str = Field(description="The id of the owner.")
    name: str
    contact: str | None
    affected: int
    open: int
    new: int
    went: Went
    to: str | None = Field(default=None, description="Where the message went, or would go.")
    detail: str | None = Field(default=None, description="Why it did not go out.")
    notice: Notice = Field(exclude=True)


class Told(BaseModel):
    """How it went with all owners."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    incident: str
    way: str | None
    owners: list[Outcome]
    nobodys: int = Field(description="Affected things for which nobody is recorded to answer: nobody is told of them.")

    @property
    def complete(self) -> bool:
        """Whether everybody who has to know was told."""
        return not any(each.went in NOT_TOLD for each in self.owners)


def tell(
    store: Store,
    report: ImpactReport,
    about: Incident,
    way: Way | None,
    *,
    writer: Writer | None,
    only: Sequence[str] = (),
    again: bool = False,
    after_each: Callable[[Outcome], None] | None = None,
) -> Told:
    """Tell each owner their part of an incident.

    Args:
        report: The whole report on the incident.
        way: How; None where nothing is sent.
        writer: Records what went out; None where nothing is to be sent, only shown.
        only: Only these owners.
        again: Also what they were told of before.
        after_each: Told how it went with each owner.

    Raises:
        UnknownReference: Somebody of `only` owns nothing affected; carries who does.
        JournalError: A message went out and cannot be recorded.
    """
    chosen = {owner_named(report, about, name).agent.id for name in only}
    owners = [owner for owner in report.owners if not only or owner.agent.id in chosen]
    contacts = _contacts(store, owners)
    had = told(about.history)
    known = _known(store, about.id, way.name if way else None)
    shown, outcomes = view(report), []
    for owner in owners:
        id_ = owner.agent.id
        before = [entry for entry in had.get(id_, []) if way is None or entry.way == way.name]
        notice = make_notice(
            shown,
            about,
            owner,
            contacts[id_],
            known=known.get(id_, set()),
            messages=len(before),
            told_before=before[-1].at if before else None,
            again=again,
        )
        outcomes.append(_one(report, about, owner, notice, way, writer, before))
        if after_each is not None:
            after_each(outcomes[-1])
    theirs = {id_ for owner in report.owners for id_ in owner.affected}
    nobodys = sum(bool(node.to_close) and node.id not in theirs for node in report.affected)
    return Told(incident=about.id, way=way.name if way else None, owners=outcomes, nobodys=nobodys)


def _one(
    report: ImpactReport,
    about: Incident,
    owner: Owner,
    notice: Notice,
    way: Way | None,
    writer: Writer | None,
    before: Sequence[Entry],
) -> Outcome:
    def outcome(went: Went, to: str | None = None, detail: str | None = None) -> Outcome:
        return Outcome(
            owner=owner.agent.id,
            name=owner.agent.name,
            contact=notice.owner.contact,
            affected=notice.affected,
            open=notice.open,
            new=notice.new,
            went=went,
            to=to,
            detail=detail,
            notice=notice,
        )

    if not notice.new:
        return outcome("nothing new" if notice.open else "nothing open")
    try:
        to = way.address(notice.owner.contact) if way else notice.owner.contact
    except NoAddress as error:
        return outcome("no address", detail=str(error))
    if way is None or writer is None:
        return outcome("would be sent", to)
    try:
        way.send(notice, [entry.message for entry in before if entry.message])
    except NotDelivered as error:
        return outcome("failed", to, str(error))
    # All that is open, also what a long message counts and does not list: the owner knows of it now.
    told_of = {each.id for each in open_things(report, owner)}
    notified(
        writer,
        about.id,
        About(owner.agent.id, Element.AGENT),
        details={
            "way": way.name,
            "to": to,
            "parts": notice.open,
            "new": notice.new,
            "parts_digest": parts_digest(report, owner),
            "told": b"".join(sorted(mark(id_) for id_ in told_of)),
            "message": notice.id,
        },
    )
    return outcome("sent", to)


def _contacts(store: Store, owners: Sequence[Owner]) -> Mapping[str, str | None]:
    """Where to reach each owner: their own contact, else that of the nearest they acted for."""
    without = [owner for owner in owners if not owner.agent.contact]
    principals = sorted({id_ for owner in without for id_ in owner.agent.on_behalf_of})
    rows = store.ask("nodes", ids=principals).dicts() if principals else []
    of_principal = {row["id"]: row["properties"].get("contact") for row in rows}
    return {
        owner.agent.id: owner.agent.contact
        or next((contact for id_ in owner.agent.on_behalf_of if (contact := of_principal.get(id_))), None)
        for owner in owners
    }


def _known(store: Store, incident: str, way: str | None) -> dict[str, set[bytes]]:
    """What each owner was told of, as marks; by this way alone, where one is given."""
    known: dict[str, set[bytes]] = {}
    for owner, by, said in store.ask("incident_told", id=incident).rows:
        if way is None or by == way:
            known.setdefault(owner, set()).update(marks(bytes(said)))
    return known
