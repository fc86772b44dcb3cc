"""The bare script, extended by somebody who marks what follows from a slip and knows the usual mistakes.

It does the arithmetic that the program does, inline: the key; where a question is not all right, the numbers as they
were rounded, and those that the student's own values lead to; every mistake at each open step, on the key and on the
student's values; and, while a cell is unexplained, each mistake made everywhere. It has one tolerance, weighs nothing
against anything else, and says no more than a word for each cell.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import numpy as np
from bare import LEVELS, center, convolved, sigmoid, tolerance

Made = Callable[[], Any]
Wrong = dict[str, list[tuple[str, list[float]]]]
"""For each part mistakes with the values that they lead to."""
Step = Callable[..., Any]
"""Called with a part, its value and the mistakes as callables; the value to go on with."""
Solution = Callable[[Mapping[str, Any], Step], None]
Marked = list[tuple[str, str, str, float | None, float, str]]
"""Question, cell, the answer as written and as a number, the key, the verdict."""
Written = dict[str, dict[int, tuple[str, float | None]]]
"""For each part the entries that were answered: the text, and its number where it is one."""


class Stop(Exception):
    """The rest of a pass cannot matter."""


def mark(givens: Mapping[str, Mapping[str, Any]], sheet: bytes) -> Marked:
    answers = read(sheet)
    return [row for q, solution in SOLUTIONS.items() for row in question(q, solution, givens[q], answers.get(q, {}))]


def read(sheet: bytes) -> dict[str, Written]:
    text = sheet.decode("utf-8-sig")
    semicolons = text.startswith("question;")
    answers: dict[str, Written] = {}
    for name, cell, answer, *_ in csv.reader(io.StringIO(text), delimiter=";" if semicolons else ","):
        part, _, index = cell.partition("[")
        if name not in SOLUTIONS or not answer:
            continue
        try:
            value = float(answer.replace(",", ".") if semicolons else answer)
        except ValueError:
            value = None
        parts = answers.setdefault(name, {})
        parts.setdefault(part, {})[place(part, index)] = answer, value
    return answers


WIDTHS = {"dV": 1}


def place(part: str, index: str) -> int:
    """Where an entry stands in its part, row by row."""
    if not index:
        return 0
    row, _, column = index[:-1].partition(",")
    return int(row) - 1 if not column else (int(row) - 1) * WIDTHS.get(part, 1) + int(column) - 1


def question(name: str, solution: Solution, g: Mapping[str, Any], written: Written) -> Marked:
    marking = Marking(name, written)
    solution(g, marking.by_key)
    if marking.open:
        for step in (marking.as_rounded, marking.carried):
            run(solution, g, step)
        marking.name_mistakes(marking.wrong)
        for mistake, end in marking.worth_a_pass():
            made: Wrong = {}
            run(solution, g, partial(marking.everywhere, mistake, end, made))
            marking.name_mistakes(made)
    return [
        (name, f"{part}[{i}]", text, number, values[i], marking.verdicts.get((part, i), "wrong"))
        for part, values in marking.key.items()
        for i, (text, number) in written.get(part, {}).items()
    ]


def run(solution: Solution, g: Mapping[str, Any], step: Step) -> None:
    with suppress(Stop, ZeroDivisionError):
        solution(g, step)


class Marking:
    """One question of one student. `open`: the entries of each part that are not right by the key."""

    def __init__(self, name: str, written: Written) -> None:
        self.name, self.written = name, written
        self.key: dict[str, list[float]] = {}
        self.knows: dict[str, list[str]] = {}
        self.open: dict[str, list[int]] = {}
        self.verdicts: dict[tuple[str, int], str] = {}
        self.wrong: Wrong = {}
        self.last = ""

    def by_key(self, part: str, value: Any, **mistakes: Made) -> Any:
        values = self.key[part] = numbers(value)
        self.knows[part] = list(mistakes)
        for i, (_, number) in self.written.get(part, {}).items():
            if number is None:
                self.verdicts[part, i] = "unreadable"
            elif abs(number - values[i]) <= tolerance(self.name, values[i]):
                self.verdicts[part, i] = "right"
            else:
                self.open.setdefault(part, []).append(i)
                self.last = part
        self.try_mistakes(part, mistakes)
        return value

    def as_rounded(self, part: str, value: Any, **_mistakes: Made) -> Any:
        self.settle(part, value, "right")
        return self.own(part, value, lambda i: self.verdicts.get((part, i)) == "right")

    def carried(self, part: str, value: Any, **mistakes: Made) -> Any:
        self.settle(part, value, "follows")
        self.try_mistakes(part, mistakes)
        return self.own(part, value, lambda _: True)

    def everywhere(self, mistake: str, end: str, made: Wrong, part: str, value: Any, **mistakes: Made) -> Any:
        """Stop where it was plainly not made."""
        value = mistakes[mistake]() if mistake in mistakes else value
        values = numbers(value)
        made[part] = [(mistake, values)]
        if part == end or (mistake in mistakes and self.otherwise(part, values)):
            raise Stop
        return value

    def otherwise(self, part: str, values: Sequence[float]) -> bool:
        return any(
            number is not None
            and abs(values[i] - self.key[part][i]) > 3 * tolerance(self.name, self.key[part][i])
            and not self.agrees(number, values[i])
            for i, (_, number) in self.written.get(part, {}).items()
        )

    def worth_a_pass(self) -> list[tuple[str, str]]:
        """The mistakes that can be made before the last entry that nothing explains, and where that is."""
        left = [part for part, cells in self.open.items() if any((part, i) not in self.verdicts for i in cells)]
        if not left:
            return []
        parts = list(self.key)
        before = parts[: parts.index(left[-1])]
        return [(mistake, left[-1]) for mistake in dict.fromkeys(m for part in before for m in self.knows[part])]

    def settle(self, part: str, value: Any, verdict: str) -> None:
        """Open entries that agree with the value have their verdict."""
        if part in self.open:
            values = numbers(value)
            for i in self.open[part]:
                if (part, i) not in self.verdicts and self.agrees(self.written[part][i][1], values[i]):
                    self.verdicts[part, i] = verdict

    def try_mistakes(self, part: str, mistakes: Mapping[str, Made]) -> None:
        if part in self.open:
            found = self.wrong.setdefault(part, [])
            found += [(mistake, numbers(made())) for mistake, made in mistakes.items()]

    def name_mistakes(self, wrong: Wrong) -> None:
        for part, cells in self.open.items():
            for i in cells:
                for mistake, values in wrong.get(part, ()):
                    if (part, i) not in self.verdicts and self.agrees(self.written[part][i][1], values[i]):
                        self.verdicts[part, i] = mistake

    def own(self, part: str, value: Any, use: Callable[[int], bool]) -> Any:
        """The value with the student's numbers in it; what comes after the last open part cannot matter."""
        if part == self.last:
            raise Stop
        if part not in self.written:
            return value
        mixed = numbers(value)
        for i, (_, number) in self.written[part].items():
            if number is not None and use(i):
                mixed[i] = number
        return np.array(mixed).reshape(value.shape) if isinstance(value, np.ndarray) else mixed[0]

    def agrees(self, number: float | None, right: float) -> bool:
        return number is not None and bool(abs(number - right) <= tolerance(self.name, right))


def numbers(value: Any) -> list[float]:
    return value.ravel().tolist() if isinstance(value, np.ndarray) else [float(value)]


def lstm(g: Mapping[str, Any], step: Step) -> None:
    W, U, b = ({k: np.array(g[f"{letter}_{k}"]) for k in "fico"} for letter in "WUb")
    h = start = np.array(g["h_0"])
    c = np.array(g["c_0"])
    for t, x in enumerate(np.array(g["x"]), start=1):
        gates = {}
        for k, part in (("f", "f"), ("i", "i"), ("c", "g"), ("o", "o")):
            wx, uh, bias = W[k] @ x, U[k] @ h, b[k]
            z = wx + uh + bias
            squash, other = (np.tanh, sigmoid) if k == "c" else (sigmoid, np.tanh)
            gates[k] = step(
                f"{part}_{t}",
                squash(z),
                bias_left_out=lambda: squash(wx + uh),
                recurrent_left_out=lambda: squash(wx + bias),
                stale_hidden_state=lambda: squash(wx + U[k] @ start + bias),
                **{"sigmoid_for_candidate" if k == "c" else "tanh_for_gate": lambda: other(z)},
            )
        f, i, new, o = (gates[k] for k in "fico")
        before = c
        c = step(
            f"c_{t}",
            f * before + i * new,
            gates_swapped=lambda: i * before + f * new,
            previous_cell_left_out=lambda: i * new,
        )
        h = step(
            f"h_{t}",
            o * np.tanh(c),
            tanh_left_out=lambda: o * c,
            tanh_of_product=lambda: np.tanh(o * c),
            candidate_for_cell=lambda: o * np.tanh(new),
        )


def ap(g: Mapping[str, Any], step: Step) -> None:
    true, m = np.cumsum(g["hits"]), g["relevant"]
    n = len(true)
    precision = step("precision", true / np.arange(1, n + 1))
    recall = step("recall", true / m, recall_over_ranks=lambda: true / n)
    points = step(
        "interpolated",
        np.where(recall >= LEVELS[:, None], precision, 0.0).max(axis=1),
        not_interpolated=lambda: precision[(recall >= LEVELS[:, None]).argmax(axis=1)],
        interpolated_to_the_left=lambda: np.where(recall <= LEVELS[:, None], precision, 0.0).max(axis=1),
    )
    step(
        "ap",
        points.sum() / 11,
        divided_by_ten=lambda: points.sum() / 10,
        zero_recall_left_out=lambda: points[1:].sum() / 10,
        all_point_for_eleven=lambda: (
            np.diff(recall, prepend=0.0) @ np.where(recall >= recall[:, None], precision, 0.0).max(axis=1)
        ),
        mean_over_all_ranks=precision.mean,
    )


def boxes(g: Mapping[str, Any], step: Step) -> None:
    ious = []
    for k, case in enumerate(g["cases"], start=1):
        a, b = np.array(case["truth"]), np.array(case["prediction"])
        area = [np.prod(box[2:] - box[:2]) for box in (a, b)]
        squared = ((a - b) ** 2).sum()
        step(
            f"l2_{k}",
            np.sqrt(squared),
            square_root_left_out=lambda: squared,
            l1_distance=lambda: abs(a - b).sum(),
            other_format=lambda: np.sqrt(((center(a) - center(b)) ** 2).sum()),
        )
        across, down = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
        shared = step(
            f"intersection_{k}",
            max(0, across) * max(0, down),
            inclusive_pixels=lambda: max(0, across + 1) * max(0, down + 1),
            overlap_not_clamped=lambda: across * down,
        )
        union = step(
            f"union_{k}",
            area[0] + area[1] - shared,
            intersection_counted_twice=lambda: area[0] + area[1],
            inclusive_pixels=lambda: sum(np.prod(box[2:] - box[:2] + 1) for box in (a, b)) - shared,
        )
        ious.append(
            step(
                f"iou_{k}",
                shared / union,
                over_truth_area=lambda: shared / area[0],
                over_larger_area=lambda: shared / max(area),
            )
        )
    step("best", 1 + int(np.argmax(ious)))


def tconv(g: Mapping[str, Any], step: Step) -> None:
    size = g["input"][0]
    for n, layer in enumerate(g["layers"], start=1):
        k, s, p, d, o = (layer[key] for key in ("kernel", "stride", "padding", "dilation", "output_padding"))
        before = size
        right = (size - 1) * s - 2 * p + d * (k - 1) + o + 1
        size = step(
            f"size_{n}",
            right,
            convolution_formula=lambda: convolved(layer, before),
            padding_left_out=lambda: right + 2 * p,
            padding_added=lambda: right + 4 * p,
            padding_once=lambda: right + p,
            size_times_stride=lambda: right + s,
            output_padding_left_out=lambda: right - o,
            output_padding_twice=lambda: right + o,
        )


def bptt(g: Mapping[str, Any], step: Step) -> None:
    U, W, V, x = (np.array(g[name]) for name in "UWVx")
    H = [np.array(g["H_0"])]
    for t, entering in enumerate(x, start=1):
        H.append(step(f"H_{t}", np.tanh(U @ entering + W @ H[-1])))
    e = np.exp(V @ H[3])
    O = step("O_3", e / e.sum())
    y = np.array(g["y"][0])
    dO = step(
        "dO",
        O - y,
        sign_flipped=lambda: y - O,
        softmax_derivative_twice=lambda: (O - y) * O * (1 - O),
    )
    step("dV", np.outer(dO, H[3]))
    shares: dict[str, list[Any]] = {"W": [], "U": []}
    delta = dO
    for t in (3, 2, 1):
        behind, slope, back = delta, 1 - H[t] ** 2, V if t == 3 else W
        slips: dict[str, Callable[[], Any]] = dict(
            tanh_for_its_derivative=lambda: (back.T @ behind) * H[t],
            one_minus_h=lambda: (back.T @ behind) * (1 - H[t]),
        )
        if t < 3:
            slips["w_left_out_of_chain"] = lambda: behind * slope
        delta = step(f"delta_{t}", (back.T @ behind) * slope, **slips)
        for letter, entering in (("W", H[t - 1]), ("U", x[t - 1])):
            seen = {name: partial(shared, slip, entering) for name, slip in slips.items()}
            if letter == "W":
                seen["own_state"] = partial(np.outer, delta, H[t])
            shares[letter].append(step(f"d{letter}_{t}", np.outer(delta, entering), **seen))
    for letter in "WU":
        step(f"d{letter}", sum(shares[letter]), last_step_only=lambda: shares[letter][0])


def shared(slip: Made, entering: Any) -> Any:
    """A slip on the way to δ, as it shows in a share."""
    return np.outer(slip(), entering)


SOLUTIONS: Mapping[str, Solution] = dict(lstm=lstm, ap=ap, boxes=boxes, tconv=tconv, bptt=bptt)
