from __future__ import annotations

import re
from random import Random

import pytest
from tests.expression.plainly import plainly
from tests.expression.rewriting import KEEPING, breaking, stepped, written_out
from tests.expression.spaces import BPTT, BPTT_KEY, FOCAL, KEYS, PLAIN, RNN, RNN_KEY, SIGMOID, SIGMOID_KEY

from grader.expression import Formula, FormulaError, Space, call, symbols

VARIANTS = 200


def in_somebodys_hand(formula: Formula, random: Random) -> str:
    """One of many ways to write the same formula."""
    if random.random() < 0.3:
        return formula.latex()
    text = str(formula)
    if random.random() < 0.5:
        text = re.sub(r"\^2(?![\d.])", "²", text)
    if random.random() < 0.5:
        text = text.replace("_", "")
    if random.random() < 0.5:
        text = text.replace("sigma", "σ").replace("gamma", "γ").replace("log(", "ln(")
    if random.random() < 0.5:
        text = text.translate(str.maketrans("()", random.choice(["[]", "{}", "（）"])))
    return text.replace("*", random.choice(["*", " * ", "·", "×", " ⋅ ", "⊙"])).replace("-", random.choice("-−–"))


def rearranged(space: Space, key: Formula, random: Random) -> Formula:
    for _ in range(random.randint(1, 5)):
        key = stepped(key, random.choice([*KEEPING, written_out(space)]), random) or key
    return key


@pytest.mark.parametrize("name", KEYS)
def test_a_key_rearranged_is_equal_to_it(name: str) -> None:
    space, key = KEYS[name]
    seen = set()
    for n in range(VARIANTS):
        random = Random(n)
        text = in_somebodys_hand(rearranged(space, key, random), random)
        verdicts = [space.compare(reading.formula, key).verdict for reading in space.read(text)]
        assert verdicts == ["equal"], text
        seen.add(text)
    assert len(seen) > 0.8 * VARIANTS


@pytest.mark.parametrize("name", KEYS)
def test_a_key_rearranged_is_equal_to_it_without_signs_of_times_in_its_likeliest_reading_or_another(name: str) -> None:
    space, key = KEYS[name]
    for n in range(VARIANTS):
        text = str(rearranged(space, key, Random(n))).replace("*", " ")
        if re.search(r"\d \d", text) is None:
            assert "equal" in {space.compare(reading.formula, key).verdict for reading in space.read(text)}, text


@pytest.mark.parametrize("name", KEYS)
def test_a_key_with_something_wrong_is_different_from_it(name: str) -> None:
    """Whether a variant is wrong at all is found out by Python's own arithmetic, at other points."""
    space, key = KEYS[name]
    wrong = n = 0
    while wrong < VARIANTS:
        n += 1
        assert n < 3 * VARIANTS, "most variants are wrong"
        random = Random(-n)
        variant = stepped(key, random.choice(breaking(space)), random)
        if variant is None or same_by_python(space, variant, key, random):
            continue
        if n % 2:
            variant = rearranged(space, variant, random)
        text = in_somebodys_hand(variant, random)
        verdicts = [space.compare(reading.formula, key).verdict for reading in space.read(text)]
        assert verdicts == ["different"], text
        wrong += 1


def same_by_python(space: Space, one: Formula, other: Formula, random: Random) -> bool:
    for _ in range(8):
        point = {name: random.uniform(low, high) for name, (low, high) in space.free.items()}
        for name, formula in space.defined.items():
            value = plainly(str(formula), point)
            assert value is not None
            point[name] = value
        values = [plainly(str(formula), point) for formula in (one, other)]
        if None in values or values[0] != pytest.approx(values[1], rel=1e-6):
            return False
    return True


@pytest.mark.parametrize(
    ("space", "text", "key"),
    [
        (SIGMOID, "S(x)(1-S(x))", SIGMOID_KEY),
        (SIGMOID, "S - S²", SIGMOID_KEY),
        (SIGMOID, "e^-x/(1+e^-x)^2", SIGMOID_KEY),
        (SIGMOID, "1/(e^x+2+e^-x)", SIGMOID_KEY),
        (SIGMOID, "sech²(x/2)/4", SIGMOID_KEY),
        (SIGMOID, "(1-tanh²(x/2))/4", SIGMOID_KEY),
        (RNN, "2(σ(W_hy h1)-t)σ(W_hy h1)(1-σ(W_hy h1))W_hy sech²(W_hh h0 + W_hx x) h0", RNN_KEY),
        (BPTT, "(O3-y3)V(1-tanh²(U x3 + W H2))(H2 + W H1 - W H1 H2²)", BPTT_KEY),
    ],
)
def test_a_right_answer_is_right_in_some_reading(space: Space, text: str, key: Formula) -> None:
    assert "equal" in {space.compare(reading.formula, key).verdict for reading in space.read(text)}


def test_where_only_the_answer_is_not_finite_it_is_different_and_the_point_is_told() -> None:
    a, x = symbols("a x")
    space = Space(dict(a=(0.5, 2.0), x=(-1.0, 1.0)))
    comparison = space.compare(space.formula("a + 0*log(x)"), a)
    assert comparison.verdict == "different"
    assert comparison.point is not None
    assert space.points["x"][comparison.point] < 0
    assert "x = -" in space.point(comparison.point, x)


def test_points_at_which_the_key_is_not_finite_are_left_out() -> None:
    x = symbols("x")[0]
    space = Space(dict(x=(-1.0, 1.0)))
    assert space.compare(space.formula("ln x"), call("log", x)).verdict == "equal"
    assert space.compare(space.formula("log(x) + 1"), call("log", x)).verdict == "different"
    assert space.compare(space.formula("log(x) + 1"), call("log", x - 2)).verdict == "unclear"


@pytest.mark.parametrize(
    ("factor", "verdict"),
    [("1", "equal"), ("1.0000000001", "equal"), ("1.00000001", "unclear"), ("1.00001", "different")],
)
def test_what_roundings_could_explain_is_left_open(factor: str, verdict: str) -> None:
    a = symbols("a")[0]
    assert PLAIN.compare(PLAIN.formula(f"{factor}*a*(b+1-b)"), a).verdict == verdict


def test_no_symbol_that_answers_may_not_use_is_read() -> None:
    hidden = Space(FOCAL.free, listed=("p",))
    with pytest.raises(FormulaError, match="no symbol 'gamma'"):
        hidden.read("gamma p")
