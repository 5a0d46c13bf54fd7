"""What a page holds, for tests that look for what must not be in it."""

from __future__ import annotations

from html.parser import HTMLParser

RUNS = ("javascript:", "data:text", "vbscript:")
LEADS_AWAY = {"iframe", "object", "embed", "base"}


class Elements(HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


def alive(page: str) -> list[str]:
    """What of the payloads, or like them, became an element or a script."""
    faults = []
    for tag, attributes in Elements(page).found:
        if "zz" in attributes.get("class", "").split() or tag in LEADS_AWAY:
            faults.append(f"<{tag}> {attributes}")
        for name, value in attributes.items():
            runs = name.startswith("on") or name == "srcdoc" or (name in {"href", "src", "action", "formaction"} and value.strip().lower().startswith(RUNS))
            if runs or (name == "http-equiv" and value == "refresh"):
                faults.append(f"<{tag} {name}={value}>")
        if tag == "script" and "nonce" not in attributes and attributes.get("type") != "application/json":  # data, which nothing runs
            faults.append("<script> without a nonce")
    return faults


def addresses(page: str) -> set[str]:
    """Every address that the page leads to or loads."""
    names = {"href", "src", "action", "formaction", "data"}
    return {value for _, attributes in Elements(page).found for name, value in attributes.items() if name in names and value}
