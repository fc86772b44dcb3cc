"""The bare script that `make bench` measures against: hw4 as a teaching assistant would script it in an afternoon.

`csv`, numpy and sqlite3, one solution for each question, one tolerance, right or wrong. It reads no number that
`float` does not, knows no mistake and no follow-through, and believes every file.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

Givens = Mapping[str, Mapping[str, Any]]
Marked = list[tuple[str, str, str, float | None, float, bool]]
"""Question, cell, the answer as written and as a number, the key, right or not."""

EXACT = {"tconv"}
LEVELS = np.arange(11) / 10


def mark(givens: Givens, sheet: bytes) -> Marked:
    """Read a sheet and compare every cell with the key."""
    key = solve(givens)
    text = sheet.decode("utf-8-sig")
    semicolons = text.startswith("question;")
    marked: Marked = []
    for question, cell, answer, *_ in csv.reader(io.StringIO(text), delimiter=";" if semicolons else ","):
        right = key.get((question, cell))
        if right is None:
            continue
        try:
            value = float(answer.replace(",", ".") if semicolons else answer)
        except ValueError:
            marked.append((question, cell, answer, None, right, False))
            continue
        radius = 0.0 if question in EXACT else 0.0005 + 0.01 * abs(right)
        marked.append((question, cell, answer, value, right, abs(value - right) <= radius))
    return marked


def mark_folder(folder: Path, givens_file: Path, database: Path) -> None:
    """Mark every sheet of a folder, named after its student, and keep the marks in SQLite."""
    givens = json.loads(givens_file.read_text())
    db = sqlite3.connect(database)
    db.execute("CREATE TABLE marks (student, question, cell, answer, value, expected, verdict)")
    for path in sorted(folder.iterdir()):
        marked = mark(givens[path.stem], path.read_bytes())
        db.executemany("INSERT INTO marks VALUES (?, ?, ?, ?, ?, ?, ?)", [(path.stem, *row) for row in marked])
    db.commit()
    db.close()


def solve(givens: Givens) -> dict[tuple[str, str], float]:
    """The key: question and cell → value."""
    key = {}
    for question, solution in SOLUTIONS.items():
        for part, value in solution(givens[question]).items():
            array = np.asarray(value)
            if array.size == 1:
                key[question, part] = float(array.item())
                continue
            for index in np.ndindex(array.shape):
                key[question, f"{part}[{','.join(str(i + 1) for i in index)}]"] = float(array[index])
    return key


def lstm(g: Mapping[str, Any]) -> dict[str, Any]:
    W, U, b = ({k: np.array(g[f"{letter}_{k}"]) for k in "fico"} for letter in "WUb")
    h, c = np.array(g["h_0"]), np.array(g["c_0"])
    parts: dict[str, Any] = {}
    for t, x in enumerate(np.array(g["x"]), start=1):
        z = {k: W[k] @ x + U[k] @ h + b[k] for k in "fico"}
        f, i, o = (1 / (1 + np.exp(-z[k])) for k in "fio")
        new = np.tanh(z["c"])
        c = f * c + i * new
        h = o * np.tanh(c)
        parts |= {f"f_{t}": f, f"i_{t}": i, f"g_{t}": new, f"o_{t}": o, f"c_{t}": c, f"h_{t}": h}
    return parts


def ap(g: Mapping[str, Any]) -> dict[str, Any]:
    true = np.cumsum(g["hits"])
    precision, recall = true / np.arange(1, len(true) + 1), true / g["relevant"]
    reached = recall >= LEVELS[:, None]
    points = np.where(reached, precision, 0.0).max(axis=1)
    return dict(precision=precision, recall=recall, interpolated=points, ap=points.sum() / 11)


def boxes(g: Mapping[str, Any]) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    ious = []
    for k, case in enumerate(g["cases"], start=1):
        a, b = np.array(case["truth"]), np.array(case["prediction"])
        across, down = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
        shared = max(0, across) * max(0, down)
        union = np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2]) - shared
        ious.append(shared / union)
        distance = np.sqrt(((a - b) ** 2).sum())
        parts |= {f"l2_{k}": distance, f"intersection_{k}": shared, f"union_{k}": union, f"iou_{k}": ious[-1]}
    return parts | {"best": 1 + np.argmax(ious)}


def tconv(g: Mapping[str, Any]) -> dict[str, Any]:
    size = g["input"][0]
    parts: dict[str, Any] = {}
    for n, layer in enumerate(g["layers"], start=1):
        k, s, p, d, o = (layer[key] for key in ("kernel", "stride", "padding", "dilation", "output_padding"))
        size = (size - 1) * s - 2 * p + d * (k - 1) + o + 1
        parts[f"size_{n}"] = size
    return parts


def bptt(g: Mapping[str, Any]) -> dict[str, Any]:
    U, W, V, x = (np.array(g[name]) for name in "UWVx")
    H = [np.array(g["H_0"])]
    for entering in x:
        H.append(np.tanh(U @ entering + W @ H[-1]))
    e = np.exp(V @ H[3])
    O = e / e.sum()
    dO = O - np.array(g["y"][0])
    parts = {"H_1": H[1], "H_2": H[2], "H_3": H[3], "O_3": O, "dO": dO, "dV": np.outer(dO, H[3])}
    dW, dU = np.zeros_like(W), np.zeros_like(U)
    delta = (V.T @ dO) * (1 - H[3] ** 2)
    for t in (3, 2, 1):
        parts[f"dW_{t}"] = np.outer(delta, H[t - 1])
        parts[f"dU_{t}"] = np.outer(delta, x[t - 1])
        dW, dU = dW + parts[f"dW_{t}"], dU + parts[f"dU_{t}"]
        delta = (W.T @ delta) * (1 - H[t - 1] ** 2)
    return parts | {"dW": dW, "dU": dU}


SOLUTIONS = dict(lstm=lstm, ap=ap, boxes=boxes, tconv=tconv, bptt=bptt)


def generate(chance: np.random.Generator, student: str, form: Sequence[Sequence[str]]) -> tuple[Givens, bytes]:
    """One student's numbers, drawn again until the question is fit to ask, and the empty sheet."""
    givens = {question: drawn(chance, question) for question in SOLUTIONS}
    out = io.StringIO()
    csv.writer(out).writerows([question, part, student if question == "student" else answer, meaning]
                              for question, part, answer, meaning in form)  # fmt: skip
    return givens, out.getvalue().encode("utf-8-sig")


def drawn(chance: np.random.Generator, question: str) -> dict[str, Any]:
    while True:
        g = DRAWS[question](chance)
        if question not in FIT or FIT[question](g, SOLUTIONS[question](g)):
            return g


def decimals(chance: np.random.Generator, largest: float, *shape: int) -> Any:
    return (chance.integers(-int(largest * 100), int(largest * 100) + 1, shape) / 100).tolist()


def draw_lstm(chance: np.random.Generator) -> dict[str, Any]:
    g = {f"{letter}_{k}": decimals(chance, 1, *shape) for k in "fico"
         for letter, shape in (("W", (1, 2)), ("U", (1, 1)), ("b", (1,)))}  # fmt: skip
    return g | dict(x=decimals(chance, 3, 2, 2), h_0=[0.0], c_0=[0.0])


def fit_lstm(_g: Mapping[str, Any], parts: Mapping[str, Any]) -> bool:
    low, high = 1 / (1 + np.exp(4)), 1 / (1 + np.exp(-4))
    gates = all(low <= parts[f"{k}_{t}"] <= high for k in "fio" for t in (1, 2))
    return bool(gates and all(abs(parts[f"g_{t}"]) <= np.tanh(4) for t in (1, 2)))


def draw_ap(chance: np.random.Generator) -> dict[str, Any]:
    return dict(hits=chance.permutation([1] * 5 + [0] * 5).tolist(), relevant=5)


def offsets() -> list[list[tuple[int, ...]]]:
    """Small differences of two boxes, those of equal length together."""
    found: dict[int, list[tuple[int, ...]]] = {}
    for d in itertools.product(range(-4, 5), repeat=4):
        if any(d):
            found.setdefault(sum(v * v for v in d), []).append(d)
    return [alike for alike in found.values() if len(alike) >= 8]


OFFSETS = offsets()


def draw_boxes(chance: np.random.Generator) -> dict[str, Any]:
    alike = OFFSETS[int(chance.integers(len(OFFSETS)))]
    return dict(cases=[draw_pair(chance, alike) for _ in range(2)])


def draw_pair(chance: np.random.Generator, alike: Sequence[tuple[int, ...]]) -> dict[str, list[int]]:
    while True:
        (x, y), (w, h) = chance.integers(4, 13, 2).tolist(), chance.integers(2, 13, 2).tolist()
        a = [x, y, x + w, y + h]
        b = [v + d for v, d in zip(a, alike[int(chance.integers(len(alike)))], strict=True)]
        sides = (b[2] - b[0], b[3] - b[1])
        overlap = min(a[2], b[2]) > max(a[0], b[0]) and min(a[3], b[3]) > max(a[1], b[1])
        if min(b) >= 0 and min(sides) >= 2 and max(sides) <= 12 and overlap:
            return dict(truth=a, prediction=b)


def fit_boxes(_g: Mapping[str, Any], parts: Mapping[str, Any]) -> bool:
    return bool(abs(parts["iou_1"] - parts["iou_2"]) >= 0.05)


def draw_tconv(chance: np.random.Generator) -> dict[str, Any]:
    ranges = dict(kernel=(2, 8), stride=(1, 5), padding=(0, 4), output_padding=(0, 3), dilation=(1, 2))
    layers = [{key: int(chance.integers(*ends)) for key, ends in ranges.items()} for _ in range(2)]
    return dict(input=[int(chance.integers(2, 9))] * 2, layers=layers)


def fit_tconv(g: Mapping[str, Any], parts: Mapping[str, Any]) -> bool:
    small = all(not layer["output_padding"] or layer["output_padding"] < layer["stride"] for layer in g["layers"])
    return small and min(parts.values()) >= 1


def draw_bptt(chance: np.random.Generator) -> dict[str, Any]:
    g = {name: decimals(chance, largest, *shape) for name, largest, *shape in
         (("U", 1, 1, 1), ("W", 1.5, 1, 1), ("V", 2, 2, 1), ("H_0", 0.9, 1), ("x", 1.5, 3, 1))}  # fmt: skip
    return g | dict(y=[[1, 0] if chance.integers(2) else [0, 1]])


def fit_bptt(_g: Mapping[str, Any], parts: Mapping[str, Any]) -> bool:
    states = all(0.05 <= abs(parts[f"H_{t}"]) <= 0.97 for t in (1, 2, 3))
    return bool(
        states and all(abs(parts[f"{d}_{t}"]) >= 0.001 * abs(parts[d]) for d in ("dW", "dU") for t in (1, 2, 3))
    )


DRAWS = dict(lstm=draw_lstm, ap=draw_ap, boxes=draw_boxes, tconv=draw_tconv, bptt=draw_bptt)
FIT: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], bool]] = dict(
    lstm=fit_lstm, tconv=fit_tconv, bptt=fit_bptt, boxes=fit_boxes
)
