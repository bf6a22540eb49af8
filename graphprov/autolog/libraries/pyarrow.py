"""pyarrow: Parquet, CSV, JSON, ORC, Feather, IPC, data sets, and files opened by itself."""

from __future__ import annotations

from graphprov.autolog.table import Arguments, Call, Library, Touched, keeps, reads, writes


def _memory_map(arguments: Arguments) -> Touched:
    path, mode = arguments.get("path"), str(arguments.get("mode"))
    if "r" in mode and "+" not in mode:
        return Touched(reads=(path,))
    return Touched(writes=(path,), keeps=keeps(mode), complete=False)


def _dataset(arguments: Arguments) -> Touched:
    source = arguments.get("source")
    return (
        Touched(reads=(source,))
        if isinstance(source, str | list | tuple) or hasattr(source, "__fspath__")
        else (
            Touched()  # tables, batches and other data sets
        )
    )


LIBRARY = Library(
    "pyarrow",
    {
        "pyarrow": (
            Call("memory_map", _memory_map, ("path", "mode")),
            *reads("source", "input_stream"),
            *writes("source", "output_stream", complete=False),
        ),
        "pyarrow.csv": (*reads("input_file", "read_csv", "open_csv"), *writes("output_file", "write_csv")),
        "pyarrow.dataset": (
            Call("dataset", _dataset, ("source",)),
            *reads("metadata_path", "parquet_dataset"),
            *writes("base_dir", "write_dataset"),
        ),
        "pyarrow.feather": (*reads("source", "read_table", "read_feather"), *writes("dest", "write_feather")),
        "pyarrow.ipc": (
            *reads("source", "open_file", "open_stream"),
            *writes("sink", "new_file", "new_stream", complete=False),
        ),
        "pyarrow.json": reads("input_file", "read_json", "open_json"),
        "pyarrow.orc": (
            *reads("source", "read_table", "ORCFile.__init__"),
            *writes("where", "write_table"),
            *writes("where", "ORCWriter.__init__", complete=False),
        ),
        "pyarrow.parquet": (
            *reads("source", "read_table", "read_pandas", "ParquetFile.__init__"),
            *reads("path_or_paths", "ParquetDataset.__init__"),
            *writes("where", "write_table"),
            *writes("where", "ParquetWriter.__init__", complete=False),
            *writes("root_path", "write_to_dataset"),
        ),
    },
)
