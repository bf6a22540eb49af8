"""Pair accounts that might be one person's: same year of birth, same city."""

import sys

import pandas as pd
from rapidfuzz import fuzz

import graphprov

MONTH = sys.argv[1]

with graphprov.auto(name="make-pairs", kind="transforming", on_behalf_of="identity"):
    users = pd.read_csv(f"inbox/despammed-users-{MONTH}.csv")
    small = users[["account_id", "name", "email", "birth_year", "city", "ip"]]
    pairs = small.merge(small, on=["birth_year", "city"], suffixes=("_a", "_b"))
    pairs = pairs[pairs["account_id_a"] < pairs["account_id_b"]]
    last_name = [pairs[f"name_{side}"].str.split().str[-1] for side in "ab"]
    table = (
        pd.DataFrame(
            {
                "account_a": pairs["account_id_a"],
                "account_b": pairs["account_id_b"],
                "name_similarity": [fuzz.ratio(a, b) for a, b in zip(pairs["name_a"], pairs["name_b"], strict=True)],
                "same_last_name": (last_name[0] == last_name[1]).astype(int),
                "same_initial": (pairs["name_a"].str[0] == pairs["name_b"].str[0]).astype(int),
                "same_address": (pairs["ip_a"] == pairs["ip_b"]).astype(int),
            }
        )
        .round(3)
        .sort_values(["account_a", "account_b"])
    )
    table.to_csv(f"data/account-pairs-{MONTH}.csv", index=False)
