"""What a step that failed has left behind: the files among its outputs that it had written by then."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from graphprov.capture.artifacts import Artifact
from graphprov.capture.before import Before
from graphprov.capture.plan import Plan
from graphprov.capture.runs import Run
from graphprov.capture.writer import warn


@contextmanager
def left_behind(
    plan: Plan, run: Run, arguments: Mapping[str, Any], inputs: Mapping[str, list[Artifact]]
) -> Iterator[None]:
    """Record, when the work inside raises, the outputs that are there and not as they were before it.

    What the work itself has said of a path stands. The error goes on, whatever becomes of the recording; a generator
    that is closed early is treated alike, since what it wrote is there too.
    """
    process, outputs = os.getpid(), plan.outputs(arguments)
    before = Before(each.value for each in outputs)
    try:
        yield
    except BaseException:
        if os.getpid() != process or not run.is_open:  # forked from the run's own process, or ended by hand
            raise
        said = {str(each.path) for each in run.generated_artifacts}
        for output, path in zip(outputs, before.written(), strict=True):
            if path is None or path in said:
                continue
            try:
                dataclasses.replace(output, value=path).record(run, inputs)
            except Exception as error:  # the error of the work is what its caller must see
                warn(f"{path} was written by {run.name}, which failed, and could not be recorded: {error}")
        raise
