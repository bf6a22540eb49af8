"""Recording: runs, what they used and made, sources and what they delivered.

The functions here are the methods of one `Recorder` that follows the environment: its settings, the machine's clock,
host and user.
"""

from graphprov.capture.agents import AgentRef
from graphprov.capture.annotations import In, Out, Param
from graphprov.capture.artifacts import Artifact
from graphprov.capture.databases import sql
from graphprov.capture.recorder import DefaultRecorder, Recorder
from graphprov.capture.remote import Remote, s3, url
from graphprov.capture.runs import Run
from graphprov.capture.surrounding import current_run
from graphprov.capture.writer import RecordingWarning

__all__ = [
    "AgentRef",
    "Artifact",
    "In",
    "Out",
    "Param",
    "Recorder",
    "RecordingWarning",
    "Remote",
    "Run",
    "agent",
    "artifact",
    "current_run",
    "dataset",
    "incident",
    "invalidate",
    "model",
    "receive",
    "run",
    "s3",
    "source",
    "sql",
    "step",
    "url",
]

_default = DefaultRecorder()

agent = _default.agent
artifact = _default.artifact
dataset = _default.dataset
incident = _default.incident
invalidate = _default.invalidate
model = _default.model
receive = _default.receive
run = _default.run
source = _default.source
step = _default.step
