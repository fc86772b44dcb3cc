"""The HTML handout as an answer form: its data, its scripts, and the lines and buttons around them."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from importlib import resources
from typing import Any

from grader.pages.blocks import Form
from grader.sheets.portable import rules

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
    script = _script()
    data = f"{PANEL}{_data('form', asdict(form))}{_data('rules', rules())}<script>{script}</script>"
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return data, f"script-src 'sha256-{digest}'"


@lru_cache(maxsize=1)
def _script() -> str:
    folder = resources.files("grader.pages")
    return "".join((folder / name).read_text("utf-8") for name in ("reader.js", "form.js"))


def _data(name: str, value: Mapping[str, Any]) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/json" id="{name}">{text}</script>\n'
