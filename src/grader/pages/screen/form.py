"""The HTML handout as an answer form: its data, its scripts, and the lines and buttons around them."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import asdict
from functools import lru_cache
from importlib import resources
from typing import Any

from grader.pages.blocks import Form, FormPart
from grader.sheets.portable import rules

Questions = tuple[tuple[str, tuple[FormPart, ...]], ...]
SKIP = '<a class="skip" href="#answers">Skip to your answers</a>\n'
PANEL = """\
<section class="form" id="answers" tabindex="-1" aria-label="Your answers">
<p class="unseen" role="status" id="said"></p>
<p><strong id="summary">Your answers</strong> <a id="first" href="#answers" hidden></a>
<span class="note" id="draft"></span></p>
<p><button type="button" id="save-csv">Save answers.csv</button>
<button type="button" id="save-yaml">Save answers.yaml</button>
<button type="button" id="clear" class="quiet">Clear all</button></p>
<noscript><p class="bad">Scripts are off in this browser: fill in the answer sheet instead.</p></noscript>
<dialog id="sure" aria-labelledby="sure-about"><form method="dialog">
<p id="sure-about">Clear all answers on this page, and the draft?</p>
<p><button autofocus>Keep them</button> <button id="clear-all" class="quiet">Clear them</button></p>
</form></dialog>
</section>
"""


def form_parts(form: Form) -> tuple[str, str]:
    """What stands under the questions (the panel, the data and the scripts), and the policy that allows only these."""
    scripts, policy = _scripts()
    whose = _json({"assignment": form.assignment, "student": form.student, "instance": form.instance})
    return PANEL + _data("form", f'{whose[:-1]},"questions":{_questions(form.questions)}}}') + scripts, policy


@lru_cache(maxsize=16)
def _questions(questions: Questions) -> str:
    """What is the same for all students of an assignment."""
    return _json([[question, list(map(asdict, parts))] for question, parts in questions])


@lru_cache(maxsize=1)
def _scripts() -> tuple[str, str]:
    """What is the same for everyone."""
    folder = resources.files("grader.pages.screen")
    script = "".join((folder / name).read_text("utf-8") for name in ("reader.js", "form.js"))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"{_data('rules', _json(rules()))}<script>{script}</script>\n", f"script-src 'sha256-{digest}'"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _data(name: str, text: str) -> str:
    return f'<script type="application/json" id="{name}">{text}</script>\n'
