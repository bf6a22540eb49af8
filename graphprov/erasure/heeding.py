"""A laptop heeds what a store has forgotten: after each sync its journal says no more of it than the store does."""

from __future__ import annotations

import warnings
from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING

from graphprov.erasure.beside import erase_beside
from graphprov.erasure.journal import Erased, erase_from_journal, not_in_journal
from graphprov.errors import JournalError
from graphprov.model.statements import CLASSES, Statement
from graphprov.model.vocabulary import Element
from graphprov.store.erasing import tombstones
from graphprov.store.merge import Said

if TYPE_CHECKING:
    from graphprov.journal import Journal
    from graphprov.store import Store


def heed(journal: Journal, store: Store) -> Erased:
    """Erase from a journal, and from the file beside it, what a store has forgotten; keep the tombstones there.

    The tombstones are recorded in this journal too, so that a store which is filled from it anew forgets as well.

    Raises:
        JournalError: A file cannot be written.
    """
    if not journal.path.exists() or not store.ask("forgotten_count").rows[0][0]:
        return Erased(0)
    found = tombstones(store.ask("forgotten_nodes", ids=None).rows)
    ids = sorted({id_ for id_, *_ in found})
    erase_beside(journal.path, ids)  # first: what the journal cannot do yet, it does at the next try
    done = erase_from_journal(journal.path, ids)
    if done.records:
        store.erase_relations(ids)
        _keep(journal, store, found)
    return done


class ErasureWarning(UserWarning):
    """What a store has forgotten could not be erased here yet."""


def heed_or_warn(journal: Journal, store: Store) -> None:
    """As `heed`; trouble is a warning, since what was sent is sent, and the next sync tries again."""
    try:
        done = heed(journal, store)
    except JournalError as error:
        warnings.warn(f"graphprov: {error.message}; {error.hint}", ErasureWarning, stacklevel=2)
        return
    if done.damaged:
        numbers = ", ".join(map(str, done.damaged))
        warnings.warn(
            f"graphprov: damaged records of the journal {journal.path} name what was forgotten, and were left as they"
            f" are: {numbers}",
            ErasureWarning,
            stacklevel=2,
        )


def _keep(journal: Journal, store: Store, found: list[tuple[str, Element, str, Said]]) -> None:
    missing = not_in_journal(journal.path, {digest for _, _, digest, _ in found})
    by_time: dict[datetime, list[Statement]] = defaultdict(list)
    for id_, element, digest, said in found:
        if digest not in missing:
            continue
        by_time[said.first].append(CLASSES[element](id=id_, **said.properties))
    all_sent = journal.through(store.id) == journal.last_number()
    for moment, statements in sorted(by_time.items()):
        journal.append(statements, recorded_at=moment)
    if all_sent:  # the store has them: it is where they come from
        journal.confirm(store.id, journal.last_number())
