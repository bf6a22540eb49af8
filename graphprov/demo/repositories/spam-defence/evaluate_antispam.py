"""Evaluate the anti-spam model on what moderators decided this month."""

import json
import sys
from pathlib import Path

import joblib
import pandas as pd
from sklearn.metrics import precision_score, recall_score

import graphprov as gp

MONTH = sys.argv[1]


@gp.step(kind="evaluating", on_behalf_of="trust-and-safety")
def evaluate_antispam(
    antispam: gp.In[Path],
    account_features: gp.In[Path],
    ip_blacklist: gp.In[Path],
    spam_reports: gp.In[Path],
    evaluation: gp.Out[Path],
) -> None:
    model = joblib.load(antispam)
    features = pd.read_csv(account_features)
    features["ip_listed"] = features["ip"].isin(pd.read_csv(ip_blacklist)["ip"]).astype(int)
    decided = features.merge(pd.read_csv(spam_reports).dropna(subset=["verdict"]), on="account_id")
    truth = (decided["verdict"] == "confirmed").astype(int)
    found = model.predict(decided[model.feature_names_in_])
    result = {
        "month": MONTH,
        "accounts": len(decided),
        "precision": round(float(precision_score(truth, found)), 4),
        "recall": round(float(recall_score(truth, found)), 4),
    }
    evaluation.write_text(json.dumps(result), encoding="utf-8")


evaluate_antispam(
    Path(f"data/antispam-{MONTH}.joblib"),
    Path(f"inbox/account-features-{MONTH}.csv"),
    Path(f"inbox/ip-blacklist-{MONTH}.csv"),
    Path(f"inbox/spam-reports-{MONTH}.csv"),
    Path(f"data/antispam-evaluation-{MONTH}.json"),
)
