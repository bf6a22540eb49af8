"""Journals as whole files: moved from laptop to laptop (`portable`), looked over and saved when damaged (`salvage`)."""

from graphprov.journals.portable import Moved, export_journal, import_journal
from graphprov.journals.salvage import Salvaged, check, salvage

__all__ = ["Moved", "Salvaged", "check", "export_journal", "import_journal", "salvage"]
