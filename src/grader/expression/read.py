"""A formula as it was typed -> the formulas that it can be read as.

    sum      = [sign] product { sign product }
    product  = power { [ "*" | "/" ] power }          -x^2 is -(x^2); side by side is times
    power    = atom [ "^" { sign } power ]            from the right: x^y^z is x^(y^z)
    atom     = number | symbol | "(" sum ")" | function [ "^" number ] argument | "frac" group group

Three places can be read in two ways, and a formula that has one is read in both: what stands side by side after a
slash is below it (1/2x) or not; after a function without brackets its argument (tanh W x) or not; after an exponent
without brackets not part of it (x^2 y) or part of it (e^-W x).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import isfinite

from grader.expression.tokens import FormulaError, Names, Token, tokens
from grader.expression.tree import Call, Constant, Formula, Number, Power, Product, Sum, Symbol

DEEPEST = 40
"""Brackets, exponents and arguments inside each other: each costs some frames of Python's stack."""
CLOSING = {"(": ")", "[": "]", "{": "}"}
STARTS = frozenset({"number", "symbol", "constant", "function", "frac", *CLOSING})
SLASH, ARGUMENT, EXPONENT = "a slash", "a function without brackets", "an exponent without brackets"


@dataclass(frozen=True)
class Reading:
    """A way to read a formula, and what it takes for granted: "" where there is only one way."""

    formula: Formula
    note: str = ""


def read_formula(text: str, names: Names) -> tuple[Reading, ...]:
    """All ways to read it, the likeliest first. FormulaError: it cannot be read, and where."""
    found = tokens(text, names)
    likeliest = _Parser(text, found, frozenset())
    formulas = {likeliest.whole(): None}
    doubts = sorted(likeliest.doubts)
    for size in range(1, len(doubts) + 1):
        for chosen in combinations(doubts, size):
            formulas[_Parser(text, found, frozenset(chosen)).whole()] = None
    if len(formulas) == 1:
        return tuple(map(Reading, formulas))
    return tuple(Reading(each, f"it can be read in more than one way; read as {each}") for each in formulas)


class _Parser:
    """Recursive descent. `otherwise`: the doubts that are decided for the less likely side."""

    def __init__(self, text: str, found: list[Token], otherwise: frozenset[str]) -> None:
        self.text, self.tokens, self.otherwise = text, found, otherwise
        self.place = 0
        self.depth = 0
        self.doubts: set[str] = set()

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

    def product(self) -> Formula:
        factors = [(False, self.power())]
        below = False
        while True:
            if self.next.kind in ("*", "/"):
                below = self.take().kind == "/"
                negative, factor = self.signs(), self.power()
                factors.append((below, Sum(((True, factor),)) if negative else factor))
            elif self.next.kind in STARTS:
                self.side_by_side()
                if below:
                    self.doubts.add(SLASH)
                factors.append((below and SLASH not in self.otherwise, self.power()))
            else:
                return factors[0][1] if len(factors) == 1 else Product(tuple(factors))

    def side_by_side(self) -> None:
        """Two numbers side by side are a slip of the pen, not a product."""
        if self.next.kind == "number" and self.tokens[self.place - 1].kind == "number":
            raise self.error("two numbers stand side by side")

    def power(self) -> Formula:
        base = self.atom()
        if self.next.kind != "^":
            return base
        with self.deeper():
            self.take()
            negative, bracketed = self.signs(), self.next.kind in CLOSING
            exponent = self.power()
            if not bracketed and self.next.kind in STARTS:
                self.doubts.add(EXPONENT)
                if EXPONENT in self.otherwise:
                    exponent = self.chain(exponent)
        return Power(base, Sum(((True, exponent),)) if negative else exponent)

    def chain(self, first: Formula) -> Formula:
        """A factor and all that stands side by side with it, up to the next sign or function."""
        factors = [(False, first)]
        while self.next.kind in STARTS - {"function"}:
            self.side_by_side()
            factors.append((False, self.power()))
        return first if len(factors) == 1 else Product(tuple(factors))

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
            return Symbol(token.text)
        if token.kind == "constant":
            return Constant(token.text)
        if token.kind == "function":
            return self.call(token)
        return Product(((False, self.braced()), (True, self.braced())))

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
        r"""An argument of \frac: in braces."""
        if self.next.kind != "{":
            raise self.error(r"write the fraction as \frac{a}{b}")
        return self.group()

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
            raise self.error(f"write the power outside: ({function.text}(…))^…", at)
        return exponent

    def argument(self, function: Token) -> Formula:
        if self.next.kind in CLOSING:
            return self.group()
        if self.next.kind not in STARTS | {"+", "-"}:
            raise self.error(f"'{function.text}' needs something that it is taken of, in brackets")
        negative = self.signs()
        argument = self.power()
        if self.next.kind in STARTS - {"function"}:
            self.doubts.add(ARGUMENT)
            if ARGUMENT not in self.otherwise:
                argument = self.chain(argument)
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
