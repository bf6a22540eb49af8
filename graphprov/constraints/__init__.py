"""PROV-CONSTRAINTS: whether a document describes something that can have happened, and if not, why."""

from graphprov.constraints.judgement import Judgement, Step, Suspicion, Violation
from graphprov.constraints.rules import RULES, Rule
from graphprov.constraints.validate import validate

__all__ = ["RULES", "Judgement", "Rule", "Step", "Suspicion", "Violation", "validate"]
