"""The report and the lineage as `graphprov.impact` and `graphprov.lineage` return them: data with its forms at hand.

The analyses return plain data and know nothing of forms (`graphprov.analysis.report`); these two add methods to it and
no field, so both have one JSON form, and whatever takes the one takes the other.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphprov import report as forms
from graphprov.analysis.lineage import Lineage as LineageData
from graphprov.analysis.report import ImpactReport as ReportData
from graphprov.report import words

if TYPE_CHECKING:
    import pandas
    import polars

_IN_TEXT = 100
"""How many of the affected `str` lists."""


class ImpactReport(ReportData):
    """What a flaw has touched, why, and whom to tell.

    A notebook shows it as a table with the lineage drawn; `str` is the text that the command line prints. All forms are
    in `graphprov.report`, and `graphprov guide reports` says which is for whom.
    """

    @classmethod
    def of(cls, data: ReportData) -> ImpactReport:
        """The same report, with its forms at hand; nothing is copied."""
        return cls.model_construct(data.model_fields_set, **dict(data))

    def write(self, path: str | Path, format: str | None = None) -> Path:  # noqa: A002 - the word users know
        """Write it to a file in the form that the suffix says; see `graphprov.report.write`."""
        return forms.write(self, path, format)

    def to_frame(self) -> Any:
        """The affected nodes as a data frame of pandas, or else of polars, whichever is installed."""
        return forms.to_frame(self)

    def to_pandas(self) -> pandas.DataFrame:
        """The affected nodes as a pandas frame."""
        return forms.to_pandas(self)

    def to_polars(self) -> polars.DataFrame:
        """The affected nodes as a polars frame."""
        return forms.to_polars(self)

    def __repr__(self) -> str:
        # Not all fields: a report may hold 700,000 nodes, and a prompt that prints it would be lost.
        whom = words.visible(words.middle(", ".join(subject.name for subject in self.subjects), 80))
        owners = words.number(len(self.owners), "owner")
        complete = "" if self.complete else ", not complete"
        return f"<ImpactReport of {whom}: {self.total:,} affected, {owners}{complete}>"

    def __str__(self) -> str:
        from graphprov.report.fewer import fewer

        return forms.to_text(fewer(self, _IN_TEXT, "report.to_frame()"), 80)

    def _repr_html_(self) -> str:
        from graphprov.report import notebook

        return notebook.of_report(self)


class Lineage(LineageData):
    """Everything behind one thing, each node and relation once; a notebook draws it."""

    @classmethod
    def of(cls, data: LineageData) -> Lineage:
        """The same lineage, with its forms at hand; nothing is copied."""
        return cls.model_construct(data.model_fields_set, **dict(data))

    def _repr_html_(self) -> str:
        from graphprov.report import notebook

        return notebook.of_lineage(self)
