"""What is wrong with what was recorded, with this machine, and with how both fit together; and what to do about it.

`doctor` is the twin of `graphprov doctor`. It changes nothing: what waits in the journal is told, not sent.
"""

from graphprov.checkup.examine import doctor
from graphprov.checkup.report import CheckResult, DoctorReport, Finding

__all__ = ["CheckResult", "DoctorReport", "Finding", "doctor"]
