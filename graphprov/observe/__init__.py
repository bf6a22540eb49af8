"""Running a command and watching which files it reads and writes.

| module | what it does |
| --- | --- |
| `command` | the whole: `run_command` |
| `running` | starts the command, passes signals on, ends like it |
| `observers` | who watches: strace, Python's audit events, nobody |
| `strace_lines`, `hook` | what they tell, as `events` |
| `ledger` | what the events come to: read before, written, moved, gone |
| `notebooks` | which notebook a command executes, with which parameters |
| `policy` | which files count, and why others do not |
| `judgement` | inputs and outputs that count, data sets of many files as one |
| `recording` | their digests, and what is recorded of them |
"""

from graphprov.observe.command import Options, Outcome, run_command
from graphprov.observe.running import CannotStart, Ended

__all__ = ["CannotStart", "Ended", "Options", "Outcome", "run_command"]
