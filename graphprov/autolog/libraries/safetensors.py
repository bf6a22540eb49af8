"""safetensors: `save_file` and `load_file` for numpy and torch."""

from __future__ import annotations

from graphprov.autolog.table import Library, reads, writes

_CALLS = (*reads("filename", "load_file"), *writes("filename", "save_file"))

LIBRARY = Library("safetensors", {"safetensors.numpy": _CALLS, "safetensors.torch": _CALLS})
