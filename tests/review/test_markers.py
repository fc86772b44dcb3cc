"""Several markers, blind marking, and what a decision belongs to."""

from __future__ import annotations

from pathlib import Path

from tests.course_folder import Folder
from tests.review.spreadsheet import (
    ALL,
    ANSWERS,
    answer,
    apply,
    decided,
    fill,
    given,
    handed_in,
    recorded,
    rows,
)


class TestTwoMarkers:
    def test_each_with_a_file_of_their_own_students(self, words: Folder) -> None:
        done = words.run("review", "hw", "--into", "2")
        files = ("reports/hw/review-1.csv", "reports/hw/review-2.csv")
        shares = [{row["student"] for row in rows(words, name)} for name in files]
        assert sorted(map(len, shares)) == [1, 2]
        assert shares[0] | shares[1] == set(ANSWERS)
        assert done.out.splitlines()[-1].endswith(" ".join(("--apply", *files)))
        for nth, (name, share) in enumerate(zip(files, shares, strict=True)):
            marks = {key: value for key, value in ALL.items() if key[0] in share}
            fill(words, marks, source=name, to=f"back-{nth}.csv")
        assert apply(words, "back-0.csv", "back-1.csv").out.startswith("6 changes\n")

    def test_dealing_is_the_same_every_time(self, words: Folder) -> None:
        words.run("review", "hw", "--into", "2", "--out", "a.csv")
        words.run("review", "hw", "--into", "2", "--out", "b.csv")
        assert [(words.root / f"a-{k}.csv").read_bytes() for k in (1, 2)] == [
            (words.root / f"b-{k}.csv").read_bytes() for k in (1, 2)
        ]

    def test_who_disagree_are_told_both_places(self, written: Folder) -> None:
        fill(written, {("s001", "cause"): given("3"), ("s002", "cause"): given("1")}, to="one.csv")
        fill(written, {("s001", "cause"): given("2"), ("s002", "cause"): given("1")}, to="two.csv")
        done = apply(written, "one.csv", "two.csv")
        assert done.code == 1
        assert "two rows decide why.answer of s001 differently: 3 of 3 in one.csv, line 2, and 2 of 3 in two.csv" in (
            done.err
        )
        assert recorded(written, "id") == []

    def test_who_come_one_after_the_other_do_not_overwrite_each_other(self, written: Folder) -> None:
        fill(written, {("s001", "cause"): given("3")}, to="one.csv")
        fill(written, {("s001", "cause"): given("2"), ("s001", "remedy"): given("1")}, to="two.csv")
        assert apply(written, "one.csv").code == 0
        late = apply(written, "two.csv")
        assert late.code == 1
        assert "two.csv, line 2: this row came too late" in late.err
        assert "it has 3 of 3 now" in late.err
        assert len(recorded(written, "id")) == 1
        done = written.run("review", "hw", "--apply", "two.csv", "--skip-stale")
        assert done.code == 0
        assert done.out.startswith("left out: two.csv, line 2: ")
        assert decided(written)["s001"][:2] == ("reviewed", "4")


class TestAnonymous:
    def test_codes_stand_for_students_and_read_back(self, words: Folder) -> None:
        words.run("review", "hw", "--anonymous")
        data = (words.root / "reports/hw/review.csv").read_text(encoding="utf-8-sig")
        assert not any(student in data for student in ANSWERS)
        by_text = {row["text"]: row["student"] for row in rows(words)}
        code = next(code for text, code in by_text.items() if "消失" in text)
        name = fill(words, {(code, "cause"): given("1"), (code, "remedy"): given("2")})
        assert apply(words, name).code == 0
        assert decided(words)["s003"][:2] == ("reviewed", "3")

    def test_codes_tell_nothing_by_their_order(self, tmp_path: Path) -> None:
        answers = {f"s{k:03d}": f"answer {k:03d}" for k in range(1, 13)}
        folder = handed_in(tmp_path, answers=answers)
        folder.run("review", "hw", "--anonymous")
        table = rows(folder)
        assert [row["student"] for row in table] == sorted(row["student"] for row in table)
        texts = [row["text"] for row in table]
        assert texts not in (sorted(texts), sorted(texts, reverse=True))


class TestAReviewBelongsToTheText:
    def test_a_regrade_and_a_new_rubric_keep_it_in_proportion(self, written: Folder) -> None:
        apply(written, fill(written, ALL))
        written.write("rubrics/hw.yaml", "questions: {why: {points: 10}}\n")
        written.run("regrade", "hw", "--apply")
        assert decided(written)["s001"] == ("reviewed", "7", "cause 6 of 6. Well said; remedy 1 of 4")
        assert written.run("report").code == 0
        assert decided(written)["s001"][:2] == ("reviewed", "7")

    def test_the_same_text_handed_in_again_keeps_it_and_another_does_not(self, written: Folder) -> None:
        apply(written, fill(written, ALL))
        answer(written, "s001", ANSWERS["s001"].replace("\n", "\r\n") + "\n")
        answer(written, "s003", "Something else")
        written.run("grade", "submissions")
        assert decided(written)["s001"][:2] == ("reviewed", "3.5")
        assert decided(written)["s003"] == ("pending", "0", "")
        answer(written, "s003", ANSWERS["s003"])
        written.run("grade", "submissions")
        assert decided(written)["s003"][:2] == ("reviewed", "4")

    def test_a_file_written_before_another_text_came_in_is_stale(self, written: Folder) -> None:
        name = fill(written, ALL)
        answer(written, "s003", "Something else")
        written.run("grade", "submissions")
        done = apply(written, name)
        assert done.code == 1
        assert done.err.count("this row came too late") == 2
        assert recorded(written, "id") == []
