from __future__ import annotations

import os
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.expression.plainly import plainly
from tests.expression.spaces import PLAIN, RNN

from grader.expression import Formula, Space, call, number, symbols
from grader.expression.tree import Constant, Number, Power, Product, Sum, Symbol
from grader.expression.vocabulary import FUNCTIONS

SYMBOLS = st.sampled_from(symbols("a b x y W h_1 h_2"))
LEAVES = SYMBOLS | st.integers(0, 12).map(number) | st.sampled_from([0.5, 1.25, 1e-7, 2e20]).map(number)


def combined(parts: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
    flagged = st.lists(st.tuples(st.booleans(), parts), min_size=2, max_size=4).map(tuple)
    return st.one_of(
        flagged.map(Sum),
        flagged.map(Product),
        st.builds(Power, parts, st.integers(2, 3).map(number)),
        st.builds(Power, parts, parts),
        parts.map(lambda part: -part),
        st.builds(call, st.sampled_from(sorted(FUNCTIONS)), parts),
    )


FORMULAS = st.recursive(LEAVES | st.sampled_from([Constant("e"), Constant("pi")]), combined, max_leaves=12)
RATIONAL = st.recursive(
    SYMBOLS | st.integers(1, 9).map(number),
    lambda parts: st.one_of(
        st.lists(st.tuples(st.booleans(), parts), min_size=2, max_size=4)
        .map(tuple)
        .flatmap(lambda signed: st.sampled_from([Sum(signed), Product(signed)])),
        st.builds(Power, parts, st.integers(2, 3).map(number)),
    ),
    max_leaves=12,
)


def read(text: str) -> Formula:
    """The only way to read it."""
    return PLAIN.formula(text)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(FORMULAS)
def test_a_printed_formula_is_read_back_as_it_was_printed(formula: Formula) -> None:
    again = read(str(formula))
    assert str(again) == str(formula)
    assert again == read(str(again))
    assert np.array_equal(PLAIN.at(again), PLAIN.at(formula), equal_nan=True)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(FORMULAS)
def test_a_formula_in_latex_is_read_back_as_one_with_the_same_latex(formula: Formula) -> None:
    assert read(formula.latex()).latex() == formula.latex()


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(RATIONAL)
def test_a_formula_read_back_from_text_or_latex_has_exactly_the_same_value(formula: Formula) -> None:
    value = exactly(formula)
    assert exactly(read(str(formula))) == value
    assert exactly(read(formula.latex())) == value


def exactly(formula: Formula) -> Fraction | None:
    """The value where the symbols are primes; None where it divides by zero."""
    primes = dict(zip(["a", "b", "x", "y", "W", "h_1", "h_2"], (13, 17, 19, 23, 29, 31, 37), strict=True))
    match formula:
        case Number(value):
            return Fraction(value)
        case Symbol(name):
            return Fraction(primes[name])
        case Sum(terms):
            values = [exactly(term) for _, term in terms]
            signed = [v if v is None else -v if negative else v for (negative, _), v in zip(terms, values, strict=True)]
            return None if None in signed else sum((v for v in signed if v is not None), Fraction(0))
        case Product(factors):
            product = Fraction(1)
            for below, factor in factors:
                v = exactly(factor)
                if v is None or (below and v == 0):
                    return None
                product = product / v if below else product * v
            return product
        case Power(base, Number(exponent)):
            v = exactly(base)
            return None if v is None else Fraction(v ** int(exponent))
    raise AssertionError(formula)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(FORMULAS)
def test_a_formula_has_the_value_that_python_gives_it(formula: Formula) -> None:
    values = PLAIN.at(formula)
    for place in (0, 7):
        expected = plainly(str(formula), {name: float(values[place]) for name, values in PLAIN.points.items()})
        if expected is not None and abs(expected) < 1e12:
            assert values[place] == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(FORMULAS)
def test_reading_the_same_text_again_gives_the_same_readings(formula: Formula) -> None:
    text = str(formula).replace("*", " ").replace("(", " (")
    space = Space(dict(PLAIN.free))
    try:
        first = PLAIN.read(text)
    except ValueError:
        return
    assert space.read(text) == first


@given(FORMULAS, FORMULAS)
def test_two_formulas_are_equal_whichever_is_the_key(one: Formula, other: Formula) -> None:
    assert PLAIN.compare(one, one).verdict == "equal"
    if np.isfinite(PLAIN.at(one)).all() and np.isfinite(PLAIN.at(other)).all():
        assert PLAIN.compare(one, other).verdict == PLAIN.compare(other, one).verdict


def test_points_and_readings_are_the_same_in_every_process() -> None:
    program = (
        "from tests.expression.spaces import RNN, RNN_KEY\n"
        "print({name: values.tolist() for name, values in RNN.points.items()})\n"
        "print(RNN.read('1/2x tanh W_hx t/3 e^-x y'))\n"
    )
    outputs = set()
    for seed in ("0", "1", "random"):
        run = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
        outputs.add(run.stdout)
    assert len(outputs) == 1


def test_points_do_not_depend_on_the_kind_of_number_that_bounds_are() -> None:
    one = Space({"x": (0.0, 1.0)}).points["x"].tolist()
    assert Space({"x": (0, np.float64(1))}).points["x"].tolist() == one


def test_points_are_on_their_grid_in_their_range_and_those_of_every_release() -> None:
    for name, (low, high) in RNN.free.items():
        values = RNN.points[name]
        assert (low <= values).all()
        assert (values <= high).all()
        assert [round(v, 6) for v in values.tolist()] == values.tolist()
        assert len(set(values.tolist())) > 40
    assert RNN.points["x"][:3].tolist() == [1.044979, -1.366225, 0.077076]
