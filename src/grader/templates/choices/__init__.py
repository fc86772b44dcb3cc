"""The built-in sets of multiple-choice items."""

from __future__ import annotations

from collections.abc import Mapping

from grader.templates.choices import batch_size, recurrent_networks, vanishing_gradients
from grader.templates.choices.items import ItemSet

SETS: Mapping[str, ItemSet] = {
    "recurrent_networks": recurrent_networks.ITEMS,
    "vanishing_gradients": vanishing_gradients.ITEMS,
    "batch_size": batch_size.ITEMS,
}
