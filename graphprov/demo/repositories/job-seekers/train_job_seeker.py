"""Train the model that tells who looks for a job, on this month's members and the surveys of two months."""

import sys

import joblib
import pandas as pd
from members import FEATURES, with_answers
from sklearn.ensemble import HistGradientBoostingClassifier

MONTH, MONTH_BEFORE = sys.argv[1], sys.argv[2]

members = pd.read_csv(f"inbox/merged-users-{MONTH}.csv")
answers = [
    with_answers(members, pd.read_csv(f"inbox/job-survey-{month}.csv"), for_training=True)
    for month in sorted({MONTH, MONTH_BEFORE})
]
training = pd.concat(answers)
model = HistGradientBoostingClassifier(learning_rate=0.08, max_iter=50, random_state=11)
model.fit(training[FEATURES], training["seeks_job"])
joblib.dump(model, f"data/job-seeker-{MONTH}.joblib")
