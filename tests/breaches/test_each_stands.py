"""Each breach that the field has seen, and that can befall Heedful, has its test by its name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMES = (
    "test_no_anonymous_blob", "test_export_redacts", "test_bucket_is_ciphertext", "test_two_installs_share_no_secret", "test_tls_only",
    "test_capture_needs_device_key", "test_xss_corpus", "test_spool_acl", "test_upload_path", "test_support_has_no_data_role",
    "test_bulk_read_alarm", "test_retention_purges", "test_cross_tenant_decrypt_fails", "test_no_third_party",
)  # fmt: skip


@pytest.fixture(scope="module")
def written() -> set[str]:
    tests = [*(ROOT / "tests").rglob("test_*.py"), *(ROOT / "src").rglob("test_*.py")]
    return {name for path in tests for name in re.findall(r"^def (test_\w+)\(", path.read_text("utf-8"), re.MULTILINE)}


@pytest.mark.parametrize("name", NAMES)
def test_each_stands(name: str, written: set[str]) -> None:
    assert name in written
