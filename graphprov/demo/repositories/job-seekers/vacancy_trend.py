"""Fit how the number of open posts moves, from the vacancies of two months. No member is in it."""

import sys

import joblib
import pandas as pd
from sklearn.linear_model import Ridge

MONTH, MONTH_BEFORE = sys.argv[1], sys.argv[2]

parts = [
    pd.read_csv(f"inbox/vacancies-{month}.csv").assign(month=number)
    for number, month in enumerate(sorted({MONTH, MONTH_BEFORE}))
]
posts = pd.concat(parts)
X = pd.get_dummies(posts[["branch"]]).assign(week=posts["month"] * 4 + posts["week"]).astype(float)
model = Ridge(alpha=1.0).fit(X, posts["open_posts"])
joblib.dump(model, f"data/vacancy-trend-{MONTH}.joblib")
