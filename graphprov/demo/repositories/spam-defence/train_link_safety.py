"""Train the model that warns of harmful links. It learns from links alone: no account, no address."""

import sys

import joblib
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import graphprov as gp

MONTH = sys.argv[1]

with gp.run(
    "train-link-safety", kind="training", agent="jonas", on_behalf_of="trust-and-safety", parameters={"C": 1.0}
) as run:
    links = pd.read_csv(run.used(f"inbox/reported-links-{MONTH}.csv", name="reported-links").path)
    X, y = links.drop(columns=["link_id", "harmful"]), links["harmful"]
    model = make_pipeline(StandardScaler(), LogisticRegression(C=1.0)).fit(X, y)
    joblib.dump(model, f"data/link-safety-{MONTH}.joblib")
    run.generated(
        f"data/link-safety-{MONTH}.joblib",
        name="link-safety",
        kind="model",
        metadata={"month": MONTH, "training_accuracy": round(float(model.score(X, y)), 4)},
    )
