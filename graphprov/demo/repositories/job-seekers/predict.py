"""Predict who looks for a job, and choose who gets job alerts."""

import sys

import joblib
import pandas as pd
from members import FEATURES

import graphprov as gp

MONTH = sys.argv[1]
THRESHOLD = 0.35

with gp.run(
    "predict-job-seekers", kind="inference", agent="sofia", on_behalf_of="careers", parameters={"threshold": THRESHOLD}
) as run:
    members = pd.read_csv(run.used(f"inbox/merged-users-{MONTH}.csv", name="merged-users").path)
    model = joblib.load(run.used(f"data/job-seeker-{MONTH}.joblib", name="job-seeker", kind="model").path)
    predictions = members[["member_id", "accounts"]].assign(
        probability=model.predict_proba(members[FEATURES])[:, 1].round(4)
    )
    predictions.to_csv(f"data/job-seeker-predictions-{MONTH}.csv", index=False)
    run.generated(
        f"data/job-seeker-predictions-{MONTH}.csv",
        name="job-seeker-predictions",
        kind="predictions",
        metadata={"month": MONTH, "members": len(predictions)},
    )

    recipients = predictions.loc[predictions["probability"] >= THRESHOLD, ["member_id"]]
    recipients.to_csv(f"data/job-alert-recipients-{MONTH}.csv", index=False)
    run.generated(
        f"data/job-alert-recipients-{MONTH}.csv",
        name="job-alert-recipients",
        kind="dataset",
        metadata={"month": MONTH, "members": len(recipients)},
    )
