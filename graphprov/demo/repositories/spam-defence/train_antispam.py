"""Train the anti-spam model on the labelled accounts of the last three months."""

import sys
from pathlib import Path

import joblib
import pandas as pd
from months import last_months
from sklearn.ensemble import HistGradientBoostingClassifier

import graphprov as gp

MONTH = sys.argv[1]
WINDOW_MONTHS = 3
MAX_ITER = 40


@gp.step(kind="transforming", on_behalf_of="trust-and-safety")
def build_training_set(
    account_features: gp.In[list[Path]],
    spam_labels: gp.In[list[Path]],
    ip_blacklists: gp.In[list[Path]],
    training_set: gp.Out[Path],
) -> None:
    parts = []
    for features_file, labels, blacklist in zip(account_features, spam_labels, ip_blacklists, strict=True):
        features = pd.read_csv(features_file)
        features["ip_listed"] = features["ip"].isin(pd.read_csv(blacklist)["ip"]).astype(int)
        parts.append(features.merge(pd.read_csv(labels), on="account_id").drop(columns="ip"))
    pd.concat(parts).to_csv(training_set, index=False)


@gp.step(kind="training", on_behalf_of="trust-and-safety")
def train_antispam(training_set: gp.In[Path], antispam: gp.Out[Path], max_iter: gp.Param[int]) -> None:
    training = pd.read_csv(training_set)
    X, y = training.drop(columns=["account_id", "spam"]), training["spam"]
    model = HistGradientBoostingClassifier(max_iter=max_iter, learning_rate=0.1, random_state=7).fit(X, y)
    joblib.dump(model, antispam)


months = last_months(MONTH, WINDOW_MONTHS)
training_set = Path(f"data/antispam-training-set-{MONTH}.csv")
build_training_set(
    [Path(f"inbox/account-features-{month}.csv") for month in months],
    [Path(f"inbox/spam-labels-{month}.csv") for month in months],
    [Path(f"inbox/ip-blacklist-{month}.csv") for month in months],
    training_set,
)
train_antispam(training_set, Path(f"data/antispam-{MONTH}.joblib"), MAX_ITER)
