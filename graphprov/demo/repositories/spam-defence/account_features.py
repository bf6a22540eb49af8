"""Turn user records into the features of the anti-spam model that need nothing but the records."""

import sys

import pandas as pd

MONTH = sys.argv[1]

users = pd.read_csv(f"inbox/user-records-{MONTH}.csv")
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
