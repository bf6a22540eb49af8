"""Fit how the number of open posts moves, from the vacancies of two months. No member is in it."""

import sys

import joblib
import pandas as pd
from sklearn.linear_model import Ridge

import graphprov as gp

MONTH, MONTH_BEFORE = sys.argv[1], sys.argv[2]

with gp.run(
    "fit-vacancy-trend", kind="training", agent="sofia", on_behalf_of="careers", parameters={"alpha": 1.0}
) as run:
    parts = [
        pd.read_csv(run.used(f"inbox/vacancies-{month}.csv", name="vacancies").path).assign(month=number)
        for number, month in enumerate(sorted({MONTH, MONTH_BEFORE}))
    ]
    posts = pd.concat(parts)
    X = pd.get_dummies(posts[["branch"]]).assign(week=posts["month"] * 4 + posts["week"]).astype(float)
    model = Ridge(alpha=1.0).fit(X, posts["open_posts"])
    joblib.dump(model, f"data/vacancy-trend-{MONTH}.joblib")
    run.generated(
        f"data/vacancy-trend-{MONTH}.joblib",
        name="vacancy-trend",
        kind="model",
        metadata={"month": MONTH, "posts": int(posts["open_posts"].sum())},
    )
