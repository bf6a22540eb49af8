"""Train, once a quarter, the model that says whether two accounts are one person's."""

import sys

import joblib
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import graphprov

MONTH = sys.argv[1]

with graphprov.auto(name="train-id-merge", kind="training", on_behalf_of="identity"):
    pairs = pd.read_csv(f"data/account-pairs-{MONTH}.csv")
    merges = pd.read_csv(f"inbox/confirmed-merges-{MONTH}.csv")
    known = pairs.merge(merges, on=["account_a", "account_b"])
    X, y = known.drop(columns=["account_a", "account_b", "same"]), known["same"]
    model = make_pipeline(StandardScaler(), LogisticRegression(C=1.0)).fit(X, y)
    joblib.dump(model, f"data/id-merge-{MONTH}.joblib")
    result = pd.Series({"month": MONTH, "pairs": len(known), "f1": round(float(f1_score(y, model.predict(X))), 4)})
    result.to_json(f"data/id-merge-evaluation-{MONTH}.json")
