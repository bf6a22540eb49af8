"""Train the model that warns of harmful links. It learns from links alone: no account, no address."""

import sys
from pathlib import Path

import joblib
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import graphprov as gp

MONTH = sys.argv[1]


@gp.step(kind="training", on_behalf_of="trust-and-safety")
def train_link_safety(reported_links: gp.In[Path], link_safety: gp.Out[Path], c: gp.Param[float] = 1.0) -> None:
    links = pd.read_csv(reported_links)
    X, y = links.drop(columns=["link_id", "harmful"]), links["harmful"]
    model = make_pipeline(StandardScaler(), LogisticRegression(C=c)).fit(X, y)
    joblib.dump(model, link_safety)


train_link_safety(Path(f"inbox/reported-links-{MONTH}.csv"), Path(f"data/link-safety-{MONTH}.joblib"))
