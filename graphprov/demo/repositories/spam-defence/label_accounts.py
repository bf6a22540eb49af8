"""Label accounts as spam or not, from what moderators decided and, where they did not, from the purchased blacklist."""

import sys

import numpy as np
import pandas as pd

MONTH = sys.argv[1]

users = pd.read_csv(f"inbox/user-records-{MONTH}.csv")
reports = pd.read_csv(f"inbox/spam-reports-{MONTH}.csv")
blacklist = pd.read_csv(f"inbox/ip-blacklist-{MONTH}.csv")

table = users[["account_id", "ip", "age_days"]].merge(reports, on="account_id", how="left")
listed = table["ip"].isin(blacklist["ip"])
reported = table["reports"].fillna(0) > 0
undecided = table["verdict"].isna()
table["spam"] = np.select(
    [
        table["verdict"] == "confirmed",
        table["verdict"] == "cleared",
        undecided & reported & listed,  # nobody looked, but the blacklist agrees with who reported it
        undecided & ~reported & ~listed & (table["age_days"] > 90),
    ],
    [1, 0, 1, 0],
    default=-1,  # we cannot tell: not used for training
)
labels = table.loc[table["spam"] >= 0, ["account_id", "spam"]].sort_values("account_id")
labels.to_csv(f"data/spam-labels-{MONTH}.csv", index=False)
