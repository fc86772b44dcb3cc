"""What was found, in order and put together, beside the same done with lists."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from grader.intake.found import Found, Member, ignored, settled
from grader.intake.listing import Files, natural

PATHS = st.sampled_from(["a/s1.csv", "a/s01.csv", "a/s10.csv", "a/s2.csv", "b/s1.csv", "b\0/\N{SNOWMAN}.csv"])
FOUND = st.lists(st.builds(Found, PATHS, modified=st.sampled_from([0.0, 1.5, 2.0])))


@given(FOUND)
def test_files_are_in_the_order_of_time_and_name(found: list[Found]) -> None:
    files = Files(map(settled, found))
    assert [member.read(1) for member in files] == sorted(found, key=lambda one: (one.modified, natural(one.path)))
    assert list(files.paths()) == [member.shown for member in files]


@given(FOUND, st.data())
def test_what_has_one_key_is_together_in_the_order_of_its_last_file(found: list[Found], data: st.DataObject) -> None:
    files = Files(map(settled, found))
    keys = [data.draw(st.sampled_from(["", "x", "y"])) for _ in found]
    for nth, key in enumerate(keys):
        files.join(nth, 0, key or None)
    groups: dict[object, list[Member]] = {}
    for nth, (member, key) in enumerate(zip(files, keys, strict=True)):
        groups.setdefault(key or nth, []).append(member)

    def order(group: list[Member]) -> tuple[float, str]:
        last = max(group, key=lambda member: member.modified)
        return last.modified, natural(last.shown)

    assert [members for _, members in files.together()] == sorted(groups.values(), key=order)


def test_a_time_that_is_told_counts_and_not_those_of_the_files() -> None:
    files = Files(settled(Found(name, modified=time)) for name, time in (("a", 1.0), ("b", 2.0), ("c", 3.0)))
    for nth, key in enumerate("xyx"):
        files.join(nth, 0, key)
    files.tell("x", "early", 0.5)
    assert not files.is_told("y")
    assert [(what, [m.shown for m in members]) for what, members in files.together()] == [
        ("early", ["a", "c"]), (None, ["b"])
    ]  # fmt: skip


def test_of_a_rank_those_are_together_of_which_something_is_told() -> None:
    files = Files(settled(Found(f"{nth}")) for nth in range(4))
    for nth in range(4):
        files.join(nth, nth // 2, "told" if nth < 2 else "not told")
    files.tell("told", 1)
    files.part(0)
    files.part(1)
    assert [len(members) for _, members in files.together()] == [2, 1, 1]


def test_a_file_can_be_said_to_be_something_else() -> None:
    files = Files([settled(Found("a", b"content"))])
    files.put(0, settled(ignored("a", "put aside")))
    assert [member.read(9).message for _, (member,) in files.together()] == ["put aside"]


def test_equal_files_stand_in_the_order_in_which_they_were_found() -> None:
    names = ["s1", "s01", "s001"]
    files = Files(settled(Found(name)) for name in names)
    assert [member.shown for member in files] == names
