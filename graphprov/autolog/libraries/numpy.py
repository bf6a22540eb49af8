"""numpy: arrays as files, binary and text."""

from __future__ import annotations

from graphprov.autolog.table import Library, reads, writes

LIBRARY = Library(
    "numpy",
    {
        "numpy": (
            *reads("file", "load"),
            *reads("file", "fromfile", parameters=("file", "dtype", "count", "sep", "offset")),
            *reads("fname", "genfromtxt", "loadtxt"),
            *writes("file", "save", suffix=".npy"),
            *writes("file", "savez", "savez_compressed", suffix=".npz"),
            *writes("fname", "savetxt"),
        )
    },
)
