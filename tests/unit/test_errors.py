"""Every error says what is wrong and what to do, and has the exit code that the docs promise."""

from __future__ import annotations

import pytest

from graphprov import errors
from graphprov.errors import GraphprovError

ALL = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, GraphprovError)]
CODES = {
    "GraphprovError": 2,
    "InvalidInput": 2,
    "UnknownReference": 3,
    "AmbiguousReference": 3,
    "EmptyFlaw": 3,
    "PartsOpen": 1,
    "DatabaseAway": 4,
    "WrongPassword": 4,
    "EngineError": 5,
    "StoreRefused": 6,
    "JournalError": 7,
}


def test_exit_codes_are_those_that_scripts_rely_on() -> None:
    assert {error.__name__: error.exit_code for error in ALL} == CODES


@pytest.mark.parametrize("error", ALL)
def test_an_error_carries_what_is_nearest_and_what_to_try(error: type[GraphprovError]) -> None:
    made = error("what is wrong", nearest=["a", "b"], hint="try this")
    assert (str(made), made.message, made.nearest, made.hint) == (
        "what is wrong",
        "what is wrong",
        ("a", "b"),
        "try this",
    )
    assert error.__doc__
    assert error("alone").nearest == ()
