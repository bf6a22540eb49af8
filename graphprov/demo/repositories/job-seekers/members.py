"""What the job-seeker scripts share: the features, and whom a survey's answer belongs to."""

import pandas as pd

FEATURES = [
    "birth_year",
    "age_days",
    "messages_a_day",
    "job_page_visits",
    "internship_searches",
    "cv_updates",
    "profile_views",
]
PROFILE = ["birth_year", "age_days", "messages_a_day", "cv_updates", "profile_views"]


def with_answers(members: pd.DataFrame, survey: pd.DataFrame, *, for_training: bool) -> pd.DataFrame:
    """Members with their answer in the survey. Half of the answers train, the other half are kept for evaluating."""
    ours = survey["account_id"].str[-1].isin(list("02468ace")) == for_training
    accounts = members.assign(account_id=members["accounts"].str.split()).explode("account_id")
    return accounts.merge(survey[ours], on="account_id").drop_duplicates("member_id")
