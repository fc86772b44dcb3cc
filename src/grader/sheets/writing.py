"""Empty answer sheets, for students to fill in."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from grader.part import Part

HEADER = ("question", "part", "answer", "meaning")


def csv_sheet(assignment: str, student: str, instance: str, questions: Mapping[str, Sequence[Part]]) -> bytes:
    """A CSV sheet with a byte-order mark, so that a spreadsheet reads ∂ as what it is."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADER)
    for name, value in (("assignment", assignment), ("student", student), ("instance", instance)):
        writer.writerow((name, "", value, ""))
    for question, parts in questions.items():
        for part in parts:
            for cell, means in zip(part.cells, part.meanings, strict=True):
                writer.writerow((question, cell, "", means))
    return out.getvalue().encode("utf-8-sig")


def yaml_sheet(assignment: str, student: str, instance: str, questions: Mapping[str, Sequence[Part]]) -> bytes:
    """A YAML sheet; what is left null is unanswered. Texts are quoted, so that 007 stays 007."""
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in
             (("assignment", assignment), ("student", student), ("instance", instance))]  # fmt: skip
    lines.append("answers:")
    for question, parts in questions.items():
        lines.append(f"  {question}:")
        for part in parts:
            if part.kind == "text":  # to be written below, with no thought of YAML's signs
                lines += [f"    {part.name}: |  # {part.meaning}", "      "]
                continue
            value = "null" if part.size == 1 else _nulls(part.shape)
            lines.append(f"    {part.name}: {value}  # {part.meaning}")
    return ("\n".join(lines) + "\n").encode()


def _nulls(shape: tuple[int, ...]) -> Any:
    inner = "null" if len(shape) == 1 else _nulls(shape[1:])
    return f"[{', '.join([inner] * shape[0])}]"
