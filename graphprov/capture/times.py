"""Moments as people give them to what records: see `graphprov.model.times`."""

from __future__ import annotations

from graphprov.model.times import Moment, as_moment

__all__ = ["Moment", "as_moment"]
