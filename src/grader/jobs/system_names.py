"""The names under which course systems take files back, so that they find whose each is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from grader.errors import CourseError
from grader.export import Cells, Directory, participants

MOODLE = re.compile(r"(?:^|/)([^/_]+)_(\d+)_assignsubmission_")
CANVAS = re.compile(r"((?:(?:.+?_)?(?:LATE_)?\d+|(?:LATE_)?anon_[A-Za-z0-9]+)_\d+_)[^/]+")
UNSAFE = re.compile(r'[\x00-\x1f\x7f_/\\:*?"<>|]+')
"""Moodle splits names at underscores, and a path must stay one."""

Known = Sequence[Mapping[str, str]]
Paths = Sequence[tuple[str, str]]
Left = list[tuple[str, str]]


def canvas_names(known: Known, paths: Paths, _worksheets: Sequence[Path], page: str, left: Left) -> dict[str, str]:
    """Canvas takes a graded file back under the name that the submission was downloaded with: it looks in it for the
    numbers of a user and of one of the user's own uploads, and passes over everything else (Canvas's
    Assignment#infer_comment_context_from_filename). CourseError: nothing came from Canvas.
    """
    began = {who: found[1] for who, path in paths if (found := CANVAS.fullmatch(PurePosixPath(path).name))}
    if not began:
        raise CourseError(
            "no sheet came from Canvas, and it takes files back only beside a submission that was downloaded from it; "
            "send them with --to mail"
        )
    for student in known:
        if student["student"] not in began:
            left.append((_named(student), "Canvas takes files back only beside a submission downloaded from it"))
    return {one["student"]: began[one["student"]] + page for one in known if one["student"] in began}


def moodle_names(known: Known, paths: Paths, worksheets: Sequence[Path], page: str, left: Left) -> dict[str, str]:
    """Moodle takes feedback files in folders named as those of its downloads: `Full name_ID_assignsubmission_file`,
    with the number from the worksheet's Identifier or from the folder that came in. CourseError: neither is there.
    """
    folders = {who: (found[1], found[2]) for who, path in paths if (found := MOODLE.search(path))}
    directory = Directory(known)
    for file in worksheets:
        cells = Cells(_bytes(file), file)
        for line in participants(cells):
            who, _ = directory.find(line.keys)
            if who:
                folders[who] = (cells.at(line.row, 1), re.sub(r"\D", "", cells.at(line.row, 0)))
    if not folders:
        raise CourseError(
            "nobody's number in Moodle is known: download the grading worksheet and name it with --worksheet"
        )
    for student in known:
        if student["student"] not in folders:
            left.append((_named(student), "stands in no worksheet, and no folder of a download is named after them"))
    return {
        one["student"]: f"{_cleaned(name)}_{number}_assignsubmission_file/{page}"
        for one in known
        if one["student"] in folders
        for name, number in [folders[one["student"]]]
    }


def _cleaned(name: str) -> str:
    return UNSAFE.sub(" ", name).strip(" .") or "Participant"


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CourseError(f"this cannot be read: {error.strerror}", file=file) from error


def _named(student: Mapping[str, str]) -> str:
    return f"{student['student']} {student['name']}".strip()
