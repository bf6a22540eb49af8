"""Evaluate the predictions on the half of the survey that was not used for training."""

import json
import sys
from pathlib import Path

import pandas as pd
from members import with_answers
from sklearn.metrics import roc_auc_score

import graphprov as gp

MONTH = sys.argv[1]

with gp.run("evaluate-job-seeker", kind="evaluating", agent="sofia", on_behalf_of="careers") as run:
    predictions = pd.read_csv(
        run.used(f"data/job-seeker-predictions-{MONTH}.csv", name="job-seeker-predictions", kind="predictions").path
    )
    survey = pd.read_csv(run.used(f"inbox/job-survey-{MONTH}.csv", name="job-survey").path)
    # Only members that we still have can be looked up: who was removed before us is missing here, too.
    answered = with_answers(predictions, survey, for_training=False)
    result = {
        "month": MONTH,
        "members": len(answered),
        "auc": round(float(roc_auc_score(answered["seeks_job"], answered["probability"])), 4),
    }
    Path(f"data/job-seeker-evaluation-{MONTH}.json").write_text(json.dumps(result), encoding="utf-8")
    run.generated(
        f"data/job-seeker-evaluation-{MONTH}.json", name="job-seeker-evaluation", kind="evaluation", metadata=result
    )
