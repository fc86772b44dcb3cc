"""When sheets are due, how late one is, and what that costs."""

from __future__ import annotations

import datetime as dt
import math
import re
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Literal, NamedTuple

from pydantic import BeforeValidator

from grader.config import Record
from grader.errors import did_you_mean

Which = Literal["latest", "best", "latest_on_time"]
DAY = dt.timedelta(days=1)
EARLIEST, LATEST = dt.datetime.min.replace(year=1900), dt.datetime.max.replace(year=9000)  # noqa: DTZ901 - local times
_STAMP = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]+(\d{1,2}:\d{2}(?::\d{2})?))?\s*(\S.*)?")
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-−])(\d{1,2})(?::?(\d{2}))?")
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z]+)")
_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_UNITS: Mapping[str, dt.timedelta] = {
    **dict.fromkeys(("min", "minute", "minutes"), dt.timedelta(minutes=1)),
    **dict.fromkeys(("h", "hour", "hours"), dt.timedelta(hours=1)),
    **dict.fromkeys(("d", "day", "days"), DAY),
}


class Stamp(NamedTuple):
    """A time as somebody wrote it; `zone` is None where none stands behind it."""

    local: dt.datetime
    zone: dt.tzinfo | None

    def at(self, zone: dt.tzinfo) -> dt.datetime:
        """The moment, in UTC; `zone` is for times that have none of their own. One at an end of the calendar is moved
        to where there is room left for other zones' clocks, grace and days of lateness.
        """
        local = max(EARLIEST, min(self.local, LATEST))
        return local.replace(tzinfo=self.zone or zone).astimezone(dt.UTC)


def stamp(text: str) -> Stamp:
    """A time: `2026-12-01 23:59`, also with an offset or a zone behind it; a date alone lasts until its end.

    >>> stamp("2026-12-01 23:59 +01:00").at(dt.UTC).isoformat()
    '2026-12-01T22:59:00+00:00'
    >>> stamp("2026-12-01").local.isoformat(), stamp("2026-12-01 24:00").local.isoformat()
    ('2026-12-02T00:00:00', '2026-12-02T00:00:00')

    ValueError: it is none.
    """
    found = _STAMP.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError  # noqa: TRY301 - told below, as impossible dates are
        date, clock, behind = found.groups()
        local = dt.datetime.combine(dt.date.fromisoformat(date), dt.time())
        local += DAY if clock in (None, "24:00") else _clock(clock)
        if not EARLIEST <= local <= LATEST:
            raise ValueError  # noqa: TRY301 - as above
    except (ValueError, OverflowError):
        raise ValueError(f"'{text[:40]}' is no time; write it as 2026-12-01 23:59") from None
    return Stamp(local, zone(behind) if behind else None)


def _clock(text: str) -> dt.timedelta:
    time = dt.time.fromisoformat(text.zfill(len("23:59") if text.count(":") == 1 else len("23:59:59")))
    return dt.timedelta(hours=time.hour, minutes=time.minute, seconds=time.second)


def zone(text: str) -> dt.tzinfo:
    """A time zone: an offset such as +01:00, or a name such as Europe/Berlin. ValueError: there is none such."""
    found = _OFFSET.fullmatch(text)
    if text in ("UTC", "Z", "GMT"):
        return dt.UTC
    if found is not None:
        sign, hours, minutes = found.groups()
        offset = dt.timedelta(hours=int(hours), minutes=int(minutes or 0))
        if offset <= dt.timedelta(hours=14) and int(minutes or 0) < 60:
            return dt.timezone(offset if sign == "+" else -offset)
    try:
        return zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        near = did_you_mean(text, zoneinfo.available_timezones())
        hint = near if near.startswith("Did") else "Write an offset such as +01:00, or a name such as Europe/Berlin"
        raise ValueError(f"there is no time zone '{text[:40]}'. {hint}") from None


def length(text: object) -> dt.timedelta:
    """A length of time: `15 min`, `2 hours`, `3 days`. ValueError: it is none."""
    found = _LENGTH.fullmatch(str(text).strip())
    if found is None:
        raise ValueError(f"'{str(text)[:40]}' is no length of time; write it as 15 min, 2 h or 3 days")
    number, unit = found.groups()
    if unit not in _UNITS:
        raise ValueError(f"there is no unit '{unit}'. {did_you_mean(unit, _UNITS)}")
    if float(number) * _UNITS[unit] > 366 * DAY:
        raise ValueError(f"'{text}' is more than a year")
    return float(number) * _UNITS[unit]


def share(text: object) -> float:
    """A percentage as a share in 0..1; without its sign it could be either. ValueError: it is none."""
    found = _SHARE.fullmatch(str(text).strip())
    if found is None or float(found[1]) > 100:
        raise ValueError(f"'{str(text)[:40]}' is no percentage; write it as 10%")
    return float(found[1]) / 100


class LateRecord(Record):
    """`per_day`: the share of the maximum that each day begun costs; `at_most`: of all days together."""

    per_day: Annotated[float, BeforeValidator(share)]
    at_most: Annotated[float, BeforeValidator(share)] = 1.0


@dataclass(frozen=True)
class Timing:
    """The rules of an assignment about time; `due` and `cut_off` in UTC. `assumed`: nobody said in which zone."""

    due: dt.datetime | None = None
    zone: dt.tzinfo = dt.UTC
    assumed: bool = True
    grace: dt.timedelta = dt.timedelta()
    cut_off: dt.datetime | None = None
    late: LateRecord | None = None
    attempts: Which = "latest"

    @property
    def matters(self) -> bool:
        """Does anything depend on when a sheet was handed in?"""
        return self.due is not None and bool(self.late or self.cut_off or self.attempts == "latest_on_time")

    def extended(self, due: dt.datetime | None) -> Timing:
        """The same for a student who has until `due`; nobody is cut off before that."""
        if due is None:
            return self
        return replace(self, due=due, cut_off=self.cut_off and max(self.cut_off, due + self.grace))

    def lateness(self, at: dt.datetime | None, *, flagged: bool = False) -> Lateness:
        """`at`: when it came, None where nobody knows; `flagged`: the course system calls it late."""
        if at is None or self.due is None:
            return Lateness(unknown=flagged and at is None and self.due is not None)
        return Lateness(self._days(at), closed=self.cut_off is not None and at > self.cut_off)

    def _days(self, at: dt.datetime) -> int:
        """Days begun. One ends when the clock of the assignment's zone shows the same time again: after 25 hours in
        the night in which it is put back.
        """
        assert self.due is not None
        over = at - self.due - self.grace
        if over <= dt.timedelta():
            return 0
        ends = (self.due + self.grace).astimezone(self.zone)
        days = max(1, math.ceil(over / DAY) - 1)
        while at > ends + days * DAY:
            days += 1
        return days

    def deduction(self, lateness: Lateness, raw: float, possible: float) -> float:
        """Points to take off `raw`: a share of `possible` for each day begun, and never more than there are."""
        if self.late is None:
            return 0.0
        cost = min(lateness.days * self.late.per_day, self.late.at_most) * possible
        return min(max(raw, 0.0), round(cost, 9))

    def shown(self, at: dt.datetime) -> str:
        """A moment in the assignment's own time zone."""
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M}"


@dataclass(frozen=True, slots=True)
class Lateness:
    """`days`: begun after due and grace, 0 in time; `unknown`: late, and nobody knows by how much; `closed`: too late
    to count at all.
    """

    days: int = 0
    unknown: bool = False
    closed: bool = False

    @property
    def on_time(self) -> bool:
        return not (self.days or self.unknown or self.closed)
