"""Merge the accounts that the ID-merge model takes for one person's, and add up what they did."""

import sys
from pathlib import Path

import joblib
import pandas as pd

import graphprov

MONTH = sys.argv[1]
THRESHOLD = 0.5


def groups(accounts: pd.Series, pairs: pd.DataFrame) -> pd.Series:
    """For each account the first account of its group (union-find)."""
    parent = {account: account for account in accounts}

    def root(account: str) -> str:
        while parent[account] != account:
            account = parent[account]
        return account

    for a, b in zip(pairs["account_a"], pairs["account_b"], strict=True):
        first, second = sorted((root(a), root(b)))
        parent[second] = first
    return accounts.map(root)


with graphprov.auto(name="merge-users", kind="merging", on_behalf_of="identity", parameters={"threshold": THRESHOLD}):
    users = pd.read_csv(f"inbox/despammed-users-{MONTH}.csv")
    pairs = pd.read_csv(f"data/account-pairs-{MONTH}.csv")
    newest = max(path for path in Path("data").glob("id-merge-20*.joblib") if path.stem <= f"id-merge-{MONTH}")
    model = joblib.load(newest)

    same = pairs[model.predict_proba(pairs[model.feature_names_in_])[:, 1] > THRESHOLD]
    users["member_id"] = groups(users["account_id"], same)
    merged = (
        users.groupby("member_id")
        .agg(
            accounts=("account_id", lambda ids: " ".join(sorted(ids))),
            name=("name", "first"),
            city=("city", "first"),
            birth_year=("birth_year", "first"),
            age_days=("age_days", "max"),
            messages_a_day=("messages_a_day", "sum"),
            job_page_visits=("job_page_visits", "sum"),
            internship_searches=("internship_searches", "sum"),
            cv_updates=("cv_updates", "sum"),
            profile_views=("profile_views", "sum"),
        )
        .round(3)
        .reset_index()
    )
    merged.to_csv(f"data/merged-users-{MONTH}.csv", index=False)
