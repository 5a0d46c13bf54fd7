"""The root conftest: imported before every other one, so that Django is set up on the chosen database first."""

import pytest

pytest.register_assert_rewrite("tests.harness", "tests.personas")

from tests.harness.database import prepare_environment  # noqa: E402

pytest_plugins = ["pytester", "tests.harness.database", "tests.harness.fixtures", "tests.harness.needs_root", "tests.harness.results", "tests.personas.people"]

prepare_environment()
