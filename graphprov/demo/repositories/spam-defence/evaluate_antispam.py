"""Evaluate the anti-spam model on what moderators decided this month."""

import json
import sys
from pathlib import Path

import joblib
import pandas as pd
from sklearn.metrics import precision_score, recall_score

import graphprov as gp

MONTH = sys.argv[1]

with gp.run("evaluate-antispam", kind="evaluating", agent="jonas", on_behalf_of="trust-and-safety") as run:
    model = joblib.load(run.used(f"data/antispam-{MONTH}.joblib", name="antispam", kind="model").path)
    features = pd.read_csv(
        run.used(f"inbox/account-features-{MONTH}.csv", name="account-features", kind="feature-table").path
    )
    blacklist = pd.read_csv(run.used(f"inbox/ip-blacklist-{MONTH}.csv", name="ip-blacklist").path)
    reports = pd.read_csv(run.used(f"inbox/spam-reports-{MONTH}.csv", name="spam-reports").path)

    features["ip_listed"] = features["ip"].isin(blacklist["ip"]).astype(int)
    decided = features.merge(reports.dropna(subset=["verdict"]), on="account_id")
    truth = (decided["verdict"] == "confirmed").astype(int)
    found = model.predict(decided[model.feature_names_in_])
    result = {
        "month": MONTH,
        "accounts": len(decided),
        "precision": round(float(precision_score(truth, found)), 4),
        "recall": round(float(recall_score(truth, found)), 4),
    }
    Path(f"data/antispam-evaluation-{MONTH}.json").write_text(json.dumps(result), encoding="utf-8")
    run.generated(
        f"data/antispam-evaluation-{MONTH}.json", name="antispam-evaluation", kind="evaluation", metadata=result
    )
