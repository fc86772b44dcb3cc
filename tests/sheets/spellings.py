"""How people write numbers: one table for the marker's reader and for the reader in the pages."""

from __future__ import annotations

# Numbers in parentheses are the cases of the field notes.
# text, its canonical spelling, its value
SPELLINGS = [
    ("0.852", "0.852", 0.852),
    ("0.850", "0.850", 0.85),
    ("-12", "-12", -12.0),
    ("0,5", "0.5", 0.5),  # (60)
    ("0,852", "0.852", 0.852),
    ("-0,852", "-0.852", -0.852),
    ("1234,567", "1234.567", 1234.567),
    ("1 234,5", "1234.5", 1234.5),  # (62)
    ("1\u00a0234,5", "1234.5", 1234.5),
    ("1\u202f234,5", "1234.5", 1234.5),
    ("1'234.5", "1234.5", 1234.5),
    ("1’234.5", "1234.5", 1234.5),
    ("1.234,5", "1234.5", 1234.5),  # (63)
    ("1,234.5", "1234.5", 1234.5),
    ("1,234,567", "1234567", 1234567.0),
    ("1.234", "1.234", 1.234),
    ("−0.5", "-0.5", -0.5),  # (64)
    ("–0.5", "-0.5", -0.5),
    ("—0.5", "-0.5", -0.5),
    ("- 0.5", "-0.5", -0.5),
    ("½", "1/2", 0.5),  # (65)
    ("1½", "3/2", 1.5),
    ("-1½", "-3/2", -1.5),
    ("1 1/2", "3/2", 1.5),
    ("1/3", "1/3", 1 / 3),  # (67)
    ("1 / 3", "1/3", 1 / 3),
    ("-2/7", "-2/7", -2 / 7),
    ("1/-3", "-1/3", -1 / 3),
    ("5e-1", "5e-1", 0.5),  # (70)
    ("5E-1", "5e-1", 0.5),
    ("5×10^-1", "5e-1", 0.5),
    ("5·10^-1", "5e-1", 0.5),
    ("5*10^-1", "5e-1", 0.5),
    ("5*10**-1", "5e-1", 0.5),
    ("5×10⁻¹", "5e-1", 0.5),
    ("5 x 10^-1", "5e-1", 0.5),
    ("-1,5e−3", "-1.5e-3", -0.0015),
    ("10^-3", "1e-3", 0.001),
    ("-10⁻³", "-1e-3", -0.001),
    ("１２.５", "12.5", 12.5),  # (74)
    ("١٢٫٥", "12.5", 12.5),
    ("=0.5", "0.5", 0.5),  # (19)
    ('="0.5"', "0.5", 0.5),
    ("=1/3", "1/3", 1 / 3),
    ("'0.5", "0.5", 0.5),  # (20)
    ("\ufeff0.5\u200b", "0.5", 0.5),  # (1, 10)
    ("+0.5", "0.5", 0.5),
    (".5", "0.5", 0.5),
    ("5.", "5", 5.0),
    ("-0.0", "0.0", 0.0),  # (86)
    ("−0", "0", 0.0),
]

# text, its canonical spelling, what had to be assumed
NOTED = [
    ("≈0.5", "0.5", "read without the sign for 'about'"),  # (68)
    ("~ 0.5", "0.5", "read without the sign for 'about'"),
    ("0.5 ± 0.1", "0.5", "read without the uncertainty after ±"),  # (69)
    ("1e-400", "1e-400", "smaller than a double can hold, read as 0"),  # (72)
]

# text, words of the sentence that says what was seen
UNREADABLE = [
    ("1,234", "could be 1.234 or 1234"),  # (61)
    ("nan", "is not a finite number"),  # (73)
    ("-Infinity", "is not a finite number"),
    (".inf", "is not a finite number"),  # (41)
    ("1e400", "is too large"),  # (71)
    ("1e99999999", "has an exponent"),
    ("1.2.3", "more than one decimal mark"),  # (80)
    ("1.234.567", "more than one decimal mark"),
    ("--0.5", "two signs"),
    ("0.5m", "without a unit"),  # (78)
    ("0.5₂", "something after the number"),
    ("$5", "sign of money"),
    ("TRUE", "a word of logic"),  # (81)
    ("π", "is a formula"),  # (82)
    ("sqrt(2)", "is a formula"),
    ("2*3", "is a calculation"),
    ("50%", "percent sign"),  # (66)
    ("5 %", "percent sign"),
    ("1-Feb", "is a date"),  # (21)
    ("2-Jan", "is a date"),
    ("02/01/2026", "is a date"),
    ("01. Mai", "is a date"),
    ("2024-01-02", "is a date"),  # (40)
    ("1:30", "time of day"),  # (36)
    ("#DIV/0!", "error of the spreadsheet"),
    ("1/0", "divides by zero"),  # (67)
    ("1.5/2", "not whole"),
    ("1" * 21 + "/2", "too many digits"),
    ("1 234/567", "not read as a fraction"),
    ("0x1F", "base ten"),  # (77)
    ("1_000", "underscores"),  # (75)
    ("1d3", "exponent written with d"),  # (76)
    ("3.14f", "programming language"),
    ("1e", "no exponent after it"),
    ("(5)", "in parentheses"),  # (79)
    ("5-", "minus sign at the end"),
    ("1+2i", "complex number"),  # (83)
    ("0.333...", "digits to be imagined"),  # (84)
    ("0.333…", "digits to be imagined"),
    ("0.3\u0305", "digits to be imagined"),
    ("1 2", "more than one number"),
    ("3½5", "is a calculation"),
    ("12,", "something after the number"),
    ("1" * 65, "more than 64 characters"),  # (56, 85)
    ("1" * 10_000, "more than 64 characters"),
    ("", "nothing to read"),
    ("hello", "has no digits"),
]

DECIMAL_COMMAS = ["0,5", "1,5", "12,34", "1234,567", "-0,852", "1.234,5", "0,852", "1 234,567"]
GROUPING_COMMAS = ["1,234.5", "1,234,567", "-1,234.5e3"]
NO_EVIDENCE = ["1,234", "-12,345", "0.5", "", "x", "a,b", "1,", "1" * 100 + ",5"]
