"""The words in which a finding explains itself. They travel in the bundle, so that device and server say the same."""

from dataclasses import dataclass

PHRASING = {
    "starts": "Starts at severity {n}",
    "cancel": "set aside: {why}",
    "lower": "lowered to {n}: {why}",
    "cap": "kept no higher than {n}: {why}",
    "raise": "raised to {n}: {why}",
    "repaired": "a word in it was disguised or misspelt",
    "across": "it begins in an earlier line and ends in this one",
    "model": "No known phrase in it is this serious, but the wording as a whole reads like {title}. This is the software's guess: please read it yourself.",
    "silenced": "left out: the words around it look harmless",
    "sources": {
        "typed": "the pupil typed it",
        "searched": "the pupil searched for it",
        "displayed": "it was on a page and was not typed",
        "submitted": "the pupil sent it in a form",
        "received": "somebody else wrote it",
        "ai_chat": "the pupil wrote it to an AI chat",
        "file": "it was in a file",
        "report": "the pupil reported it",
    },
    "ages": {
        "ks1": "the pupil is 5 to 7",
        "ks2": "the pupil is 7 to 11",
        "ks3": "the pupil is 11 to 14",
        "ks4": "the pupil is 14 to 16",
        "ks5": "the pupil is 16 to 19",
        "unknown": "the pupil's age is not known, so the strictest rule is used",
    },
}


# What only the server says: the models' view of a whole text. Kept out of the bundle, which devices carry.
@dataclass(frozen=True, slots=True)
class Banded:
    """One of a few sentences, by a share of 100. The share is fitted on invented lines: as a figure it would be taken for this child's risk."""

    below: tuple[tuple[int, str], ...]

    def format(self, *, n: int) -> str:
        """The sentence for `n`, 0 to 100."""
        return next(sentence for end, sentence in self.below if n < end)


SAID_CHANCE = Banded(
    (
        (10, "The models take the wording for harmless."),
        (50, "The models doubt that the wording is a worry."),
        (90, "The models take the wording for a worry."),
        (101, "The models are nearly sure that the wording is a worry."),
    )
)
SAID_READS = "Heedful's language model takes it for {intent}, {person}."
INTENT_WORDS = {
    "disclosure": "somebody telling of themselves",
    "threat": "a threat or abuse aimed at somebody",
    "seeking": "a question how or where to get something",
    "worry": "worry about somebody else",
    "study": "schoolwork or news",
    "joke": "a joke or a figure of speech",
    "fiction": "a story, a song or a game",
    "quotation": "a quotation",
    "other": "everyday talk",
}
PERSON_WORDS = {
    "first": "about the writer",
    "second": "said to somebody",
    "third": "about another person",
    "none": "not about anyone in particular",
}
