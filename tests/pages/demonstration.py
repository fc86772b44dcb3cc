"""A document with every kind of block, for the tests and for looking at."""

from __future__ import annotations

from grader.drawing import BLUE, ORANGE, Dot, Drawing, Label, Line, Math, Rect, Shape
from grader.pages.blocks import (
    AnswerBox,
    AnswerBoxes,
    Bar,
    Beside,
    Block,
    Document,
    Facts,
    Formulas,
    Given,
    Givens,
    Heading,
    HeatMap,
    Histogram,
    Keep,
    Marked,
    Plain,
    Scatter,
    Stats,
    Table,
    Text,
)

HOSTILE = (
    "</p><script>alert('x')</script> <img src=\"/some/picture.png\"/> <font color='red'>&amp;&#0; "
    "$\\frac{a}{b}$ **bold** \x00\x1b[31m \u202ereversed {0} %s " + "x" * 300
)
NAMES = "Ελένη Παπαδοπούλου · Nguyễn Thị Ánh · Đặng Ắc · 王小明 · Zoë 😀 · Жанна Ёлкина"


def _matrix(rows: int, columns: int, start: float) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(f"{start + 0.35 * r - 0.45 * c:.2f}" for c in range(columns)) for r in range(rows))


def _boxes() -> Drawing:
    unit = 14.0
    grid = [Line(x * unit + 20, 14, x * unit + 20, 14 + 9 * unit, "#dde4ec", 0.4) for x in range(12)]
    grid += [Line(20, 14 + y * unit, 20 + 11 * unit, 14 + y * unit, "#dde4ec", 0.4) for y in range(10)]
    return Drawing(
        20 + 11 * unit + 10,
        14 + 9 * unit + 4,
        (
            Rect(20, 14, 11 * unit, 9 * unit, fill="#f3f7fb", stroke=""),
            *grid,
            Rect(20 + 4 * unit, 14 + 2 * unit, 2 * unit, 2 * unit, fill="#cfe0d6", stroke="", hatched=True),
            Rect(20 + unit, 14 + unit, 5 * unit, 3 * unit, stroke=BLUE, line_width=1.5),
            Rect(20 + 4 * unit, 14 + 2 * unit, 5 * unit, 5 * unit, stroke=ORANGE, line_width=1.5, dashed=True),
            Dot(20 + unit, 14 + unit, 2, BLUE),
            Dot(20 + 9 * unit, 14 + 7 * unit, 2, ORANGE),
            Label(20 + 1.5 * unit, 14 + 3.7 * unit, Math("A"), 11, BLUE),
            Label(20 + 8.5 * unit, 14 + 2.9 * unit, Math("B"), 11, ORANGE),
            Label(20 + unit + 3, 14 + unit - 4, "(1, 1)", 7, BLUE, "start"),
            Line(20, 14 + 9 * unit, 26 + 11 * unit, 14 + 9 * unit, arrow=True),
        ),
        "Box A from (1, 1) to (6, 4); box B from (4, 2) to (9, 7); their overlap is hatched.",
    )


def _network() -> Drawing:
    shapes: list[Shape] = []
    for t in range(4):
        x = 20 + 55 * t
        shapes += [
            Dot(x, 40, 13, "#eaf1f9" if t else "#f4f4f4", BLUE if t else "#8a96a3"),
            Label(x, 43, Math(f"h_{t}"), 10),
        ]
        if t:
            shapes += [
                Line(x - 42, 40, x - 13, 40, arrow=True),
                Label(x - 28, 36, Math("w"), 8, BLUE),
                Line(x, 75, x, 54, arrow=True),
                Label(x, 84, Math(f"x_{t}"), 9),
            ]
    return Drawing(205, 90, tuple(shapes), "A network unrolled over three steps.", "Unrolled")


LSTM = (
    r"f_t=\sigma(W_f x_t+U_f h_{t-1}+b_f)",
    r"i_t=\sigma(W_i x_t+U_i h_{t-1}+b_i)",
    r"o_t=\sigma(W_o x_t+U_o h_{t-1}+b_o)",
    r"\tilde c_t=\tanh(W_c x_t+U_c h_{t-1}+b_c)",
    r"c_t=f_t\odot c_{t-1}+i_t\odot\tilde c_t",
    r"h_t=o_t\odot\tanh(c_t)",
)
QUESTION_1 = r"""An LSTM cell with hidden size 3 reads $x_1$ and $x_2$, starting from $h_0=c_0=\mathbf{0}$.
All biases are zero; $\sigma(z)=1/(1+e^{-z})$ and $\tanh$ act elementwise and $\odot$ is the elementwise
product. Use **four decimals**,
*never* `0.1` alone:

- the gates $f_t$, $i_t$ and $o_t$ are in $(0, 1)$;
- the state $c_t$ may be anything, and this bullet is long enough for a second line, to see how it is indented
  when it wraps.
"""
QUESTION_2 = r"""A detector returns candidates, sorted by score. With precision at rank $k$,
$P(k)=\frac{1}{k}\sum_{j\le k}y_j$, and $R$ the set of relevant candidates, average precision is

$$\mathrm{AP}=\frac{1}{|R|}\sum_{k=1}^{n}P(k)\,\mathbb{1}[y_k=1],\qquad
\mathrm{mAP}=\frac{1}{C}\sum_{c=1}^{C}\mathrm{AP}_c .$$
"""
QUESTION_3 = r"""Box $A$ is the ground truth and box $B$ the prediction. The hatched region is $A\cap B$.
Compute

$$\mathrm{IoU}(A,B)=\frac{|A\cap B|}{|A\cup B|},\qquad
L_2=\sqrt{\sum_{j=1}^{4}\left(a_j-\hat{a}_j\right)^{2}}$$

where $a,\hat{a}\in\mathbb{R}^4$ stack the coordinates.
"""


def question_blocks() -> tuple[Block, ...]:
    return (
        Heading("LSTM forward pass", 1, "12 points", "1"),
        Text(QUESTION_1),
        Formulas(LSTM),
        Givens(
            (
                Given("x_1", ("0.50", "-1.20", "0.80")),
                Given("x_2", ("0.10", "1.45", "-0.30")),
                *(Given(f"W_{g}", _matrix(3, 3, 0.9)) for g in "fioc"),
                *(Given(f"U_{g}", _matrix(3, 3, -0.2)) for g in "fioc"),
                Given(r"\eta", "0.05"),
            )
        ),
        AnswerBoxes(
            (
                *(AnswerBox(f"{n}_{t}", f"{n}_{t}", "3 decimals") for t in (1, 2) for n in "fioch"),
                AnswerBox("dW[1,1]", r"\partial E/\partial W_{11}"),
            )
        ),
        Heading("Average precision of a ranking", 1, "8 points", "2"),
        Text(QUESTION_2),
        Table(
            (Text("rank $k$"), *(str(k) for k in range(1, 12))),
            (
                (Text("score $s_k$"), *(f"{0.97 - 0.07 * k:.2f}" for k in range(11))),
                (Text("relevant $y_k$"), *("101101001010")[:11]),
                (Text("precision $P(k)$"), *(AnswerBox(f"precision[{k}]") for k in range(1, 12))),
            ),
        ),
        Heading("Bounding boxes: IoU and regression loss", 1, "8 points", "3"),
        Beside(
            (Text(QUESTION_3), AnswerBoxes((AnswerBox("iou", r"\mathrm{IoU}"), AnswerBox("l2", "L_2")))),
            (_boxes(),),
        ),
        Beside((Text("The scalar network $h_t=\\tanh(w h_{t-1}+u x_t)$ is unrolled."),), (_network(),), 0.4),
    )


def report_blocks() -> tuple[Block, ...]:
    return (
        Stats(
            (
                ("Submissions", "187", "of 200 students"),
                ("Mean", "28.1", "of 44 points, 64%"),
                ("Median", "29.9", "IQR 19.4 – 35.2"),
                ("Std. deviation", "9.4", "points"),
                ("Reliability", "0.84", "Cronbach’s alpha"),
                ("Flagged parts", "2", "f_1, iou"),
            )
        ),
        Beside(
            (
                Histogram(
                    tuple(float(e) for e in range(0, 46, 2)),
                    (0, 0, 0, 0, 2, 3, 11, 8, 14, 13, 7, 10, 5, 8, 13, 12, 16, 23, 12, 7, 14, 9),
                    28.1,
                    29.9,
                    "Score distribution",
                    "total points",
                    "students",
                ),
            ),
            (
                Table(
                    ("mistake", "students"),
                    (("bias left out", Bar(0.38, "71 (38%)")), ("none", Bar(0.0, "0"))),
                    "ll",
                ),
            ),
            0.5,
        ),
        Scatter(
            (("f_1", 0.74, 0.41), ("iou", 0.95, 0.12), ("best", 0.4, -0.08)),
            "Difficulty and discrimination",
            x_label="facility",
            y_label="discrimination",
            stressed=("iou", "best"),
        ),
        HeatMap(
            (("LSTM", ("f_1", "i_1", "c_1")), ("Boxes", ("intersection_1", "iou_1"))),
            (("Top quarter", (1.0, 0.97, 0.8, 0.55, None)), ("Bottom quarter", (0.6, 0.41, 0.2, 0.0, 0.14))),
            "Mean share of the points",
            "mean % of the points",
        ),
        Heading("What you earned", 2, "7 of 12"),
        Table(
            ("Part", "Your answer", "Accepted", "Result", "Why", "Points"),
            (
                ("f_1", "-0.852", "0.84 to 0.86", Marked("✓ right", "good"), "", "2 of 2"),
                (
                    "i_1",
                    "0.62",
                    "0.71 to 0.72",
                    Marked("✗ a known mistake", "bad"),
                    Text(r"0.62 is what $\sigma(Wx)$ gives with the *bias left out*"),
                    "1 of 2",
                ),
                ("c_1", HOSTILE, Math("f_1 c_0+i_1 g_1"), Marked("not read", "warn"), NAMES, "0 of 2"),
                ("h_1", "", "", Marked("blank", "muted"), "", "0 of 2"),
            ),
            "lrlllr",
            caption="Every part with what was read.",
        ),
        Plain(HOSTILE),
        Plain("Right for your earlier value.", "good"),
        Plain("Wrong, and not a mistake that we know.", "bad"),
        Plain("A note in small grey letters.", "note"),
        Plain(NAMES, "small"),
        Keep(
            (Heading("Kept together", 3), Plain("With its heading.")),
        ),
        Heading("After the break", 1, "", "4"),
        Table(
            ("No.", *(f"c{j}" for j in range(11))),
            tuple((str(i), *(f"{i * j / 7:.3f}" for j in range(11))) for i in range(60)),
            small=True,
        ),
    )


def demonstration(name: str = NAMES) -> Document:
    return Document(
        "Homework 3",
        (
            Facts(
                (
                    ("Student", name),
                    ("ID", "a2391407"),
                    ("Instance", "K7Q2-9FXM"),
                    ("Due", "1 December 2026, 23:59"),
                )
            ),
            *question_blocks(),
            *report_blocks(),
        ),
        "Sequences and Detection",
        "DEEP LEARNING · AUTUMN 2026",
        f"{name} · a2391407",
        "Numbers are individual: instance K7Q2-9FXM.",
        draft=True,
    )
