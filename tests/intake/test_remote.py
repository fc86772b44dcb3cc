"""Sheets in an object store, marked from a real S3 server on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.intake.hand_in import Contents, Handed, packed, sheet, whose, words

from grader.course import Course
from grader.engine import Engine
from grader.errors import CourseError
from grader.intake import remote
from grader.jobs.grade import grade
from grader.sheets import limits

boto3 = pytest.importorskip("boto3")
server = pytest.importorskip("moto.server")
pytest.importorskip("s3fs")
BUCKET = "course"


@pytest.fixture(scope="module")
def store() -> Iterator[Any]:
    running = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    running.start()
    host, port = running.get_host_and_port()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        environment.setenv("AWS_ACCESS_KEY_ID", "nobody")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        client = boto3.client("s3")
        client.create_bucket(Bucket=BUCKET)
        yield client
    running.stop()


@pytest.fixture
def course(tmp_path: Path) -> Handed:
    return Handed(tmp_path)


def put(store: Any, prefix: str, contents: Contents) -> str:
    for name, content in contents.items():
        store.put_object(Bucket=BUCKET, Key=f"{prefix}/{name}", Body=content)
    return f"s3://{BUCKET}/{prefix}/"


def test_what_lies_below_a_url_is_marked_as_from_a_folder(store: Any, course: Handed) -> None:
    url = put(
        store,
        "all",
        {
            "s001.csv": sheet("s001", "8"),
            "deeper/s002.csv": sheet("s002"),
            "canvas.zip": packed({"lovelaceada_101_9001_before.csv": sheet("s001"), "../out.csv": sheet("s003")}),
            "notes.pdf": b"%PDF-1.7",
            ".DS_Store": b"",
            "empty.csv": b"",
            "huge.csv": b"x" * (limits.FILE_BYTES + 1),
        },
    )
    graded = grade(Course(course.root), [url], None)
    assert {entry.path.removeprefix(url): entry.fate for entry in graded.entries} == {
        "s001.csv": "graded",
        "deeper/s002.csv": "graded",
        "canvas.zip/lovelaceada_101_9001_before.csv": "superseded",
        "canvas.zip/../out.csv": "attention",
        "notes.pdf": "attention",
        ".DS_Store": "ignored",
        "empty.csv": "attention",
        "huge.csv": "attention",
    }
    assert words(graded)["huge.csv"] == "larger than any answer sheet (1024 KiB)"


def test_the_marks_are_those_that_a_folder_of_the_same_files_gives(store: Any, tmp_path: Path) -> None:
    contents = {f"{student}.csv": sheet(student, answer) for student, answer in (("s001", "9"), ("s002", "8"))}
    near, far = Handed(tmp_path / "near"), Handed(tmp_path / "far")
    grade(Course(near.root), [near.unpack(contents)], None)
    with Engine(2) as engine:
        grade(Course(far.root), [put(store, "same", contents)], None, engine=engine)
    assert near.points() == far.points() != {}


def test_one_file_or_one_zip_can_be_named(store: Any, course: Handed) -> None:
    url = put(store, "single", {"s001.csv": sheet("s001"), "rest.zip": packed({"s002.csv": sheet("s002")})})
    graded = grade(Course(course.root), [f"{url}s001.csv", f"{url}rest.zip"], None)
    assert whose(graded) == {"s001.csv": "s001", "s002.csv": "s002"}


def test_more_files_than_are_fetched_together_are_all_read(
    store: Any, course: Handed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "AHEAD", 2)
    url = put(store, "many", {f"{n}/s001.csv": sheet("s001", str(n)) for n in range(7)})
    graded = grade(Course(course.root), [url], None)
    assert (graded.count("graded"), graded.count("superseded")) == (1, 6)


def test_a_file_that_is_gone_again_costs_only_itself(store: Any) -> None:
    url = put(store, "gone", {"s001.csv": "one", "s002.csv": "two"})
    members = remote.remote_members(url)
    store.delete_object(Bucket=BUCKET, Key="gone/s001.csv")
    assert [found.content or found.message[:17] for found in (member.read(1000) for member in members)] == [
        "cannot be fetched",
        b"two",
    ]


def test_a_file_that_is_another_one_by_now_is_not_read_by_half(store: Any) -> None:
    members = remote.remote_members(put(store, "changed", {"s001.csv": "short"}))
    put(store, "changed", {"s001.csv": "much longer than before"})
    assert members[0].read(1000).message == "it changed while it was being read"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("s3://no-such-bucket/x", "no such bucket or folder|nothing below"),
        (f"s3://{BUCKET}/nothing-here/", "nothing below this URL"),
        ("nowhere://x/y", "no address that can be read from"),
    ],
)
def test_an_address_where_nothing_is_is_the_instructors_to_mend(store: Any, url: str, told: str) -> None:
    assert store
    with pytest.raises(CourseError, match=told):
        remote.remote_members(url)
