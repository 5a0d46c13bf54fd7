"""Placeholders of a text and what they stand for in a school: pure. A text that says `{hours}` can't be wrong about the hours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from heedful.captures.queries.monitoring import MonitoringFacts
from heedful.captures.retention import Kept
from heedful.captures.rules import Source
from heedful.programme.communication.texts import Words

_PLACE = re.compile(r"\{([^{}\n]{0,60})\}")
# What each placeholder stands for, in the words of the page that edits a text.
MEANINGS: Mapping[str, str] = {
    "school": "the school's name",
    "hours": "when devices read",
    "what_is_read": "what devices read",
    "never_list": "what is never read, as a list",
    "themes": "what Heedful looks for",
    "themes_list": "the same as a list",
    "reported_from": "from which severity a line is sent",
    "earlier_lines": "how much of what was written before goes with a line",
    "models": "whether trained models judge lines",
    "pictures": "whether pictures of a page are taken",
    "who_sees": "the roles that read what was sent",
    "next_read": "when it is read",
    "kept_nothing": "days until a false alarm is deleted",
    "kept_unread": "days until an unread line is deleted",
    "kept_concern": "days until a closed concern is deleted",
    "staff_monitored": "whether staff are monitored too",
    "pilot_groups": "the groups of the pilot",
    "help_lines": "help lines in one line",
    "help_lines_list": "help lines as a list",
    "public_page": "the address of the public page",
    "launch_date": "the launch date",
}


class UnknownPlaceholder(Exception):
    """A text asks for something that Heedful doesn't know; the text says what, where, and what there is."""


@dataclass(frozen=True)
class Drift:
    """One thing that a published text says and the settings no longer do."""

    name: str
    meaning: str
    old: str
    new: str


def values_of(facts: MonitoringFacts, *, public_page: str) -> dict[str, str]:
    """What every placeholder stands for now."""
    lines = [" ".join(filter(None, (line.name, line.phone, line.text))) for line in facts.help_lines]
    return {
        "school": facts.school,
        "hours": "; ".join(facts.hours) or "at any hour",
        "what_is_read": listed([words for source, words in facts.sources if source is not Source.REPORT]),
        "never_list": bullets(facts.never),
        "themes": listed(facts.themes),
        "themes_list": bullets(facts.themes),
        "reported_from": facts.capture_from_words,
        "earlier_lines": facts.earlier_lines,
        "models": (
            "It uses lists of words that people wrote, and computer programs that were trained on examples (a kind of AI). They can be wrong, and they do not learn from what pupils write."
            if facts.models
            else "It uses lists of words that people wrote, and no AI."
        ),
        "pictures": (
            "A picture of the page may be taken with a line, but never where something sexual is possible."
            if facts.pictures
            else "No pictures of the screen are taken."
        ),
        "who_sees": listed([f"the {seers.role.label.lower()}{'s' if seers.number > 1 else ''}" for seers in facts.who_sees]) or "nobody yet",
        "next_read": facts.next_read,
        "kept_nothing": f"{facts.days(Kept.FALSE_POSITIVE)} days",
        "kept_unread": f"{facts.days(Kept.UNREVIEWED)} days",
        "kept_concern": f"{facts.days(Kept.GRADED)} days",
        "staff_monitored": "Staff accounts are monitored too." if facts.monitors_staff else "Staff accounts are not monitored.",
        "pilot_groups": listed(facts.pilot_groups) or "no group yet",
        "help_lines": "; ".join(lines) or "no help line is set",
        "help_lines_list": bullets(lines) or "No help line is set.",
        "public_page": public_page,
        "launch_date": f"{facts.launch_on:%-d %B %Y}" if facts.launch_on else "not set yet",
    }


def listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def bullets(parts: Iterable[str]) -> str:
    return "\n".join(f"- {part}" for part in parts)


def placeholders_in(words: Words) -> tuple[str, ...]:
    """The names between braces, each once, in their order."""
    return tuple(dict.fromkeys(_PLACE.findall(words.title) + _PLACE.findall(words.body)))


def fill(words: Words, values: Mapping[str, str]) -> Words:
    """Put in what the placeholders stand for. Raises UnknownPlaceholder that names every one that there is not."""
    check_placeholders(words, values)
    return Words(_fill(words.title, values), _fill(words.body, values))


def check_placeholders(words: Words, known: Iterable[str]) -> None:
    """Raise UnknownPlaceholder where the text has one that is not known."""
    names = sorted(known)
    faults = []
    for where, text in [("title", words.title), *((f"line {number}", line) for number, line in enumerate(words.body.splitlines(), 1))]:
        for name in _PLACE.findall(text):
            if name not in names:
                near = get_close_matches(name, names, n=1)
                faults.append(f"{where}: there is no {{{name}}}" + (f"; did you mean {{{near[0]}}}?" if near else "."))
    if faults:
        raise UnknownPlaceholder(" ".join(faults) + " The ones that there are stand below the text.")


def drift_of(names: Iterable[str], then: Mapping[str, str], now: Mapping[str, str]) -> tuple[Drift, ...]:
    """What these placeholders said when the text was published, where they say something else now."""
    return tuple(Drift(name, MEANINGS[name], then[name], now[name]) for name in names if name in then and name in now and then[name] != now[name])


def _fill(text: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda match: values[match[1]], text)
