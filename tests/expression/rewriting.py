"""Formulas written otherwise: steps that keep a formula's value, and steps that change it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from grader.expression import Formula, Space, call, number
from grader.expression.tree import Call, Constant, Number, Power, Product, Sum, Symbol

Step = Callable[[Formula, Random], Formula | None]
E = Constant("e")


def commuted(part: Formula, random: Random) -> Formula | None:
    if isinstance(part, Sum):
        return Sum(tuple(random.sample(part.terms, len(part.terms))))
    if isinstance(part, Product):
        return Product(tuple(random.sample(part.factors, len(part.factors))))
    return None


def distributed(part: Formula, random: Random) -> Formula | None:
    """a*(b + c)*d -> a*b*d + a*c*d."""
    if not isinstance(part, Product):
        return None
    sums = [k for k, (below, factor) in enumerate(part.factors) if isinstance(factor, Sum) and not below]
    if not sums:
        return None
    place = random.choice(sums)
    chosen = part.factors[place][1]
    assert isinstance(chosen, Sum)
    before, after = part.factors[:place], part.factors[place + 1 :]
    return Sum(tuple((negative, Product((*before, (False, term), *after))) for negative, term in chosen.terms))


def grouped(part: Formula, random: Random) -> Formula | None:
    """a*b*c -> a*(b*c), a + b + c -> a + (b + c)."""
    if isinstance(part, Product) and len(part.factors) > 2:
        cut = random.randrange(1, len(part.factors))
        return Product((*part.factors[:cut], (False, Product(part.factors[cut:]))))
    if isinstance(part, Sum) and len(part.terms) > 2:
        cut = random.randrange(1, len(part.terms))
        return Sum((*part.terms[:cut], (False, Sum(part.terms[cut:]))))
    return None


def expanded(part: Formula, _random: Random) -> Formula | None:
    """x^2 -> x*x."""
    if not isinstance(part, Power):
        return None
    if part.exponent == Number(2):
        return part.base * part.base
    return part.base * Power(part.base, part.exponent - 1)


def of_squares(part: Formula, _random: Random) -> Formula | None:
    """1 - x^2 -> (1 - x)*(1 + x)."""
    match part:
        case Sum(((False, Number(1.0)), (True, Power(base, Number(2.0))))):
            return Product(((False, 1 - base), (False, 1 + base)))
    return None


def sech_squared(part: Formula, _random: Random) -> Formula | None:
    match part:
        case Sum(((False, Number(1.0)), (True, Power(Call("tanh", z), Number(2.0))))):
            return Power(Call("sech", z), Number(2.0))
    return None


def by_exponentials(part: Formula, random: Random) -> Formula | None:
    match part:
        case Call("sigma", z):
            ways = [1 / (1 + E**-z), E**z / (1 + E**z), (1 + call("tanh", z / 2)) / 2, 1 / (1 + call("exp", -z))]
        case Call("tanh", z):
            ways = [(E**z - E**-z) / (E**z + E**-z), call("sinh", z) / call("cosh", z), 2 * call("sigma", 2 * z) - 1]
        case Call("log", z):
            ways = [-call("log", 1 / z), 2 * call("log", call("sqrt", z)), call("log10", z) / call("log10", E)]
        case Product(((False, Call("sigma", z)), (False, Sum(((False, Number(1.0)), (True, Call("sigma", same))))))):
            ways = [E**-z / (1 + E**-z) ** 2] if z == same else []
        case _:
            return None
    return random.choice(ways) if ways else None


def divided(part: Formula, _random: Random) -> Formula | None:
    """a*b -> a/(1/b)."""
    if isinstance(part, Product):
        *before, (below, last) = part.factors
        return Product((*before, (not below, 1 / last)))
    return None


def turned(part: Formula, _random: Random) -> Formula | None:
    """a - b -> -(b - a)."""
    return (
        Sum(((True, Sum(tuple((not negative, term) for negative, term in part.terms))),))
        if isinstance(part, Sum)
        else None
    )


def padded(part: Formula, random: Random) -> Formula | None:
    return random.choice([part + 0, part * 1, 2 * part / 2, part**1, 0 - (0 - part), number(0.5) * part + part / 2])


KEEPING: Sequence[Step] = (
    *(commuted, distributed, grouped, expanded, of_squares, sech_squared),
    *(by_exponentials, divided, turned, padded),
)


def written_out(space: Space) -> Step:
    """A symbol that depends on others -> its formula."""
    return lambda part, _random: space.defined.get(part.name) if isinstance(part, Symbol) else None


def dropped(part: Formula, random: Random) -> Formula | None:
    if isinstance(part, Product) and len(part.factors) > 1:
        return Product(_without(part.factors, random))
    if isinstance(part, Sum) and len(part.terms) > 1:
        return Sum(_without(part.terms, random))
    return None


def _without(parts: tuple[tuple[bool, Formula], ...], random: Random) -> tuple[tuple[bool, Formula], ...]:
    place = random.randrange(len(parts))
    return parts[:place] + parts[place + 1 :]


def negated(part: Formula, random: Random) -> Formula | None:
    """One sign of a sum, or one factor put on the other side of the fraction."""
    if isinstance(part, Sum):
        place = random.randrange(len(part.terms))
        return Sum(tuple(((k == place) ^ negative, term) for k, (negative, term) in enumerate(part.terms)))
    if isinstance(part, Product):
        place = random.randrange(len(part.factors))
        return Product(tuple(((k == place) ^ below, factor) for k, (below, factor) in enumerate(part.factors)))
    return None


def changed(part: Formula, random: Random) -> Formula | None:
    """Another number, exponent or function."""
    match part:
        case Number(value):
            return number(value + random.choice([-1, 1, 0.5]))
        case Power(base, exponent):
            return random.choice([base, Power(base, exponent + 1), base * 2])
        case Call(function, argument):
            return random.choice([argument, Call("sin" if function == "tanh" else "tanh", argument)])
    return None


def exchanged(space: Space) -> Step:
    """Another symbol of the same question."""
    return lambda part, random: Symbol(random.choice(space.symbols)) if isinstance(part, Symbol) else None


def breaking(space: Space) -> Sequence[Step]:
    return dropped, negated, changed, exchanged(space)


def stepped(formula: Formula, step: Step, random: Random) -> Formula | None:
    """The formula with one part of it, chosen among those that the step is for, replaced."""
    places = [place for place in _places(formula) if step(_part(formula, place), Random(0)) is not None]
    return _put(formula, random.choice(places), step, random) if places else None


def _places(formula: Formula, at: tuple[int, ...] = ()) -> list[tuple[int, ...]]:
    return [at, *(place for k, part in enumerate(formula.parts()) for place in _places(part, (*at, k)))]


def _part(formula: Formula, place: tuple[int, ...]) -> Formula:
    for k in place:
        formula = formula.parts()[k]
    return formula


def _put(formula: Formula, place: tuple[int, ...], step: Step, random: Random) -> Formula:
    if not place:
        new = step(formula, random)
        assert new is not None
        return new
    parts = list(formula.parts())
    parts[place[0]] = _put(parts[place[0]], place[1:], step, random)
    match formula:
        case Sum(terms):
            return Sum(tuple((negative, new) for (negative, _), new in zip(terms, parts, strict=True)))
        case Product(factors):
            return Product(tuple((below, new) for (below, _), new in zip(factors, parts, strict=True)))
        case Power():
            return Power(*parts)
        case Call(function):
            return Call(function, *parts)
    raise AssertionError(formula)
