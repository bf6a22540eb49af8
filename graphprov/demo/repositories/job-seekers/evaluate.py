"""Evaluate the predictions on the half of the survey that was not used for training."""

import json
import sys
from pathlib import Path

import pandas as pd
from members import with_answers

MONTH = sys.argv[1]

predictions = pd.read_csv(f"data/job-seeker-predictions-{MONTH}.csv")
survey = pd.read_csv(f"inbox/job-survey-{MONTH}.csv")
# Only members that we still have can be looked up: who was removed before us is missing here, too.
answered = with_answers(predictions, survey, for_training=False)
# How often somebody who seeks a job is ranked above somebody who does not (Mann and Whitney), which is the AUC.
seeks, ranks = answered["seeks_job"] == 1, answered["probability"].rank()
yes, no = int(seeks.sum()), int((~seeks).sum())
auc = (ranks[seeks].sum() - yes * (yes + 1) / 2) / (yes * no)
result = {"month": MONTH, "members": len(answered), "auc": round(float(auc), 4)}
Path(f"data/job-seeker-evaluation-{MONTH}.json").write_text(json.dumps(result), encoding="utf-8")
