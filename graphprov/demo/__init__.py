"""The demo: a pipeline that really runs, a delivery that was really wrong, and the report of what it touched."""

from __future__ import annotations

from importlib.util import find_spec

from graphprov.errors import InvalidInput

_NEEDED = {"joblib": "joblib", "numpy": "numpy", "pandas": "pandas", "sklearn": "scikit-learn"}


def check_packages() -> None:
    """Refuse to begin where a package is missing that only the demo needs.

    Raises:
        InvalidInput: One is; says which, and how to install it.
    """
    if missing := [name for module, name in _NEEDED.items() if find_spec(module) is None]:
        raise InvalidInput(f"the demo needs {' and '.join(missing)}", hint="pip install 'graphprov[demo]'")
