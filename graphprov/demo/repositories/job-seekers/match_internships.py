"""Rank the members for internships by the newest model, which may be some months old."""

import sys
from pathlib import Path

import joblib
import pandas as pd
from members import PROFILE

MONTH = sys.argv[1]

members = pd.read_csv(f"inbox/merged-users-{MONTH}.csv")
models = Path("data").glob("internship-ranking-20*.joblib")
model = joblib.load(max(path for path in models if path.stem <= f"internship-ranking-{MONTH}"))
matches = members[["member_id"]].assign(score=model.predict_proba(members[PROFILE])[:, 1].round(6))
matches.to_csv(f"data/internship-matches-{MONTH}.csv", index=False)
