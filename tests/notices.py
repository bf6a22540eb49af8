"""Messages made by hand for the tests of forms and ways, harmless and hostile."""

from __future__ import annotations

from typing import Any

from graphs import day

from graphprov.analysis.report import IncidentNote
from graphprov.notify.notice import Command, Notice, Recipient, Thing

HOSTILE = "x\r\nBcc: all@jobs.example\r\n\r\n<script>alert(1)</script> | `a` ``` @everyone \u202e"


def thing(name: str = "antispam@9c1d04", **more: Any) -> Thing:
    fields = {
        "id": f"urn:graphprov:model:{name}",
        "label": name,
        "kind": "model",
        "name": name.partition("@")[0],
        "distance": 2,
        "certainty": "inferred",
        "state": "live",
        "why": ["bl@1", "train 2026-03-04", name],
    }
    return Thing(**{**fields, **more})


def notice(*things: Thing, **more: Any) -> Notice:
    shown = list(things) or [thing()]
    fields: dict[str, Any] = {
        "id": "0123abcd" * 5,
        "made_at": day(20),
        "incident": IncidentNote(
            id="urn:graphprov:incident:3f2a81d9c0b1e2f3",
            number="3f2a81",
            state="open",
            severity="high",
            reason="the deliveries list whole campuses",
            since=day(1),
            until=day(5),
            found_by="eve",
            found_at=day(19),
        ),
        "subjects": ["netshield"],
        "owner": Recipient(
            id="urn:graphprov:person:ada", name="ada", contact="ada@jobs.example", organizations=["team"]
        ),
        "affected": len(shown),
        "open": len(shown),
        "new": len(shown),
        "counts": {"model": len(shown)},
        "live": sum(each.state == "live" for each in shown),
        "things": shown,
        "to_do": [Command(does="Say that you know of it", type="graphprov incident acknowledge 3f2a81 --as ada")],
    }
    return Notice(**{**fields, **more})


def hostile() -> Notice:
    """A message in which every name that comes from outside attacks."""
    return notice(
        thing(HOSTILE, kind=HOSTILE, why=[HOSTILE]),
        incident=IncidentNote(id="i", number=HOSTILE, state="open", reason=HOSTILE, found_by=HOSTILE),
        subjects=[HOSTILE],
        owner=Recipient(id=HOSTILE, name=HOSTILE, contact="ada@jobs.example", organizations=[HOSTILE]),
        counts={HOSTILE: 1},
        to_do=[Command(does="Do", type=f"graphprov incident resolve {HOSTILE}")],
    )
