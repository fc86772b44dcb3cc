"""Codes in place of students' ids: the same for a student throughout an assignment, other ones in the next."""

from __future__ import annotations

import hashlib
import hmac
import json

from grader.chance import digest

CONSONANTS = "BCDFGHJKLMNPQRSTVWXZ"
"""What is made of these letters alone is no number, date or word to a spreadsheet."""


class Codes:
    """Of one assignment, under a key from the seed it was first issued with: without that they tell nothing."""

    def __init__(self, assignment: str, seed: str) -> None:
        self._assignment, self._secret = assignment, digest("review", seed)

    def student(self, student: str) -> str:
        """A student's code, such as BCDF-GHJK."""
        letters = self.letters("student", student)
        return f"{letters[:4]}-{letters[4:8]}"

    def letters(self, *names: object) -> str:
        """Twelve letters for anything that has names (HMAC-SHA256)."""
        message = json.dumps([self._assignment, *names], ensure_ascii=True).encode()
        mac = hmac.new(self._secret, message, hashlib.sha256).digest()
        number = int.from_bytes(mac[:16], "big")
        return "".join(CONSONANTS[number // 20**k % 20] for k in range(12))
