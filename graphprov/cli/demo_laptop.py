"""`graphprov` as it is typed on a simulated laptop: the command line, with that laptop's clock, names and run numbers.

The demo puts a `graphprov` on the laptop's PATH that starts this module, and says in the variable `DEMO_LAPTOP` who
types and when; the engineer's shell scripts need not know.
"""

from __future__ import annotations

import json
import os
from datetime import datetime

from graphprov.capture.simulation import Simulation, simulated
from graphprov.cli.app import main
from graphprov.demo.clock import ticking
from graphprov.demo.worker import LAPTOP

if __name__ == "__main__":
    host, user, starts_at, number = json.loads(os.environ.pop(LAPTOP))
    with simulated(Simulation(ticking(datetime.fromisoformat(starts_at)), host, user, lambda: number)):
        main()
