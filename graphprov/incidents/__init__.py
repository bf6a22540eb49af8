"""Incidents: what turned out to be wrong, whom it concerns, and how far everybody is.

These are the twins of `graphprov incident ...`. Each call opens the configured database and finds the incident there by
its number. What it records is committed to the journal of this machine before it is sent. Where no database answers,
`amend`, `close`, `reopen`, `acknowledge` and `resolve` record all the same, unchecked, what is named in full;
`graphprov sync` sends it later.

>>> import graphprov as gp
>>> [name for name in gp.incidents.__all__ if name.islower()]
['acknowledge', 'affecting', 'amend', 'close', 'find', 'get', 'notify', 'open', 'reopen', 'resolve']
"""

from graphprov.analysis.incident_report import Affecting, Incident
from graphprov.incidents.notifying import notify
from graphprov.incidents.opening import open  # noqa: A004  (the word that people use)
from graphprov.incidents.reading import affecting, find, get
from graphprov.incidents.saying import acknowledge, amend, close, reopen, resolve
from graphprov.incidents.session import Recorded

__all__ = [
    "Affecting",
    "Incident",
    "Recorded",
    "acknowledge",
    "affecting",
    "amend",
    "close",
    "find",
    "get",
    "notify",
    "open",
    "reopen",
    "resolve",
]
