"""Months as text, such as `2026-03`."""


def last_months(month: str, count: int, first: str = "2026-01") -> list[str]:
    """The last `count` months up to `month`, oldest first, none before the first that we have."""
    year, number = map(int, month.split("-"))
    total = year * 12 + number - 1
    wanted = [f"{n // 12}-{n % 12 + 1:02d}" for n in range(total - count + 1, total + 1)]
    return [m for m in wanted if m >= first]
