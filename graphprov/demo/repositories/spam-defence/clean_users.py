"""Remove the accounts that the anti-spam model takes for spam, so that other teams get real people only."""

import json
import sys
from pathlib import Path

import joblib
import pandas as pd

import graphprov as gp

MONTH = sys.argv[1]
THRESHOLD = 0.5

with gp.run(
    "clean-users", kind="cleaning", agent="jonas", on_behalf_of="trust-and-safety", parameters={"threshold": THRESHOLD}
) as run:
    records = run.used(f"inbox/user-records-{MONTH}.csv", name="user-records")
    users = pd.read_csv(f"inbox/user-records-{MONTH}.csv")
    features = pd.read_csv(
        run.used(f"inbox/account-features-{MONTH}.csv", name="account-features", kind="feature-table").path
    )
    blacklist = pd.read_csv(run.used(f"inbox/ip-blacklist-{MONTH}.csv", name="ip-blacklist").path)
    model = joblib.load(run.used(f"data/antispam-{MONTH}.joblib", name="antispam", kind="model").path)

    features["ip_listed"] = features["ip"].isin(blacklist["ip"]).astype(int)
    score = pd.Series(model.predict_proba(features[model.feature_names_in_])[:, 1], index=features["account_id"])
    spam = set(score.index[score > THRESHOLD])

    kept = users[~users["account_id"].isin(spam)]
    kept.to_csv(f"data/despammed-users-{MONTH}.csv", index=False)
    run.generated(
        f"data/despammed-users-{MONTH}.csv",
        name="despammed-users",
        kind="dataset",
        metadata={"month": MONTH, "rows": len(kept)},
    )

    removed = score[score > THRESHOLD].round(4).sort_index().rename("score").reset_index()
    removed.to_csv(f"data/removed-accounts-{MONTH}.csv", index=False)
    run.generated(
        f"data/removed-accounts-{MONTH}.csv",
        name="removed-accounts",
        kind="dataset",
        metadata={"month": MONTH, "rows": len(removed)},
    )

    # Counted on the records as they came, before anything was removed: saying so keeps these figures out of question
    # when the model or the blacklist turns out to be wrong.
    counts = {city: int(n) for city, n in users.groupby("city")["account_id"].size().items()}
    path = Path(f"data/membership-statistics-{MONTH}.json")
    path.write_text(json.dumps({"month": MONTH, "accounts_by_city": counts}), encoding="utf-8")
    statistics = run.generated(path, name="membership-statistics", kind="dataset", metadata={"month": MONTH})
    run.derived(statistics, records)
