"""That two identifiers mean the same thing: said by somebody for a reason, and taken back if it was wrong.

Both are statements (`alternateOf`, PROV-DM 5.5.2, and its contrary), so that one can see later who said what and when;
what was said last counts.
"""

from __future__ import annotations

from collections.abc import Collection

from graphprov.capture.agents import AgentLike, as_agent, mention
from graphprov.capture.writer import Writer
from graphprov.errors import InvalidInput
from graphprov.model.statements import Relation
from graphprov.model.vocabulary import Element, RelationType

_COMPARABLE = (Element.ENTITY, Element.AGENT)


def say_same(
    writer: Writer,
    first: tuple[str, Collection[Element]],
    second: tuple[str, Collection[Element]],
    *,
    reason: str,
    by: AgentLike | None = None,
    undo: bool = False,
) -> None:
    """Record that two identifiers mean the same thing or, with `undo`, that they do not after all.

    Args:
        first: An id, and the PROV types of what it names; an agent may be an entity too (PROV-DM 5.3.1).
        second: The other one.
        reason: How one knows.
        by: Who says so. Default: the user.

    Raises:
        InvalidInput: The reason is empty, both are one, or they share no type that things can be the same in.
    """
    if not reason.strip():
        raise InvalidInput("the reason is empty: expected how one knows, in a few words")
    if first[0] == second[0]:
        raise InvalidInput(f"{first[0]} was given twice: expected two identifiers of one thing")
    shared = [element for element in _COMPARABLE if element in first[1] and element in second[1]]
    if not shared:
        raise InvalidInput(
            f"{first[0]} is an {_words(first[1])} and {second[0]} an {_words(second[1])}: only two entities, or two"
            " agents, can be the same thing"
        )
    agent = as_agent(by or writer.user, "person")
    claim = Relation(
        type=RelationType.NOT_ALTERNATE_OF if undo else RelationType.ALTERNATE_OF,
        source=first[0],
        source_element=shared[0],
        target=second[0],
        target_element=shared[0],
        # The moment tells the same said again, after it was taken back, from the same said once.
        metadata={"reason": writer.redactor.text(reason), "said_by": agent.id, "said_at": writer.now()},
    )
    writer.record([mention(agent), claim])


def _words(types: Collection[Element]) -> str:
    return " and ".join(element.lower() for element in types)
