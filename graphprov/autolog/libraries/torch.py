"""PyTorch: `save` and `load`."""

from __future__ import annotations

from graphprov.autolog.table import Library, reads, writes

LIBRARY = Library("torch", {"torch": (*reads("f", "load"), *writes("f", "save"))})
