"""Train the anti-spam model on the labelled accounts of the last three months."""

import sys

import joblib
import pandas as pd
from months import last_months
from sklearn.ensemble import HistGradientBoostingClassifier

import graphprov as gp

MONTH = sys.argv[1]
WINDOW_MONTHS = 3
MAX_ITER = 40

with gp.run(
    "build-training-set",
    kind="transforming",
    agent="jonas",
    on_behalf_of="trust-and-safety",
    parameters={"window_months": WINDOW_MONTHS},
) as run:
    parts = []
    for month in last_months(MONTH, WINDOW_MONTHS):
        features = pd.read_csv(
            run.used(f"inbox/account-features-{month}.csv", name="account-features", kind="feature-table").path
        )
        labels = pd.read_csv(run.used(f"inbox/spam-labels-{month}.csv", name="spam-labels").path)
        blacklist = pd.read_csv(run.used(f"inbox/ip-blacklist-{month}.csv", name="ip-blacklist").path)
        features["ip_listed"] = features["ip"].isin(blacklist["ip"]).astype(int)
        parts.append(features.merge(labels, on="account_id").drop(columns="ip"))
    training = pd.concat(parts)
    training.to_csv(f"data/antispam-training-set-{MONTH}.csv", index=False)
    run.generated(
        f"data/antispam-training-set-{MONTH}.csv",
        name="antispam-training-set",
        kind="feature-table",
        metadata={"month": MONTH, "rows": len(training)},
    )

with gp.run(
    "train-antispam",
    kind="training",
    agent="jonas",
    on_behalf_of="trust-and-safety",
    parameters={"max_iter": MAX_ITER, "learning_rate": 0.1, "random_state": 7},
) as run:
    training = pd.read_csv(
        run.used(f"data/antispam-training-set-{MONTH}.csv", name="antispam-training-set", kind="feature-table").path
    )
    X, y = training.drop(columns=["account_id", "spam"]), training["spam"]
    model = HistGradientBoostingClassifier(max_iter=MAX_ITER, learning_rate=0.1, random_state=7).fit(X, y)
    joblib.dump(model, f"data/antispam-{MONTH}.joblib")
    run.generated(
        f"data/antispam-{MONTH}.joblib",
        name="antispam",
        kind="model",
        metadata={"month": MONTH, "training_accuracy": round(float(model.score(X, y)), 4)},
    )
