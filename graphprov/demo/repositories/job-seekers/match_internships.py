"""Rank the members for internships by the newest model, which may be some months old."""

import sys
from pathlib import Path

import joblib
import pandas as pd
from members import PROFILE

import graphprov as gp

MONTH = sys.argv[1]

with gp.run("match-internships", kind="inference", agent="sofia", on_behalf_of="careers") as run:
    members = pd.read_csv(run.used(f"inbox/merged-users-{MONTH}.csv", name="merged-users").path)
    models = Path("data").glob("internship-ranking-20*.joblib")
    newest = max(path for path in models if path.stem <= f"internship-ranking-{MONTH}")
    model = joblib.load(run.used(newest, name="internship-ranking", kind="model").path)
    matches = members[["member_id"]].assign(score=model.predict_proba(members[PROFILE])[:, 1].round(6))
    matches.to_csv(f"data/internship-matches-{MONTH}.csv", index=False)
    run.generated(
        f"data/internship-matches-{MONTH}.csv",
        name="internship-matches",
        kind="predictions",
        metadata={"month": MONTH, "members": len(matches)},
    )
