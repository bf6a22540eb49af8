"""Train, once a quarter, the model that says whether two accounts are one person's."""

import json
import sys
from pathlib import Path

import joblib
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import graphprov as gp

MONTH = sys.argv[1]

with gp.run("train-id-merge", kind="training", agent="mei", on_behalf_of="identity", parameters={"C": 1.0}) as run:
    pairs = pd.read_csv(run.used(f"data/account-pairs-{MONTH}.csv", name="account-pairs", kind="feature-table").path)
    merges = pd.read_csv(run.used(f"inbox/confirmed-merges-{MONTH}.csv", name="confirmed-merges").path)
    known = pairs.merge(merges, on=["account_a", "account_b"])
    X, y = known.drop(columns=["account_a", "account_b", "same"]), known["same"]
    model = make_pipeline(StandardScaler(), LogisticRegression(C=1.0)).fit(X, y)
    joblib.dump(model, f"data/id-merge-{MONTH}.joblib")
    run.generated(
        f"data/id-merge-{MONTH}.joblib", name="id-merge", kind="model", metadata={"month": MONTH, "pairs": len(known)}
    )
    result = {"month": MONTH, "pairs": len(known), "f1": round(float(f1_score(y, model.predict(X))), 4)}
    Path(f"data/id-merge-evaluation-{MONTH}.json").write_text(json.dumps(result), encoding="utf-8")
    run.generated(
        f"data/id-merge-evaluation-{MONTH}.json", name="id-merge-evaluation", kind="evaluation", metadata=result
    )
