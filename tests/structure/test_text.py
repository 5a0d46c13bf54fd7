"""The rules about files, templates and what must not be in the tree hold, and each can fail."""

import pytest

from tests.structure import text_checks as checks
from tests.structure.tree import Check, Source, faults_of

PASSWORD = "hunter" + "22"
KEY = "-----BEGIN PRIVATE " + "KEY-----\nMC4CAQAwBQYDK2VwBCIEIA\n"
BAD = [
    (checks.long_files, "a = 1\n" * 501),
    (checks.secrets, KEY),
    (checks.secrets, "AKIA" + "ABCDEFGHIJKLMNOP"),
    (checks.secrets, "ghp_" + "a1" * 18),
    (checks.secrets, f"postgresql://heedful:{PASSWORD}@db.school.org/heedful"),
    (checks.traces_of_a_machine, "open('/ho" + "me/alex/heedful/a.txt')"),
    (checks.traces_of_a_machine, "cd /wo" + "rk/main"),
    (checks.traces_of_a_machine, "see /tm" + "p/notes"),
    (checks.traces_of_a_machine, "index = https://py" + "pi.org/simple"),
    (checks.inline_code, "<script>start()</script>"),
    (checks.inline_code, "<style>b {}</style>"),
    (checks.inline_code, '<p style="color: red">'),
    (checks.inline_code, '<button onclick="go()">'),
    (checks.inline_code, '<div hx-on:click="go()">'),
    (checks.inline_code, '<a href="javascript:go()">'),
    (checks.inline_code, '<p {% if a %}class="b"{% endif %}\n style="c">'),
    (checks.unescaped_output, "{{ capture.text|safe }}"),
    (checks.unescaped_output, "{% autoescape off %}"),
]
GOOD = [
    (checks.long_files, "a = 1\n" * 400),
    (checks.secrets, "postgresql://USER@HOST/NAME and https://name:words@host.example"),
    (checks.traces_of_a_machine, "folder = tempfile.gettempdir()  # below /etc/heedful/"),
    (checks.inline_code, '<script src="a.js" nonce="{{ csp_nonce }}"></script><p class="style">on this day</p>'),
    (checks.inline_code, '<script type="application/json">{"a": 1}</script>'),
    (checks.inline_code, '<meta name="htmx-config" content=\'extensions:"hx-csp"\'>'),
    (checks.unescaped_output, "{{ capture.text }} is safe"),
]
SUFFIXES: dict[Check, tuple[str, ...]] = {
    checks.inline_code: (".html",),
    checks.unescaped_output: (".html", ".txt"),
}


@pytest.mark.parametrize("check", [checks.long_files, checks.secrets, checks.traces_of_a_machine], ids=lambda check: check.__name__)
def test_the_tree_keeps_the_rule(check: Check) -> None:
    assert faults_of(check) == []


@pytest.mark.parametrize("check", [checks.inline_code, checks.unescaped_output], ids=lambda check: check.__name__)
def test_templates_keep_the_rule(check: Check) -> None:
    assert faults_of(check, *SUFFIXES[check]) == []


@pytest.mark.parametrize(("check", "sample"), BAD)
def test_a_bad_sample_is_found(check: Check, sample: str) -> None:
    assert list(check(Source("src/heedful/web/templates/page.html", sample))) != []


@pytest.mark.parametrize(("check", "sample"), GOOD)
def test_a_good_sample_passes(check: Check, sample: str) -> None:
    assert list(check(Source("src/heedful/web/templates/page.html", sample))) == []
