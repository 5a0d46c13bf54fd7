"""What the agents can and can't do, declared: pure. The limits page is made from this; tests hold it against the agents themselves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Answer(StrEnum):
    YES = "yes"
    IF_SET = "if_set"  # only where the school has switched it on, or its policy closes the gap
    NO = "no"
    NEVER = "never"  # it could be done, and is not, on purpose


@dataclass(frozen=True)
class Ability:
    """One thing that somebody may expect of monitoring, and what is so. `proof` names a test of this repository, where one can be."""

    what: str
    answer: Answer
    note: str = ""
    proof: str = ""


@dataclass(frozen=True)
class Agent:
    """One agent: where it runs, and what it can. `sources` and `permissions` are its own words for what it reads and asks for."""

    name: str
    least_browser_version: int
    runs_on: tuple[tuple[str, str], ...]
    sources: frozenset[str]
    permissions: frozenset[str]
    abilities: tuple[Ability, ...]


_SURFACES = "tests/browser/test_surfaces.py"
_PAGES = "tests/browser/test_searches_and_pages.py"
_POLICY = "tests/browser/test_popup_and_policy.py"
_INSTALL = "tests/browser/test_install.py"
_SECRET = "tests/browser/test_secret_fields.py"  # noqa: S105 - the name of a test

EXTENSION = Agent(
    name="Browser extension",
    least_browser_version=137,
    runs_on=(
        ("Chromium on Linux", "tested end to end"),
        ("Google Chrome on ChromeOS, Windows, macOS and Linux", "the same package; not part of the automatic tests"),
        ("Microsoft Edge on Windows, macOS and Linux", "the same package; not part of the automatic tests"),
    ),
    sources=frozenset({"typed", "searched", "displayed", "submitted", "ai_chat", "report"}),
    permissions=frozenset(
        {
            "storage", "alarms", "webNavigation", "scripting", "tabs", "unlimitedStorage", "identity", "identity.email", "nativeMessaging",
            "enterprise.deviceAttributes",
        }
    ),
    abilities=(
        Ability("What is typed into web pages", Answer.YES, "at the end of a sentence, at Enter, after a pause of 0.8 s, or on leaving the field", _SURFACES),
        Ability("What is searched for", Answer.YES, "Google, Bing, DuckDuckGo, YouTube and others", _PAGES),
        Ability("Text that web pages show", Answer.YES, "what comes later too", _PAGES),
        Ability("What is written to AI chats in the browser", Answer.YES, "their answers are seen as text that a page shows", _PAGES),
        Ability("\"Tell someone\"", Answer.YES, "at any hour, once monitoring has begun", _POLICY),
        Ability("Captures while the server can't be reached", Answer.YES, "kept encrypted, up to 2,000 or 50 MB, sent later", "tests/browser/test_durability.py"),
        Ability("Pictures of a page with a capture", Answer.IF_SET, "off until the school switches them on; never where something sexual is possible", _POLICY),
        Ability("Private windows", Answer.IF_SET, "not read: the school's browser policy closes them", _INSTALL),
        Ability("Guest windows and other profiles", Answer.IF_SET, "not read: the school's browser policy closes them", _INSTALL),
        Ability("Staying installed", Answer.IF_SET, "nobody can remove it where a policy has installed it", _INSTALL),
        Ability("Google Docs, Sheets and Slides", Answer.NO, "they draw their text; address, title and searches are seen, the document is not"),
        Ability("PDF viewer, the browser's own pages, its web store", Answer.NO, "no extension may read them"),
        Ability("Passwords, bank cards, one-time codes", Answer.NEVER, "when in doubt a field is not read", _SECRET),
        Ability("Pages on the private list", Answer.NEVER, "helplines, health, banking", _SECRET),
        Ability("Apps outside the browser", Answer.NO, "Word, games, chat programs"),
        Ability("Other browsers without the extension", Answer.NO, "Firefox and Safari are not supported; block what you don't want"),
        Ability("iPads, phones and tablets", Answer.NO, "nothing of Heedful runs there"),
        Ability("Pupils' own devices", Answer.NEVER, "with the school's account signed in at home the extension does nothing", _INSTALL),
        Ability("What is in pictures and videos", Answer.NO),
        Ability("Voice, calls, microphone, camera, place", Answer.NEVER, "the extension has no permission for them", "extension/test/manifest.test.ts"),
        Ability("The last unfinished line when a browser is killed", Answer.NO, "at most 0.8 s of typing"),
        Ability("Captures not yet sent when a profile is wiped", Answer.NO, "guest sessions and shared sign-ins that are thrown away"),
    ),
)  # fmt: skip
AGENTS = (EXTENSION,)

# How sure it is who was typing, and by what.
CERTAINTY = (
    ("Certain", "the device's policy names one pupil, or the sign-in to a Chromebook does"),
    ("Likely", "the account of the browser profile, or the user whom the computer names"),
    ("Uncertain", "an account that several people use, or one that is not on the roll"),
    ("Not known", "nobody is signed in"),
)

# What the server can't prove, whatever it shows.
UNPROVEN = (
    "That nothing was found where nothing was captured: a child can be in danger without writing a word.",
    "That a device outside the inventory is not used by a pupil. The inventory is the school's own list.",
    "That a device that reads does read everything: only a test of the phrase shows it, on that device, that day.",
    "That a pupil was at the keyboard of their own account.",
    "That a phrase would be found in a language or in words that the library doesn't have.",
    "That a person with the administrator's rights on a device has not tampered with it; such a device falls silent or reads nothing, and is listed.",
)
