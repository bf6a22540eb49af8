"""What a validation found, as people and programs read it: `Judgement` is the JSON form."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, computed_field


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Step(_Told):
    """One step of a cycle of events: the one has to come before the other.

    Attributes:
        before: An event in words, such as "the generation of ex:e1".
        after: The event that it precedes.
        strictly: Whether the two cannot be simultaneous.
        constraint: Name of the constraint that says so.
        number: Its number in PROV-CONSTRAINTS.
        statements: Those it follows from.
    """

    before: str
    after: str
    strictly: bool
    constraint: str
    number: int
    statements: list[str]


class Finding(_Told):
    """A constraint that is not kept, or looks as if it were not.

    Attributes:
        constraint: Its name, as in the recommendation.
        number: Its number in PROV-CONSTRAINTS; None for one from elsewhere.
        source: Where it stands.
        statements: Those that it is about, much as PROV-N writes them, with the line where the format has lines.
        lines: The lines of those statements.
        why: What is wrong, in a sentence.
        bundle: The bundle that holds them; None at the top of the document.
    """

    constraint: str
    number: int | None
    source: str
    statements: list[str]
    lines: list[int]
    why: str
    bundle: str | None = None


class Violation(Finding):
    """A constraint that is not kept: the document describes nothing that can have happened.

    Attributes:
        cycle: For an ordering constraint, the events that each would precede the next, and the last the first.
    """

    cycle: list[Step] = []


class Suspicion(Finding):
    """Times that contradict the order of events. PROV-CONSTRAINTS does not order events by time, so this is valid."""


class Judgement(_Told):
    """Whether a document is valid, and what is wrong with it.

    Attributes:
        violations: What makes it invalid; none where it is valid.
        warnings: What is suspicious, but valid.
    """

    violations: list[Violation] = []
    warnings: list[Suspicion] = []

    @computed_field  # type: ignore[prop-decorator]  # mypy knows no decorated property
    @property
    def valid(self) -> bool:
        """Whether every definition, inference and constraint holds."""
        return not self.violations
