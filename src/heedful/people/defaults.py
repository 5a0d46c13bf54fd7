"""What a new UK school starts with; each is the school's to change."""

from __future__ import annotations

# Numbers and addresses as the charities publish them.
UK_HELP_LINES: list[dict[str, str | None]] = [
    {"name": "Childline", "phone": "0800 1111", "text": None, "url": "https://www.childline.org.uk"},
    {"name": "Samaritans", "phone": "116 123", "text": None, "url": "https://www.samaritans.org"},
    {"name": "Shout", "phone": None, "text": "SHOUT to 85258", "url": "https://giveusashout.org"},
]

# Nothing is read on these hosts and what lies under them: helplines and support, health, banking.
UK_PRIVATE_HOSTS: list[str] = [
    "childline.org.uk", "samaritans.org", "giveusashout.org", "papyrus-uk.org", "beateatingdisorders.org.uk", "youngminds.org.uk",
    "kooth.com", "themix.org.uk", "nspcc.org.uk", "ceop.police.uk", "reportharmfulcontent.com", "switchboard.lgbt", "mermaidsuk.org.uk",
    "stonewall.org.uk", "mindout.org.uk", "brook.org.uk", "talktofrank.com", "nationaldahelpline.org.uk", "rapecrisis.org.uk",
    "runawayhelpline.org.uk", "gamcare.org.uk", "victimsupport.org.uk", "nhs.uk", "mind.org.uk", "rethink.org",
    "barclays.co.uk", "hsbc.co.uk", "lloydsbank.com", "natwest.com", "santander.co.uk", "nationwide.co.uk", "monzo.com", "starlingbank.com",
]  # fmt: skip
