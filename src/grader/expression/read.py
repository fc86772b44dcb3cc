"""A formula as it was typed -> the formulas that it can be read as.

    sum      = [sign] product { sign product }
    product  = power { [ "*" | "/" ] power }          -x^2 is -(x^2); side by side is times
    power    = atom [ "^" { sign } power ]            from the right: x^y^z is x^(y^z)
    atom     = number | symbol | "(" sum ")" | function [ "^" number ] argument | "frac" group group

Some places can be read in two ways, and a formula that has one is read in both: see Doubt.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, combinations, islice
from math import isfinite

from grader.expression.doubt import Doubt
from grader.expression.names import Names
from grader.expression.tokens import FormulaError, Token, tokens
from grader.expression.tree import Call, Constant, Formula, Number, Power, Product, Sum, Symbol

DEEPEST = 40
"""Brackets, exponents and arguments inside each other: each costs some frames of Python's stack."""
CLOSING = {"(": ")", "[": "]", "{": "}"}
LEAVES = frozenset({"number", "symbol", "constant"})
STARTS = frozenset({"function", "frac", *LEAVES, *CLOSING})
WITHIN = STARTS - {"function"}
"""What goes on with the argument of a function without brackets."""
MOST_READINGS = 16
"""Choices that are tried besides the likeliest: all of up to four doubts."""


@dataclass(frozen=True)
class Reading:
    """A way to read a formula, and what it takes for granted: "" where there is only one way."""

    formula: Formula
    note: str = ""


def read_formula(text: str, names: Names) -> tuple[Reading, ...]:
    """All ways to read it, the likeliest first. FormulaError: it cannot be read, and where."""
    found = tokens(text, names)
    likeliest = _Parser(text, found, names)
    formulas = {likeliest.whole(): None}
    doubts = sorted(likeliest.doubts)
    choices = chain.from_iterable(combinations(doubts, size) for size in range(1, len(doubts) + 1))
    for chosen in islice(choices, MOST_READINGS):
        formulas[_Parser(text, found, names, frozenset(chosen)).whole()] = None
    if len(formulas) == 1:
        return tuple(map(Reading, formulas))
    return tuple(Reading(each, f"it can be read in more than one way; read as {each}") for each in formulas)


class _Parser:
    """Recursive descent. `otherwise`: the doubts that are decided for the less likely side."""

    def __init__(self, text: str, found: list[Token], names: Names, otherwise: frozenset[Doubt] = frozenset()) -> None:
        self.text, self.tokens, self.names, self.otherwise = text, found, names, otherwise
        self.place = 0
        self.depth = 0
        self.doubts: set[Doubt] = set()

    def whole(self) -> Formula:
        if self.next.kind == "end":
            raise self.error("no formula is written here")
        formula = self.sum()
        if self.next.kind != "end":
            closed = self.next.kind in CLOSING.values()
            raise self.error("this bracket was never opened" if closed else "this does not belong here")
        return formula

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.tokens[self.place]
        self.place += 1
        return token

    def error(self, sentence: str, token: Token | None = None) -> FormulaError:
        return FormulaError(sentence, self.text, (token or self.next).column)

    def sum(self) -> Formula:
        terms = [(self.signs(), self.product())]
        while self.next.kind in ("+", "-"):
            terms.append((self.signs(), self.product()))
        return terms[0][1] if len(terms) == 1 and not terms[0][0] else Sum(tuple(terms))

    def signs(self) -> bool:
        """Any number of signs; whether they come to a minus."""
        negative = False
        while self.next.kind in ("+", "-"):
            negative ^= self.take().kind == "-"
        return negative

    def decided(self, doubt: Doubt) -> bool:
        """Is it for the likelier side?"""
        self.doubts.add(doubt)
        return doubt not in self.otherwise

    def product(self) -> Formula:
        return self.row(self.power(), frozenset("*/"), STARTS)

    def row(self, first: Formula, signs: frozenset[str], starts: frozenset[str]) -> Formula:
        """A factor and all that goes on from it, behind these signs and side by side with it."""
        factors = [(False, first)]
        below = False
        while True:
            if self.next.kind in signs:
                below = self.take().kind == "/"
                negative, factor = self.signs(), self.power()
                factors.append((below, Sum(((True, factor),)) if negative else factor))
            elif self.is_times():
                self.take()
                factors.append((False, self.power()))
            elif self.next.kind in starts:
                self.side_by_side()
                below = below and self.goes_on_below(factors)
                factors.append((below, self.power()))
            else:
                return first if len(factors) == 1 else Product(tuple(factors))

    def is_times(self) -> bool:
        """Is this an x by itself that stands for a multiplication?"""
        return (
            self.next.lone
            and self.tokens[self.place + 1].kind in STARTS
            and (self.next.kind == "times" or not self.decided(Doubt.TIMES))
        )

    def goes_on_below(self, factors: list[tuple[bool, Formula]]) -> bool:
        if all(isinstance(factor, Number) for _, factor in factors):
            return not self.decided(Doubt.FRACTION)
        return self.decided(Doubt.SLASH)

    def side_by_side(self) -> None:
        """Two numbers side by side are a slip of the pen, not a product."""
        if self.next.kind == "number" and self.tokens[self.place - 1].kind == "number":
            raise self.error("two numbers stand side by side")

    def power(self) -> Formula:
        base = self.atom()
        if self.next.kind != "^":
            return base
        if self.tokens[self.place - 1].kind != "symbol":
            return self.raised(base)
        raised = self.raised(base)
        self.pass_by_what_it_is_of(str(base))  # S²(x)
        return raised

    def raised(self, base: Formula) -> Formula:
        with self.deeper():
            self.take()
            negative, bracketed = self.signs(), self.next.kind in CLOSING
            exponent = self.power()
            if not bracketed and self.next.kind in STARTS and not self.decided(Doubt.EXPONENT):
                exponent = self.row(exponent, frozenset(), WITHIN)
        return Power(base, Sum(((True, exponent),)) if negative else exponent)

    def atom(self) -> Formula:
        token = self.next
        if token.kind in CLOSING:
            return self.group()
        if token.kind not in STARTS:
            raise self.missing()
        self.take()
        if token.kind == "number":
            return self.number(token)
        if token.kind == "symbol":
            self.pass_by_what_it_is_of(token.text)
            return Symbol(token.text)
        if token.kind == "constant":
            return Constant(token.text)
        if token.kind == "function":
            return self.call(token)
        return Product(((False, self.braced()), (True, self.braced())))

    def pass_by_what_it_is_of(self, symbol: str) -> None:
        """S(x), read as S."""
        after = self.tokens[self.place : self.place + 3]
        if [token.kind for token in after] == ["(", "symbol", ")"] and after[1].text == self.names.of.get(symbol):
            self.place += 3 * self.decided(Doubt.OF)

    def missing(self) -> FormulaError:
        if self.place == 0:
            return self.error("a formula does not begin like this")
        return self.error(f"something is missing after '{self.tokens[self.place - 1].text}'")

    def number(self, token: Token) -> Formula:
        value = float(token.text)
        if not isfinite(value):
            raise self.error("this number is too large", token)
        return Number(value)

    def group(self) -> Formula:
        opened = self.take()
        with self.deeper():
            inside = self.sum()
        if self.next.kind != CLOSING[opened.kind]:
            if self.next.kind == "end":
                raise self.error(f"the bracket {opened.kind} is never closed", opened)
            raise self.error(f"{CLOSING[opened.kind]} is expected here")
        self.take()
        return inside

    def braced(self) -> Formula:
        r"""An argument of \frac: in braces, or a single one."""
        if self.next.kind != "{" and self.next.kind not in LEAVES:
            raise self.error(r"write the fraction as \frac{a}{b}")
        return self.atom()

    def call(self, function: Token) -> Formula:
        exponent = None
        if self.next.kind == "^":
            self.take()
            exponent = self.exponent_of(function)
        with self.deeper():
            argument = self.argument(function)
        called = Call(function.text, argument)
        return called if exponent is None else Power(called, exponent)

    def exponent_of(self, function: Token) -> Formula:
        r"""The exponent of a function's name, as in tanh^2(x): a whole number, because -1 could mean the inverse."""
        at = self.next
        with self.deeper():
            exponent = self.group() if at.kind in CLOSING else self.atom() if at.kind == "number" else None
        if not isinstance(exponent, Number) or not exponent.value.is_integer():
            better = "exp(…) or e^(…)" if function.text == "exp" else f"the power outside: ({function.text}(…))^…"
            raise self.error(f"write {better}", at)
        return exponent

    def argument(self, function: Token) -> Formula:
        if self.next.kind in CLOSING:
            return self.group()
        if self.next.kind not in STARTS | {"+", "-"}:
            raise self.error(f"'{function.text}' needs something that it is taken of, in brackets")
        negative = self.signs()
        argument = self.power()
        if self.next.kind in WITHIN and self.decided(Doubt.ARGUMENT):
            argument = self.row(argument, frozenset(), WITHIN)
        if self.next.kind in ("*", "/") and not self.decided(Doubt.SIGN):
            argument = self.row(argument, frozenset("*/"), WITHIN)
        return Sum(((True, argument),)) if negative else argument

    def deeper(self) -> _Deeper:
        return _Deeper(self)


class _Deeper:
    """One level of nesting."""

    def __init__(self, parser: _Parser) -> None:
        self.parser = parser

    def __enter__(self) -> None:
        self.parser.depth += 1
        if self.parser.depth > DEEPEST:
            raise self.parser.error(f"brackets and exponents are more than {DEEPEST} levels deep")

    def __exit__(self, *_error: object) -> None:
        self.parser.depth -= 1
