"""The bare script that `make bench` measures against: hw4 as a teaching assistant would script it in an afternoon.

`csv`, numpy and sqlite3, one solution for each question, one tolerance, right or wrong. It reads no number that
`float` does not, marks no mistake and no follow-through, and believes every file. Its papers are as good as ours:
it draws again until no asked value is degenerate and every mistake of the catalogue can be told from the right answer.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

Givens = Mapping[str, Mapping[str, Any]]
Marked = list[tuple[str, str, str, float | None, float, bool]]
"""Question, cell, the answer as written and as a number, the key, right or not."""

Mistakes = Iterator[tuple[str, Iterable[tuple[Any, Any]]]]
"""Mistake, and its value and the right one at each step where it can be made, computed as they are looked at."""

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


def mark_folder(
    folder: Path, givens_file: Path, database: Path, mark: Callable[[Givens, bytes], Iterable[tuple[Any, ...]]] = mark
) -> None:
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
        parts = SOLUTIONS[question](g)
        fit = question not in FIT or FIT[question](g, parts)
        if fit and sound(question, parts) and all_visible(question, g, parts):
            return g


def tolerance(question: str, right: Any) -> Any:
    return 0.0 if question in EXACT else 0.0005 + 0.01 * abs(right)


def sound(question: str, parts: Mapping[str, Any]) -> bool:
    """Is every asked value away from its domain's ends and, but for a quarter of an array, too large for zero?"""
    least = 10 * tolerance(question, 0)
    for part, ends in DOMAINS[question].items():
        values = np.ravel(parts[part]).tolist()
        if any(abs(v - end) <= tolerance(question, end) for v in values for end in ends):
            return False
        if sum(abs(v) < least for v in values) > len(values) / 4:
            return False
    return True


def all_visible(question: str, g: Mapping[str, Any], parts: Mapping[str, Any]) -> bool:
    """Is every mistake farther than three tolerances from the key, at one step at least?"""
    return all(
        any(np.any(abs(wrong - right) > 3 * tolerance(question, right)) for wrong, right in steps)
        for _, steps in MISTAKES[question](g, parts)
    )


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


def mistakes_lstm(g: Mapping[str, Any], s: Mapping[str, Any]) -> Mistakes:
    h, c = [np.array(g["h_0"]), s["h_1"]], [np.array(g["c_0"]), s["c_1"]]
    f, i, new, o, C, H = ([s[f"{k}_1"], s[f"{k}_2"]] for k in "figoch")
    T = range(2)
    yield "gates_swapped", ((i[t] * c[t] + f[t] * new[t], C[t]) for t in T)
    yield "previous_cell_left_out", ((i[t] * new[t], C[t]) for t in T)
    yield "tanh_left_out", ((o[t] * C[t], H[t]) for t in T)
    yield "tanh_of_product", ((np.tanh(o[t] * C[t]), H[t]) for t in T)
    yield "candidate_for_cell", ((o[t] * np.tanh(new[t]), H[t]) for t in T)
    W, U, b = ({k: np.array(g[f"{letter}_{k}"]) for k in "fico"} for letter in "WUb")
    x, right = np.array(g["x"]), dict(f=f, i=i, c=new, o=o)
    z = {(k, t): W[k] @ x[t] + U[k] @ h[t] + b[k] for t in T for k in "fico"}
    squash: dict[str, Callable[[Any], Any]] = dict(f=sigmoid, i=sigmoid, c=np.tanh, o=sigmoid)
    yield "bias_left_out", ((squash[k](v - b[k]), right[k][t]) for (k, t), v in z.items())
    yield "recurrent_left_out", ((squash[k](v - U[k] @ h[t]), right[k][t]) for (k, t), v in z.items())
    yield "stale_hidden_state", ((squash[k](v - U[k] @ (h[t] - h[0])), right[k][t]) for (k, t), v in z.items())
    yield "tanh_for_gate", ((np.tanh(v), right[k][t]) for (k, t), v in z.items() if k != "c")
    yield "sigmoid_for_candidate", ((sigmoid(z["c", t]), new[t]) for t in T)


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def draw_ap(chance: np.random.Generator) -> dict[str, Any]:
    return dict(hits=chance.permutation([1] * 5 + [0] * 7).tolist(), relevant=5)


def mistakes_ap(g: Mapping[str, Any], s: Mapping[str, Any]) -> Mistakes:
    precision, recall, points, ap = s["precision"], s["recall"], s["interpolated"], s["ap"]
    first = (recall >= LEVELS[:, None]).argmax(axis=1)
    left = np.where(recall <= LEVELS[:, None], precision, 0.0).max(axis=1)
    area = np.diff(recall, prepend=0.0) @ np.where(recall >= recall[:, None], precision, 0.0).max(axis=1)
    yield "recall_over_ranks", [(recall * g["relevant"] / len(recall), recall)]
    yield "not_interpolated", [(precision[first], points)]
    yield "interpolated_to_the_left", [(left, points)]
    yield "divided_by_ten", [(points.sum() / 10, ap)]
    yield "zero_recall_left_out", [(points[1:].sum() / 10, ap)]
    yield "all_point_for_eleven", [(area, ap)]
    yield "mean_over_all_ranks", [(precision.mean(), ap)]


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


def mistakes_boxes(g: Mapping[str, Any], s: Mapping[str, Any]) -> Mistakes:
    pairs = [(k, np.array(case["truth"]), np.array(case["prediction"])) for k, case in enumerate(g["cases"], start=1)]
    l2, shared, union, iou = ({k: s[f"{part}_{k}"] for k in (1, 2)} for part in ("l2", "intersection", "union", "iou"))
    area = {k: (np.prod(a[2:] - a[:2]), np.prod(b[2:] - b[:2])) for k, a, b in pairs}
    yield "square_root_left_out", ((l2[k] ** 2, l2[k]) for k in l2)
    yield "l1_distance", ((abs(a - b).sum(), l2[k]) for k, a, b in pairs)
    yield "other_format", ((np.sqrt(((center(a) - center(b)) ** 2).sum()), l2[k]) for k, a, b in pairs)
    yield "intersection_counted_twice", ((sum(area[k]), union[k]) for k in union)
    sides = {k: np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2]) for k, a, b in pairs}
    yield "inclusive_pixels", ((np.prod(sides[k] + 1), shared[k]) for k in shared)
    yield "over_truth_area", ((shared[k] / area[k][0], iou[k]) for k in iou)
    yield "over_larger_area", ((shared[k] / max(area[k]), iou[k]) for k in iou)


def center(box: Any) -> Any:
    return np.concatenate([(box[:2] + box[2:]) / 2, box[2:] - box[:2]])


def draw_tconv(chance: np.random.Generator) -> dict[str, Any]:
    ranges = dict(kernel=(2, 8), stride=(1, 5), padding=(0, 4), output_padding=(0, 3), dilation=(1, 2))
    while True:
        layers = [{key: int(chance.integers(*ends)) for key, ends in ranges.items()} for _ in range(2)]
        if all(any(layer[key] for layer in layers) for key in ("padding", "output_padding")):
            return dict(input=[int(chance.integers(2, 9))] * 2, layers=layers)


def fit_tconv(g: Mapping[str, Any], parts: Mapping[str, Any]) -> bool:
    small = all(not layer["output_padding"] or layer["output_padding"] < layer["stride"] for layer in g["layers"])
    return small and min(parts.values()) >= 1


def mistakes_tconv(g: Mapping[str, Any], s: Mapping[str, Any]) -> Mistakes:
    sizes = [g["input"][0], s["size_1"], s["size_2"]]
    layers = list(zip(g["layers"], sizes, sizes[1:], strict=False))
    yield "convolution_formula", ((convolved(layer, size), right) for layer, size, right in layers)
    yield "padding_left_out", ((right + 2 * layer["padding"], right) for layer, _, right in layers)
    yield "padding_added", ((right + 4 * layer["padding"], right) for layer, _, right in layers)
    yield "padding_once", ((right + layer["padding"], right) for layer, _, right in layers)
    yield "size_times_stride", ((right + layer["stride"], right) for layer, _, right in layers)
    yield "output_padding_left_out", ((right - layer["output_padding"], right) for layer, _, right in layers)
    yield "output_padding_twice", ((right + layer["output_padding"], right) for layer, _, right in layers)


def convolved(layer: Mapping[str, int], size: int) -> int:
    return (size + 2 * layer["padding"] - layer["dilation"] * (layer["kernel"] - 1) - 1) // layer["stride"] + 1


def draw_bptt(chance: np.random.Generator) -> dict[str, Any]:
    g = {name: decimals(chance, largest, *shape) for name, largest, *shape in
         (("U", 1, 1, 1), ("W", 1.5, 1, 1), ("V", 2, 2, 1), ("H_0", 0.9, 1), ("x", 1.5, 3, 1))}  # fmt: skip
    return g | dict(y=[[1, 0] if chance.integers(2) else [0, 1]])


def fit_bptt(_g: Mapping[str, Any], parts: Mapping[str, Any]) -> bool:
    states = all(0.05 <= abs(parts[f"H_{t}"]) <= 0.97 for t in (1, 2, 3))
    return bool(
        states and all(abs(parts[f"{d}_{t}"]) >= 0.001 * abs(parts[d]) for d in ("dW", "dU") for t in (1, 2, 3))
    )


def mistakes_bptt(g: Mapping[str, Any], s: Mapping[str, Any]) -> Mistakes:
    W, V = np.array(g["W"]), np.array(g["V"])
    H, O, dO = [np.array(g["H_0"]), s["H_1"], s["H_2"], s["H_3"]], s["O_3"], s["dO"]
    dW, T = {t: s[f"dW_{t}"] for t in (1, 2, 3)}, (3, 2, 1)
    behind, delta = {3: V.T @ dO}, {}
    for t in T:
        delta[t] = behind[t] * (1 - H[t] ** 2)
        behind[t - 1] = W.T @ delta[t]
    yield "sign_flipped", [(-dO, dO)]
    yield "softmax_derivative_twice", [(dO * O * (1 - O), dO)]
    yield "last_step_only", ((s[f"{d}_3"], s[d]) for d in ("dW", "dU"))
    yield "own_state", ((np.outer(delta[t], H[t]), dW[t]) for t in T)
    yield "tanh_for_its_derivative", ((np.outer(behind[t] * H[t], H[t - 1]), dW[t]) for t in T)
    yield "one_minus_h", ((np.outer(behind[t] * (1 - H[t]), H[t - 1]), dW[t]) for t in T)
    yield "w_left_out_of_chain", ((np.outer(delta[t + 1] * (1 - H[t] ** 2), H[t - 1]), dW[t]) for t in (2, 1))


DRAWS = dict(lstm=draw_lstm, ap=draw_ap, boxes=draw_boxes, tconv=draw_tconv, bptt=draw_bptt)
FIT: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], bool]] = dict(
    lstm=fit_lstm, tconv=fit_tconv, bptt=fit_bptt, boxes=fit_boxes
)
MISTAKES: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], Mistakes]] = dict(
    lstm=mistakes_lstm, ap=mistakes_ap, boxes=mistakes_boxes, tconv=mistakes_tconv, bptt=mistakes_bptt
)
SHARE, TANH = (0, 1), (-1, 1)
LSTM_DOMAINS: dict[str, tuple[int, ...]] = dict(f=SHARE, i=SHARE, g=TANH, o=SHARE, c=(), h=TANH)
DOMAINS: Mapping[str, Mapping[str, tuple[int, ...]]] = dict(
    lstm={f"{part}_{t}": ends for t in (1, 2) for part, ends in LSTM_DOMAINS.items()},
    ap=dict(ap=SHARE),
    boxes=dict(l2_1=(0,), union_1=(0,), l2_2=(0,), union_2=(0,)),
    tconv=dict(size_1=(1,), size_2=(1,)),
    bptt=dict(H_1=TANH, H_2=TANH, H_3=TANH, O_3=SHARE, dO=TANH, dV=(), dW_1=(), dW_2=(), dW_3=(), dW=(), dU=()),
)
"""The asked parts that zero must not pass for, and the ends of their domains."""
