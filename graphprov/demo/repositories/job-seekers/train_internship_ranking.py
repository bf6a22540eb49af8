"""Train, twice a year, the model that says who would like to see internships, on what members searched for."""

import sys

import joblib
import pandas as pd
from members import PROFILE
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import graphprov as gp

MONTH = sys.argv[1]

with gp.run(
    "train-internship-ranking", kind="training", agent="sofia", on_behalf_of="careers", parameters={"C": 1.0}
) as run:
    members = pd.read_csv(run.used(f"inbox/merged-users-{MONTH}.csv", name="merged-users").path)
    model = make_pipeline(StandardScaler(), LogisticRegression(C=1.0))
    model.fit(members[PROFILE], members["internship_searches"] > 0)
    joblib.dump(model, f"data/internship-ranking-{MONTH}.joblib")
    run.generated(
        f"data/internship-ranking-{MONTH}.joblib",
        name="internship-ranking",
        kind="model",
        metadata={"month": MONTH, "members": len(members)},
    )
