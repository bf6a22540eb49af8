"""Erasing what this machine keeps of forgotten things: in its journal, and in the small files beside it."""

from graphprov.erasure.heeding import ErasureWarning, heed, heed_or_warn
from graphprov.erasure.journal import Erased, erase_from_journal

__all__ = ["Erased", "ErasureWarning", "erase_from_journal", "heed", "heed_or_warn"]
