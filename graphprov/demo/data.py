"""The demo's world: members, spammers, addresses, and what the outside delivers each month.

Everything is generated from one seed. Who is a real person, who is a student and who looks for a job is known here and
never written where the pipeline could read it: `World.truth` is for measuring the harm afterwards.

Addresses come from ranges that are reserved for documentation and benchmarks (RFC 5737, RFC 2544).
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 2026
MEMBERS_AT_START = 4_200
NEW_MEMBERS_A_MONTH = 120
SPAM_AT_START = 380
SPAM_GROWTH = 1.14
CAMPUSES, ADDRESSES_PER_CAMPUS = 8, 6
COMPANIES, ADDRESSES_PER_COMPANY = 24, 3
HOSTING_ADDRESSES = 240

STUDENT, EMPLOYEE, AT_HOME = "student", "employee", "at home"
_SEGMENTS = np.array([STUDENT, EMPLOYEE, AT_HOME])


def _words(text: str) -> list[str]:
    return text.split()


# Three lists of words are enough for names that collide now and then, as real ones do.
_FIRST = _words("""
    Aisha Amina Andrés Anna Beatriz Bola Carlos Chen Claire Daniel Deepa Elena Emma Eric Fatima Felix Grace Hana
    Hugo Ines Isaac Ivan Jana João Jonas Julia Kaito Karim Katarzyna Lars Laura Leila Liam Lucía Maria Marta Mateo
    Mehmet Mila Mohammed Nadia Nina Noah Olga Omar Paula Pedro Priya Rachel Ravi Rosa Samuel Sara Sofia Thomas Tomás
    Vera Wei Yasmin Yuki Zoë
""")
_LAST = _words("""
    Abe Ahmed Almeida Andersson Bauer Bianchi Brown Castro Chen Cohen Costa Das Diallo Dubois Eze Fernández Fischer
    García Gupta Haddad Hansen Horváth Ito Ivanov Jensen Johnson Kaya Khan Kim Kowalski Kumar Lee Lindberg López
    Martin Mensah Meyer Moreau Müller Nguyen Novak Okafor Olsen Park Patel Pereira Petrov Popescu Rossi Sato Schmidt
    Silva Smith Tanaka Taylor Torres Vargas Wang Weber Wójcik Yilmaz Zhang
""")
_CITIES = _words("""
    Accra Bergen Cádiz Dakar Essen Fukui Graz Haifa Izmir Jena Kazan Lille Malmö Nîmes Oulu Porto
""")
_FREE_MAIL = ("inbox.example", "mail.example", "post.example")


def month_number(month: str) -> int:
    """Months since January 2026: `2026-03` is 2."""
    year, number = month.split("-")
    return (int(year) - 2026) * 12 + int(number) - 1


@dataclass(frozen=True)
class World:
    """Members and spammers over the months; the same seed gives the same world."""

    months: tuple[str, ...]
    seed: int = SEED

    def rng(self, *what: int) -> np.random.Generator:
        """A stream of its own for each subject, so that adding one thing does not change another."""
        return np.random.default_rng([self.seed, *what])

    @cached_property
    def people(self) -> pd.DataFrame:
        """One row per real person: segment, name, home city, address in use, month of joining."""
        rng = self.rng(1)
        count = MEMBERS_AT_START + NEW_MEMBERS_A_MONTH * (len(self.months) - 1)
        segment = rng.choice(_SEGMENTS, count, p=[0.24, 0.28, 0.48])
        campus, company = rng.integers(CAMPUSES, size=count), rng.integers(COMPANIES, size=count)
        place = np.where(segment == STUDENT, campus, np.where(segment == EMPLOYEE, company, -1))
        joined = np.concatenate(
            [np.zeros(MEMBERS_AT_START, dtype=int), np.repeat(np.arange(1, len(self.months)), NEW_MEMBERS_A_MONTH)]
        )
        return pd.DataFrame(
            {
                "segment": segment,
                "place": place,
                "first": rng.choice(_FIRST, count),
                "last": rng.choice(_LAST, count),
                "city": rng.choice(_CITIES, count),
                "birth_year": np.where(
                    segment == STUDENT, rng.integers(1999, 2008, count), rng.integers(1958, 2002, count)
                ),
                "home_address": [_home_address(number) for number in range(count)],
                "shared_address": self._shared_addresses(segment, place, rng),
                "uses_shared": rng.random(count)
                < np.where(segment == STUDENT, 0.9, np.where(segment == EMPLOYEE, 0.7, 0)),
                "joined": joined,
                "age_days_at_joining": np.where(joined == 0, rng.integers(20, 2400, count), rng.integers(0, 28, count)),
                "sociable": rng.normal(0, 1, count),
            }
        )

    @staticmethod
    def _shared_addresses(segment: np.ndarray, place: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        campus = place * ADDRESSES_PER_CAMPUS + rng.integers(ADDRESSES_PER_CAMPUS, size=len(place))
        company = place * ADDRESSES_PER_COMPANY + rng.integers(ADDRESSES_PER_COMPANY, size=len(place))
        return np.array(
            [
                f"192.0.2.{c + 1}" if kind == STUDENT else f"198.51.100.{k + 1}" if kind == EMPLOYEE else ""
                for kind, c, k in zip(segment, campus, company, strict=True)
            ]
        )

    @cached_property
    def seeks_job(self) -> np.ndarray:
        """Who looks for a job in which month: an array of months by people; few change their mind in a month."""
        rng = self.rng(2)
        wish = self.people["segment"].map({STUDENT: 0.36, EMPLOYEE: 0.11, AT_HOME: 0.12}).to_numpy()
        rows = [rng.random(len(wish)) < wish]
        for _ in self.months[1:]:
            again = rng.random(len(wish)) < wish
            rows.append(np.where(rng.random(len(wish)) < 0.08, again, rows[-1]))
        return np.array(rows)

    @cached_property
    def accounts(self) -> pd.DataFrame:
        """One row per account of a real person; one in five has a second account, under a variant of the name."""
        rng = self.rng(3)
        people = self.people
        copies = rng.choice([1, 2, 3], len(people), p=[0.79, 0.19, 0.02])
        owner = np.repeat(np.arange(len(people)), copies)
        nth = np.concatenate([np.arange(count) for count in copies])
        of = people.iloc[owner].reset_index(drop=True)
        initial_only = (nth > 0) & (rng.random(len(owner)) < 0.5)
        shown = [
            f"{first[0]}. {last}" if short else f"{first} {last}"
            for first, last, short in zip(of["first"], of["last"], initial_only, strict=True)
        ]
        numbers = rng.integers(10, 99, len(owner))
        domains = [
            _domain(segment, place, main, free)
            for segment, place, main, free in zip(
                of["segment"], of["place"], nth == 0, rng.choice(_FREE_MAIL, len(owner)), strict=True
            )
        ]
        mails = [
            f"{_ascii(first)}.{_ascii(last)}{number}@{domain}"
            for first, last, number, domain in zip(of["first"], of["last"], numbers, domains, strict=True)
        ]
        return pd.DataFrame(
            {
                "account_id": [_account_id(self.seed, "member", number) for number in range(len(owner))],
                "person": owner,
                "name": shown,
                "email": mails,
                "birth_year": of["birth_year"].to_numpy(),
                "city": of["city"].to_numpy(),
                "share": _shares(copies, rng),
            }
        )

    def members(self, month: str) -> pd.DataFrame:
        """The accounts of real people in a month as the member database has them, and who is behind them."""
        now = month_number(month)
        rng = self.rng(4, now)
        people, accounts = self.people, self.accounts
        here = accounts[people["joined"].to_numpy()[accounts["person"]] <= now].reset_index(drop=True)
        owner = here["person"].to_numpy()
        of = people.iloc[owner].reset_index(drop=True)
        seeks = self.seeks_job[now][owner]
        student = (of["segment"] == STUDENT).to_numpy()
        share = here["share"].to_numpy()
        at_shared = of["uses_shared"].to_numpy() & (rng.random(len(here)) < 0.93)
        # Students look for internships and trainees' posts, others for vacancies: a model that saw no students does not
        # know what their searches mean.
        visits = np.select([student & seeks, student, seeks], [2.4, 2.0, 4.2], 1.5)
        internships = np.select([student & seeks, student], [2.6, 0.6], 0.08)
        return pd.DataFrame(
            {
                "account_id": here["account_id"],
                "name": here["name"],
                "email": here["email"],
                "birth_year": here["birth_year"],
                "city": here["city"],
                "ip": np.where(at_shared, of["shared_address"], of["home_address"]),
                "age_days": of["age_days_at_joining"] + 30 * (now - of["joined"]),
                "messages_a_day": np.round(
                    np.exp(0.6 + 0.5 * of["sociable"] + rng.normal(0, 0.7, len(here))) * share, 3
                ),
                "link_share": np.round(rng.beta(1.3, 7, len(here)), 3),
                "profile_fields": rng.binomial(12, 0.62, len(here)),
                "job_page_visits": rng.poisson(visits * share),
                "internship_searches": rng.poisson(internships * share),
                "cv_updates": rng.poisson(np.where(seeks, 0.6, 0.25) * share),
                "profile_views": rng.poisson(np.where(seeks, 4.4, 3.5) * share),
                "person": owner,
                "segment": of["segment"],
                "seeks_job": seeks,
            }
        )

    def spammers(self, month: str) -> pd.DataFrame:
        """The spam accounts of a month; their number grows, some hide behind shared and private addresses."""
        now = month_number(month)
        rng = self.rng(5, now)
        count = round(SPAM_AT_START * SPAM_GROWTH**now)
        hidden = rng.random(count)
        people = self.people
        shared = people["shared_address"][people["uses_shared"]].to_numpy()
        active = rng.choice(HOSTING_ADDRESSES, 60 + 8 * now, replace=False)
        ip = np.select(
            [hidden < 0.05, hidden < 0.17],
            [rng.choice(shared, count), rng.choice(people["home_address"].to_numpy(), count)],
            np.array([_hosting_address(number) for number in rng.choice(active, count)]),
        )
        first, last = rng.choice(_FIRST, count), rng.choice(_LAST, count)
        return pd.DataFrame(
            {
                "account_id": [_account_id(self.seed, "spam", now, number) for number in range(count)],
                "name": [f"{a} {b}" for a, b in zip(first, last, strict=True)],
                "email": [
                    f"{_ascii(a)}{number}@{domain}"
                    for a, number, domain in zip(
                        first, rng.integers(1000, 9999, count), rng.choice(_FREE_MAIL, count), strict=True
                    )
                ],
                "birth_year": rng.integers(1975, 2006, count),
                "city": rng.choice(_CITIES, count),
                "ip": ip,
                "age_days": rng.integers(0, 150, count),
                "messages_a_day": np.round(np.exp(1.5 + rng.normal(0, 0.8, count)), 3),
                "link_share": np.round(rng.beta(2.2, 6, count), 3),
                "profile_fields": rng.binomial(12, 0.5, count),
                "job_page_visits": rng.poisson(0.7, count),
                "internship_searches": rng.poisson(0.1, count),
                "cv_updates": rng.poisson(0.1, count),
                "profile_views": rng.poisson(4, count),
            }
        )

    def truth(self, month: str) -> pd.DataFrame:
        """What the pipeline never sees: for each account of a real person who it is, segment and wish for a job."""
        return self.members(month)[["account_id", "person", "segment", "seeks_job"]]

    # What the outside delivers. Each table is what one file holds.

    def user_records(self, month: str) -> pd.DataFrame:
        """The member database's monthly copy: members and spammers alike, in no telling order."""
        members = self.members(month).drop(columns=["person", "segment", "seeks_job"])
        both = pd.concat([members, self.spammers(month)], ignore_index=True)
        return both.iloc[self.rng(6, month_number(month)).permutation(len(both))].reset_index(drop=True)

    def ip_blacklist(self, month: str, *, flawed: bool) -> pd.DataFrame:
        """The vendor's delivery. A flawed one also lists the addresses that campuses and companies share."""
        rng = self.rng(7, month_number(month))
        spam_addresses = np.unique(self.spammers(month)["ip"])
        hosting = np.array([ip for ip in spam_addresses if ip.startswith("203.0.113.")])
        listed = hosting[rng.random(len(hosting)) < 0.85]
        stale = rng.choice(self.people["home_address"].to_numpy(), 25, replace=False)
        rows = [(ip, "spam-source", 70 + int(rng.integers(30))) for ip in listed]
        rows += [(ip, "spam-source", 40 + int(rng.integers(30))) for ip in stale]
        if flawed:
            draws = self.rng(8, month_number(month))
            people = self.people
            for ip in sorted(set(people["shared_address"]) - {""}):
                if draws.random() < (0.85 if ip.startswith("192.0.2.") else 0.5):
                    rows.append((ip, "many-accounts", 80 + int(draws.integers(20))))
        table = pd.DataFrame(rows, columns=["ip", "reason", "confidence"])
        return table.drop_duplicates("ip").sort_values("ip", ignore_index=True)

    def spam_reports(self, month: str) -> pd.DataFrame:
        """What members reported and what moderators decided on the quarter that they had time to look at."""
        rng = self.rng(9, month_number(month))
        members, spammers = self.members(month), self.spammers(month)
        ids = np.concatenate([members["account_id"], spammers["account_id"]])
        spam = np.arange(len(ids)) >= len(members)
        count = rng.poisson(np.where(spam, 2.0, 0.22))
        reviewed = (count > 0) & (rng.random(len(ids)) < 0.25)
        right = rng.random(len(ids)) < 0.97
        verdict = np.where(reviewed, np.where(spam == right, "confirmed", "cleared"), "")
        table = pd.DataFrame({"account_id": ids, "reports": count, "verdict": verdict})
        return table[table["reports"] > 0].sort_values("account_id", ignore_index=True)

    def reported_links(self, month: str) -> pd.DataFrame:
        """Links from reported messages with the moderators' verdict; knows nothing of addresses."""
        rng = self.rng(10, month_number(month))
        count = 900
        bad = rng.random(count) < 0.4
        return pd.DataFrame(
            {
                "link_id": [f"l{number:04d}" for number in range(count)],
                "length": rng.poisson(np.where(bad, 62, 38)),
                "digits": rng.poisson(np.where(bad, 7, 2)),
                "redirects": rng.poisson(np.where(bad, 1.6, 0.5)),
                "domain_age_days": np.round(rng.gamma(np.where(bad, 1.2, 3.0), 300), 0).astype(int),
                "harmful": (bad ^ (rng.random(count) < 0.03)).astype(int),
            }
        )

    def confirmed_merges(self, month: str) -> pd.DataFrame:
        """Pairs of accounts about which the support desk knows whether they are one person's."""
        rng = self.rng(11, month_number(month))
        members = self.members(month)[["account_id", "person", "birth_year", "city"]]
        pairs = members.merge(members, on=["birth_year", "city"], suffixes=("_a", "_b"))
        pairs = pairs[pairs["account_id_a"] < pairs["account_id_b"]]
        same = pairs["person_a"] == pairs["person_b"]
        chosen = pd.concat(
            [
                pairs[same].sample(min(350, int(same.sum())), random_state=rng),
                pairs[~same].sample(min(700, int((~same).sum())), random_state=rng),
            ]
        )
        table = pd.DataFrame(
            {
                "account_a": chosen["account_id_a"],
                "account_b": chosen["account_id_b"],
                "same": (chosen["person_a"] == chosen["person_b"]).astype(int),
            }
        )
        return table.sort_values(["account_a", "account_b"], ignore_index=True)

    def job_survey(self, month: str) -> pd.DataFrame:
        """A survey on paper: a third of the members say whether they look for a job."""
        rng = self.rng(12, month_number(month))
        members = self.members(month)
        asked = members[rng.random(len(members)) < 0.34]
        answers = asked["seeks_job"].to_numpy() ^ (rng.random(len(asked)) < 0.02)
        table = pd.DataFrame({"account_id": asked["account_id"], "seeks_job": answers.astype(int)})
        return table.sort_values("account_id", ignore_index=True)

    def vacancies(self, month: str) -> pd.DataFrame:
        """Open posts by city and branch from an exchange; knows nothing of members."""
        now = month_number(month)
        rng = self.rng(13, now)
        branches = ("care", "crafts", "retail", "science", "software")
        rows = [
            (city, branch, week, int(rng.poisson(20 + 3 * number + 0.8 * (4 * now + week))))
            for city in _CITIES
            for number, branch in enumerate(branches)
            for week in range(4)
        ]
        return pd.DataFrame(rows, columns=["city", "branch", "week", "open_posts"])

    def delivery(self, name: str, month: str, *, flawed: bool) -> pd.DataFrame:
        """The table that is delivered under a name in a month."""
        if name == "ip-blacklist":
            return self.ip_blacklist(month, flawed=flawed)
        table: pd.DataFrame = getattr(self, name.replace("-", "_"))(month)
        return table


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write CSV with the same bytes on every machine."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def _home_address(number: int) -> str:
    return f"198.{18 + number // 65_536}.{number // 256 % 256}.{number % 256}"


def _hosting_address(number: int) -> str:
    return f"203.0.113.{number + 1}"


def _domain(segment: str, place: int, main: bool, free: str) -> str:
    if segment == STUDENT and main:
        return f"campus-{place + 1:02d}.example"
    if segment == EMPLOYEE and main:
        return f"company-{place + 1:02d}.example"
    return free


def _shares(copies: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """How much of a person's activity falls on each of their accounts."""
    parts = [np.ones(1) if count == 1 else rng.dirichlet(np.full(count, 3.0)) for count in copies]
    return np.concatenate(parts)


def _ascii(name: str) -> str:
    """A name as it stands in an e-mail address: without accents."""
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()


def _account_id(*what: object) -> str:
    """An account's number, which tells nothing of who is behind it."""
    return "u" + hashlib.sha256(repr(what).encode()).hexdigest()[:9]
