from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.deadlines import DAY, Lateness, LateRecord, Stamp, Timing, length, share, stamp, zone

DUE = dt.datetime(2026, 12, 1, 22, 59, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
RULES = Timing(DUE, grace=15 * MINUTE, cut_off=DUE + 3 * DAY, late=LateRecord(per_day="10%", at_most="25%"))


@pytest.mark.parametrize(
    ("text", "where", "expected"),
    [
        ("2026-12-01 23:59", "UTC", "2026-12-01T23:59:00+00:00"),
        ("2026-12-01 23:59", "Europe/Berlin", "2026-12-01T22:59:00+00:00"),
        ("2026-07-01 23:59", "Europe/Berlin", "2026-07-01T21:59:00+00:00"),
        ("2026-12-01T9:05", "-05:30", "2026-12-01T14:35:00+00:00"),
        ("2026-12-01 23:59 +01:00", "Asia/Tokyo", "2026-12-01T22:59:00+00:00"),
        ("2026-12-01 23:59Z", "Asia/Tokyo", "2026-12-01T23:59:00+00:00"),
        ("2026-12-01 23:59:30 Europe/Berlin", "UTC", "2026-12-01T22:59:30+00:00"),
        ("2026-12-31", "UTC", "2027-01-01T00:00:00+00:00"),
    ],
)
def test_a_time_is_read_by_the_zone_that_is_written_and_never_by_the_machines(
    text: str, where: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    assert stamp(text).at(zone(where)).isoformat() == expected


@pytest.mark.parametrize("offset", [14, -12])
@pytest.mark.parametrize(("moment", "late"), [("0001-01-01 00:00", False), ("9999-12-31 23:59", True)])
def test_a_time_at_an_end_of_the_calendar_is_one_in_every_zone(moment: str, late: bool, offset: int) -> None:
    """A file's name may hold it, and one that cannot be compared would stop everybody's marking."""
    where = dt.timezone(dt.timedelta(hours=offset))
    at = Stamp(dt.datetime.fromisoformat(moment), None).at(where)
    assert (RULES.lateness(at).closed, RULES.lateness(at).days > 0) == (late, late)
    assert Timing(zone=where).shown(at)


@pytest.mark.parametrize(
    "text",
    [
        "Friday",
        "2026-13-01",
        "2026-12-01 25:00",
        "01.12.2026",
        "2026-12-01 noon",
        "",
        "9999-12-31 23:59",
        "0001-01-01 00:00",
    ],
)
def test_what_is_no_time_is_told_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"no time; write it as 2026-12-01 23:59|no time zone 'noon'"):
        stamp(text)


def test_names_that_are_nearly_right_are_told() -> None:
    with pytest.raises(ValueError, match="Did you mean 'Europe/Berlin'"):
        zone("Europe/Berln")
    with pytest.raises(ValueError, match="Did you mean 'day'"):
        length("3 dayz")
    for text in ("../../etc/passwd", "Europe", "+99:00", "\0"):
        with pytest.raises(ValueError, match="no time zone"):
            zone(text)


def test_a_percentage_without_its_sign_could_be_two_things() -> None:
    assert share("10%") == 0.1
    for text in (10, 0.1, "110%", "-5%", "ten"):
        with pytest.raises(ValueError, match="write it as 10%"):
            share(text)


@pytest.mark.parametrize(
    ("after", "days", "closed"),
    [(-DAY, 0, False), (15 * MINUTE, 0, False), (16 * MINUTE, 1, False), (DAY + 15 * MINUTE, 1, False),
     (DAY + 16 * MINUTE, 2, False), (3 * DAY, 3, False), (3 * DAY + MINUTE, 3, True)],
)  # fmt: skip
def test_days_begun_are_counted_behind_the_grace(after: dt.timedelta, days: int, closed: bool) -> None:
    assert RULES.lateness(DUE + after) == Lateness(days, closed=closed)


BERLIN = zone("Europe/Berlin")


@pytest.mark.parametrize(
    ("due", "at", "days"),
    [
        ("2026-10-24 23:59", "2026-10-25 23:59", 1),  # the clock was put back that night: 25 hours
        ("2026-10-24 23:59", "2026-10-26 00:00", 2),
        ("2026-03-28 23:59", "2026-03-29 23:59", 1),  # put forward: 23 hours
        ("2026-03-28 23:59", "2026-03-30 00:00", 2),
        ("2026-03-28 23:59", "2026-03-30 23:59", 2),
        ("2026-03-28 23:59", "2026-03-31 00:00", 3),
        ("2026-10-24 02:30", "2026-10-25 02:30", 1),
        ("2026-10-25 02:30 +01:00", "2026-10-25 02:30 +01:00", 0),  # the second half past two of that night
        ("2026-10-25 02:30 +01:00", "2026-10-25 02:31 +01:00", 1),
        ("2026-10-25 02:30 +01:00", "2026-10-26 02:30", 1),
    ],
)
def test_a_day_ends_when_the_clock_shows_the_same_time_again(due: str, at: str, days: int) -> None:
    timing = Timing(stamp(due).at(BERLIN), BERLIN)
    assert timing.lateness(stamp(at).at(BERLIN)) == Lateness(days)


@given(st.integers(0, 9999), st.integers(0, 9999), st.sampled_from(["2026-10-24 02:30", "2026-03-28 02:30"]))
def test_nobody_is_less_late_who_hands_in_later_while_the_clock_is_changed(minutes: int, more: int, due: str) -> None:
    timing = Timing(stamp(due).at(BERLIN), BERLIN)
    days = [timing.lateness(stamp(due).at(BERLIN) + each * MINUTE).days for each in (minutes, minutes + more)]
    assert days[0] <= days[1]


def test_without_a_time_nothing_is_known_to_be_late_unless_the_system_says_so() -> None:
    assert RULES.lateness(None).on_time
    assert RULES.lateness(None, flagged=True) == Lateness(unknown=True)
    assert RULES.lateness(DUE, flagged=True).on_time  # a time that is known is judged by our own rules
    assert Timing().lateness(None, flagged=True).on_time


def test_an_extension_moves_the_cut_off_no_earlier() -> None:
    late = RULES.extended(DUE + 5 * DAY)
    assert (late.due, late.cut_off) == (DUE + 5 * DAY, DUE + 5 * DAY + 15 * MINUTE)
    assert RULES.extended(DUE + DAY).cut_off == RULES.cut_off


def test_a_day_begun_costs_a_share_of_the_maximum_and_nobody_owes_points() -> None:
    assert RULES.deduction(Lateness(1), 40.0, 60.0) == 6.0
    assert RULES.deduction(Lateness(9), 40.0, 60.0) == 15.0
    assert RULES.deduction(Lateness(1), 2.0, 60.0) == 2.0
    assert RULES.deduction(Lateness(unknown=True), 40.0, 60.0) == 0.0


@given(st.integers(-9999, 99999), st.integers(0, 9999), st.floats(0, 60))
def test_to_hand_in_later_never_costs_less(minutes: int, more: int, raw: float) -> None:
    costs = [RULES.deduction(RULES.lateness(DUE + each * MINUTE), raw, 60.0) for each in (minutes, minutes + more)]
    assert 0 <= costs[0] <= costs[1] <= max(raw, 0)
