"""The demo's world."""

import pandas as pd
import pytest

pytest.importorskip("sklearn")

from graphprov.demo.data import STUDENT, World, write_table
from graphprov.demo.plan import MONTHS


@pytest.fixture(scope="module")
def world():
    return World(MONTHS)


def shared(ips: pd.Series) -> pd.Series:
    return ips.str.startswith(("192.0.2.", "198.51.100."))


def test_the_same_seed_gives_the_same_bytes(world, tmp_path):
    for number, one in enumerate((world, World(MONTHS))):
        write_table(one.user_records("2026-03"), tmp_path / f"{number}.csv")
    assert (tmp_path / "0.csv").read_bytes() == (tmp_path / "1.csv").read_bytes()


def test_another_seed_gives_another_world(world):
    assert not World(MONTHS, seed=1).user_records("2026-01").equals(world.user_records("2026-01"))


def test_account_numbers_are_unique_and_tell_nothing(world):
    records = world.user_records("2026-07")
    assert records["account_id"].is_unique
    assert records["account_id"].str.fullmatch(r"u[0-9a-f]{9}").all()


def test_a_flawed_delivery_only_adds_shared_addresses(world):
    clean = world.ip_blacklist("2026-03", flawed=False)
    flawed = world.ip_blacklist("2026-03", flawed=True)
    added = flawed[~flawed["ip"].isin(clean["ip"])]
    assert set(clean["ip"]) <= set(flawed["ip"])
    assert shared(added["ip"]).all()
    assert not shared(clean["ip"]).any()
    assert len(added) > 50


def test_students_share_addresses(world):
    members = world.members("2026-03")
    students = members[members["segment"] == STUDENT]
    assert 0.7 < shared(students["ip"]).mean() < 0.95
    assert students.groupby("ip").size().max() > 15


def test_spam_and_membership_grow_every_month(world):
    spam = [len(world.spammers(month)) for month in MONTHS]
    people = [world.truth(month)["person"].nunique() for month in MONTHS]
    assert spam == sorted(set(spam))
    assert people == sorted(set(people))


def test_what_is_delivered_does_not_say_who_is_who(world):
    assert not {"person", "segment", "seeks_job"} & set(world.user_records("2026-01").columns)


@pytest.mark.parametrize("name", ["ip-blacklist", "job-survey", "vacancies", "confirmed-merges", "reported-links"])
def test_every_delivery_has_rows_of_its_own_in_each_month(world, name):
    first, second = (world.delivery(name, month, flawed=False) for month in ("2026-01", "2026-04"))
    assert len(first) > 50
    assert not first.equals(second)
