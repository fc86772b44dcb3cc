"""Pages in tests are set in our own faces alone: what a machine has installed changes no test."""

from collections.abc import Iterator

import pytest

from grader.pages.letters.machine_fonts import VARIABLE


@pytest.fixture(scope="session", autouse=True)
def _fonts_of_our_own() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, "")
        yield
