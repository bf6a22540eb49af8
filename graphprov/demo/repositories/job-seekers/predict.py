"""Predict who looks for a job, and choose who gets job alerts."""

import sys

import joblib
import pandas as pd
from members import FEATURES

MONTH = sys.argv[1]
THRESHOLD = 0.35

members = pd.read_csv(f"inbox/merged-users-{MONTH}.csv")
model = joblib.load(f"data/job-seeker-{MONTH}.joblib")
predictions = members[["member_id", "accounts"]].assign(
    probability=model.predict_proba(members[FEATURES])[:, 1].round(4)
)
predictions.to_csv(f"data/job-seeker-predictions-{MONTH}.csv", index=False)

recipients = predictions.loc[predictions["probability"] >= THRESHOLD, ["member_id"]]
recipients.to_csv(f"data/job-alert-recipients-{MONTH}.csv", index=False)
