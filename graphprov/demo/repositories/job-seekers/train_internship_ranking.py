"""Train, twice a year, the model that says who would like to see internships, on what members searched for."""

import sys

import joblib
import pandas as pd
from members import PROFILE
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

MONTH = sys.argv[1]

members = pd.read_csv(f"inbox/merged-users-{MONTH}.csv")
model = make_pipeline(StandardScaler(), LogisticRegression(C=1.0))
model.fit(members[PROFILE], members["internship_searches"] > 0)
joblib.dump(model, f"data/internship-ranking-{MONTH}.joblib")
