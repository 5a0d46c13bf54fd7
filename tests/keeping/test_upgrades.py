"""An installation that an older Heedful filled comes forward with everything in it, on both databases."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.keeping.installation import Installation
from tests.keeping.older import RELEASES


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
@pytest.mark.parametrize("release", RELEASES)
def test_an_installation_of_an_older_release_comes_forward_with_its_data(
    release: str, engine: str, place: Callable[[str], Installation]
) -> None:
    here = place(engine)
    numbers = here.does("fill_older", release=release)
    assert "Larkfield Academy" in here.heedful("school", "list")  # as every start of Heedful does, this brings the tables up to date
    assert here.does("read_newer", numbers=numbers) == "read"
    assert "broken" not in here.heedful("audit", "verify")
