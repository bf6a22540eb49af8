"""PROV-CONSTRAINTS: whether a document describes something that can have happened, and if not, why."""

from graphprov.constraints.files import FileJudgement, Verdict, judge_files
from graphprov.constraints.judgement import Finding, Judgement, Step, Suspicion, Violation
from graphprov.constraints.rules import RULES, Rule
from graphprov.constraints.validate import validate

__all__ = [
    "RULES",
    "FileJudgement",
    "Finding",
    "Judgement",
    "Rule",
    "Step",
    "Suspicion",
    "Verdict",
    "Violation",
    "judge_files",
    "validate",
]
