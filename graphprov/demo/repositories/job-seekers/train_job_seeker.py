"""Train the model that tells who looks for a job, on this month's members and the surveys of two months."""

import sys

import joblib
import pandas as pd
from members import FEATURES, with_answers
from sklearn.ensemble import HistGradientBoostingClassifier

import graphprov as gp

MONTH, MONTH_BEFORE = sys.argv[1], sys.argv[2]
LEARNING_RATE = 0.08

with gp.run(
    "train-job-seeker",
    kind="training",
    agent="sofia",
    on_behalf_of="careers",
    parameters={"learning_rate": LEARNING_RATE, "max_iter": 50, "random_state": 11},
) as run:
    members = pd.read_csv(run.used(f"inbox/merged-users-{MONTH}.csv", name="merged-users").path)
    answers = [
        with_answers(
            members, pd.read_csv(run.used(f"inbox/job-survey-{month}.csv", name="job-survey").path), for_training=True
        )
        for month in sorted({MONTH, MONTH_BEFORE})
    ]
    training = pd.concat(answers)
    model = HistGradientBoostingClassifier(learning_rate=LEARNING_RATE, max_iter=50, random_state=11)
    model.fit(training[FEATURES], training["seeks_job"])
    joblib.dump(model, f"data/job-seeker-{MONTH}.joblib")
    run.generated(
        f"data/job-seeker-{MONTH}.joblib",
        name="job-seeker",
        kind="model",
        metadata={"month": MONTH, "answers": len(training)},
    )
