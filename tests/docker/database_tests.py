"""A pytest plugin that keeps only tests of the database: those that ask for the `neo4j` fixture.

`python -m pytest -p tests.docker.database_tests tests/db` leaves out what starts an embedded server of its own.
"""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the other tests out."""
    kept = [item for item in items if "neo4j" in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept
