"""Turn user records into the features of the anti-spam model that need nothing but the records."""

import sys

import pandas as pd

import graphprov as gp

MONTH = sys.argv[1]

with gp.run("account-features", kind="transforming", agent="amara", on_behalf_of="trust-and-safety") as run:
    users = pd.read_csv(run.used(f"inbox/user-records-{MONTH}.csv", name="user-records").path)
    domain = users["email"].str.split("@").str[1]
    features = pd.DataFrame(
        {
            "account_id": users["account_id"],
            "ip": users["ip"],
            "accounts_at_ip": users.groupby("ip")["account_id"].transform("size"),
            "campus_mail": domain.str.startswith("campus").astype(int),
            "company_mail": domain.str.startswith("company").astype(int),
            "age_days": users["age_days"],
            "messages_a_day": users["messages_a_day"],
            "link_share": users["link_share"],
            "profile_fields": users["profile_fields"],
        }
    )
    features.to_csv(f"data/account-features-{MONTH}.csv", index=False)
    run.generated(
        f"data/account-features-{MONTH}.csv",
        name="account-features",
        kind="feature-table",
        metadata={"month": MONTH, "rows": len(features)},
    )
