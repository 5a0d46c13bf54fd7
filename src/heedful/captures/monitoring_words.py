"""What a school's settings mean in plain words, for everybody who is told of the monitoring: pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from heedful.captures.retention import Kept
from heedful.captures.rules import Source
from heedful.people.rules import Stage

# From severity 3 on, a device sends at most five earlier lines of ten minutes with a line (extension/src/context.ts).
EARLIER_LINES = "With a line that looks like a concern or worse go at most five lines written before it, from the last ten minutes."
SOURCE_WORDS: Mapping[Source, str] = {
    Source.TYPED: "words typed into web pages",
    Source.SEARCHED: "searches",
    Source.DISPLAYED: "text that web pages show",
    Source.SUBMITTED: "what is sent in web forms",
    Source.AI_CHAT: "what is typed to AI chats in the browser",
    Source.REPORT: "messages that somebody sends on purpose with “Tell someone”",
}
CAPTURE_FROM_WORDS = {
    1: "anything that touches a theme at all, however slight (severity 1 of 5 and up)",
    2: "anything that may need a look, also where it is probably harmless (severity 2 of 5 and up)",
    3: "only what looks like a concern (severity 3 of 5 and up)",
    4: "only what looks serious (severity 4 of 5 and up)",
    5: "only what looks like danger now (severity 5 of 5)",
}
THEME_WORDS: Mapping[str, str] = {
    "suicide": "thoughts of suicide", "self_harm": "self-harm", "eating_disorder": "eating disorders", "low_mood": "very low mood",
    "abuse_disclosure": "abuse or neglect at home or elsewhere", "sexual_exploitation": "grooming and sexual exploitation",
    "nudes": "asking for, making or sharing nude pictures", "sexual_content": "sexual content", "bullying": "bullying",
    "discrimination": "racism, sexism and other hate", "violence": "threats and violence", "weapons": "knives and other weapons",
    "drugs": "drugs, alcohol and vapes", "criminal_exploitation": "gangs and being used for crime", "extremism": "extremism",
    "gambling": "gambling", "bypass": "getting round the school's filter", "language": "very strong language",
}  # fmt: skip
KEPT_WORDS: Mapping[Kept, str] = {
    Kept.PARTS: "pictures and earlier lines",
    Kept.FALSE_POSITIVE: "a line that turned out to be nothing",
    Kept.NOTHING: "a line that the server takes for nothing",
    Kept.RECORD_ONLY: "a line that is only kept on record",
    Kept.UNREVIEWED: "a line that nobody has judged yet",
    Kept.GRADED: "a line that was a concern, after the work on it is closed",
}
# The layers of HEEDFUL_DETECTION_LAYERS that were trained, in the order in which a line meets them.
MODEL_WORDS: Mapping[str, str] = {
    "model": "a small one on the device, and again on the school's server",
    "encoder": "a language model on the school's server",
}
STAGE_WORDS: Mapping[Stage, str] = {
    Stage.SET_UP: "being set up; nothing is read on any device",
    Stage.PILOT: "in a pilot; only its groups are monitored",
    Stage.LIVE: "live",
    Stage.UNDER_REVIEW: "live, and being reviewed",
}


@dataclass(frozen=True)
class Processor:
    """Another party through which something of the school's passes: what for, and what it gets to see."""

    name: str
    purpose: str
    sees: str


def processors_of(values: Mapping[str, str]) -> tuple[Processor, ...]:
    """Whom the installation's settings name: the mail server, and the providers that staff sign in with.

    Who hosts the machine, its backups and the devices, settings don't say; the school adds them to its DPIA.
    """
    found = []
    if host := values.get("HEEDFUL_EMAIL_HOST"):
        found.append(Processor(f"Mail server {host}", "carries notices to staff", "staff addresses; a severity, a number and a link, nothing of a pupil"))
    for setting, name in (("HEEDFUL_GOOGLE_CLIENT_ID", "Google Workspace"), ("HEEDFUL_MICROSOFT_TENANT", "Microsoft Entra")):
        if values.get(setting):
            found.append(Processor(name, "staff sign in with it", "that a member of staff signed in, and when"))
    if issuer := values.get("HEEDFUL_OIDC_ISSUER"):
        name = urlsplit(issuer).hostname or issuer
        found.append(Processor(f"Sign-in provider {name}", "staff sign in with it", "that a member of staff signed in, and when"))
    return tuple(found)


def where_of(*, public_url: str, database_url: str, backup_folder_is_set: bool) -> tuple[str, ...]:
    """Where the data lies, as far as the settings say."""
    console = urlsplit(public_url).hostname or "this server"
    database = urlsplit(database_url)
    lines = [f"On the school's own Heedful server, {console}. Text and pictures are encrypted there, with keys of the school's own."]
    if database.scheme.startswith("postgres") and database.hostname:
        lines.append(f"The database is on {database.hostname}; text and notes lie in it encrypted.")
    lines.append(
        "An encrypted backup is made every night, in a folder that the school chose."
        if backup_folder_is_set
        else "No folder for nightly backups is set."
    )
    return tuple(lines)
