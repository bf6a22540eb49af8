"""Remove the accounts that the anti-spam model takes for spam, so that other teams get real people only."""

import json
import sys
from pathlib import Path

import joblib
import pandas as pd

import graphprov as gp

MONTH = sys.argv[1]
THRESHOLD = 0.5


# The statistics are counted on the records as they came, before anything was removed: saying so keeps these figures out
# of question when the model or the blacklist turns out to be wrong.
@gp.step(kind="cleaning", on_behalf_of="trust-and-safety", derived={"statistics": ["user_records"]})
def clean_users(
    user_records: gp.In[Path],
    account_features: gp.In[Path],
    ip_blacklist: gp.In[Path],
    antispam: gp.In[Path],
    despammed_users: gp.Out[Path],
    removed_accounts: gp.Out[Path],
    statistics: gp.Out[Path],
    threshold: gp.Param[float],
) -> None:
    users, features = pd.read_csv(user_records), pd.read_csv(account_features)
    blacklist, model = pd.read_csv(ip_blacklist), joblib.load(antispam)

    features["ip_listed"] = features["ip"].isin(blacklist["ip"]).astype(int)
    score = pd.Series(model.predict_proba(features[model.feature_names_in_])[:, 1], index=features["account_id"])
    spam = set(score.index[score > threshold])
    users[~users["account_id"].isin(spam)].to_csv(despammed_users, index=False)
    removed = score[score > threshold].round(4).sort_index().rename("score").reset_index()
    removed.to_csv(removed_accounts, index=False)

    counts = {city: int(n) for city, n in users.groupby("city")["account_id"].size().items()}
    statistics.write_text(json.dumps({"month": MONTH, "accounts_by_city": counts}), encoding="utf-8")


clean_users(
    Path(f"inbox/user-records-{MONTH}.csv"),
    Path(f"inbox/account-features-{MONTH}.csv"),
    Path(f"inbox/ip-blacklist-{MONTH}.csv"),
    Path(f"data/antispam-{MONTH}.joblib"),
    Path(f"data/despammed-users-{MONTH}.csv"),
    Path(f"data/removed-accounts-{MONTH}.csv"),
    Path(f"data/membership-statistics-{MONTH}.json"),
    THRESHOLD,
)
