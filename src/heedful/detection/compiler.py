"""Compile the library to a bundle's content. Build time only; every fault of every pattern is told at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from heedful.detection import automaton
from heedful.detection.automaton import FIRST_WORD
from heedful.detection.bundle import FORMAT, content_version
from heedful.detection.foldtable import build_fold_table, is_emoji
from heedful.detection.keys import Company, pieces_of
from heedful.detection.library import DESCRIBING, Library, LibraryError, Phrase, Words
from heedful.detection.patterns import (
    END,
    GAP,
    START,
    Choice,
    Gap,
    Part,
    PatternError,
    Series,
    Word,
    WordForms,
    count,
    few_sequences,
    least_words,
    lengths,
    read_pattern,
    with_others,
    words_of,
)
from heedful.detection.phrasing import PHRASING
from heedful.detection.rules import ContextRule
from heedful.detection.spelling import common_words, likely_words, meant_words, plain_slips, real_words, word_weight
from heedful.detection.text import Folder

EVASION_SEVERITY = 2
SLIP_SEVERITY, SLIP_LETTERS = 4, 3
JOINED_SEVERITY, JOINED_LETTERS, MOST_JOINED = 4, range(7, 17), 300
_CONTROLS = {GAP: automaton.GAP, START: automaton.START, END: automaton.END}


@dataclass
class _Expanded:
    """Every pattern read, by what it stands for, with the faults found on the way."""

    phrases: list[tuple[Phrase, int, list[Series]]] = field(default_factory=list)
    classes: dict[str, list[Series]] = field(default_factory=dict)
    exceptions: dict[str, list[Series]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    described: set[str] = field(default_factory=set)  # the words of English, whose real words are known: only they are read through slips

    def trees(self) -> Iterator[Series]:
        for _, _, trees in self.phrases:
            yield from trees
        for group in (self.classes, self.exceptions):
            for trees in group.values():
                yield from trees

    def widened(self, strange: dict[str, list[str]]) -> Iterator[list[Series]]:
        """The trees of each phrase, those of serious English phrases of two words or more with what else a word may read."""
        for phrase, _, trees in self.phrases:
            is_wide = phrase.severity >= SLIP_SEVERITY and phrase.language == DESCRIBING
            yield [
                Series(tuple(with_others(part, strange) for part in tree.parts)) if is_wide and least_words(tree) > 1 else tree
                for tree in trees
            ]


def compile_library(library: Library) -> dict[str, Any]:
    """The bundle's content, version included. Raises LibraryError with every fault."""
    emoji = _emoji_of(library)
    folder = Folder(build_fold_table(), emoji)
    themes = _merged_themes(library)
    expanded = _expand(library, folder, list(themes))
    if expanded.faults:
        raise LibraryError(expanded.faults)
    plain = _plain(library, folder)
    words = _Vocabulary.of(expanded, plain)
    spelling, splits, slips = _spelling(library, folder, words, plain)
    content: dict[str, Any] = {
        "format": FORMAT,
        "fold": build_fold_table(),
        "emoji": emoji,
        "vocabulary": " ".join(words.ordered),
        "joined": len(words.joined),
        "evasion": [words.numbers[word] - FIRST_WORD for word in words.evasion if word not in words.joined],
        "spelling": spelling,
        "slips": slips,
        "splits": splits,
        "automaton": _automaton(expanded, words, list(themes), _strange(words, _plain(library, folder, DESCRIBING))),
        "longest": max(lengths(tree)[1] for tree in expanded.trees()),
        "phrases": [_phrase_row(phrase, theme) for phrase, theme, _ in expanded.phrases],
        "classes": list(expanded.classes),
        "themes": list(themes.values()),
        "phrasing": PHRASING,
    }
    return content | {"version": content_version(content)}


def compile_sieve(library: Library) -> dict[str, Any]:
    """The keys of the server's sieve, in alphabetical order, a line each. The library must compile.

    `whole`: where one stands a pattern matches. `alone`: one asks for a walk wherever it stands. `apart`: those of which one of
    the same company must be met, after the places in `company`; there whether it stands after the key, within how many tokens,
    and its words. `longest`: the most tokens of a pattern.
    """
    folder = Folder(build_fold_table(), _emoji_of(library))
    expanded = _expand(library, folder, list(_merged_themes(library)))
    words = _Vocabulary.of(expanded, _plain(library, folder))
    whole = set(words.joined)
    found: dict[str, set[Company | None]] = {}
    for tree in (tree for trees in expanded.widened(_strange(words, _plain(library, folder, DESCRIBING))) for tree in trees):
        is_anywhere = {START, END}.isdisjoint(words_of(tree))
        for piece in pieces_of(tree):
            company = piece.company()
            for key in map(" ".join, piece.keys):
                found.setdefault(key, set()).add(company)
                if is_anywhere and not company:
                    whole.add(key)
    known = sorted({company for companies in found.values() for company in companies if company})
    places = {company: place for place, company in enumerate(known)}
    apart: dict[tuple[int, ...], list[str]] = {}
    for key in sorted(found.keys() - whole):
        companies = found[key]
        apart.setdefault(() if None in companies else tuple(sorted(places[one] for one in companies if one)), []).append(key)
    return {
        "longest": max(lengths(tree)[1] for tree in expanded.trees()),
        "whole": "\n".join(sorted(whole)),
        "alone": "\n".join(apart.pop((), [])),
        "apart": [[list(company), "\n".join(keys)] for company, keys in apart.items()],
        "company": [[company.is_after, company.reach, " ".join(company.words)] for company in known],
    }


def count_sequences(library: Library) -> dict[str, tuple[int, int]]:
    """For each theme: written phrases, and the sequences that they expand to."""
    emoji = _emoji_of(library)
    themes = _merged_themes(library)
    expanded = _expand(library, Folder(build_fold_table(), emoji), list(themes))
    counts = dict.fromkeys(themes, (0, 0))
    for _, theme, trees in expanded.phrases:
        name = list(themes)[theme]
        counts[name] = (counts[name][0] + 1, counts[name][1] + sum(map(count, trees)))
    return counts


def _plain(library: Library, folder: Folder, language: str = "") -> set[str]:
    """The plain words of one language, or of all."""
    return {
        word for name, words in library.words.items() if language in ("", name) for entry in words.plain for word in folder.words(entry)
    }


def _emoji_of(library: Library) -> str:
    patterns = [p for t in library.themes for phrase in t.phrases for p in phrase.say]
    patterns += [p for t in library.themes for p in t.exceptions] + [p for c in library.classes for p in c.say]
    patterns += [p for words in library.words.values() for entries in words.classes.values() for p in entries]
    patterns += [pattern for _, pattern, _ in library.exceptions]
    return "".join(sorted({sign for pattern in patterns for sign in pattern if not sign.isascii() and is_emoji(sign)}))


def _merged_themes(library: Library) -> dict[str, dict[str, Any]]:
    """One row a theme; where several languages have it, the first language's words describe it."""
    rows: dict[str, dict[str, Any]] = {}
    for theme in library.themes:
        row = {
            "name": theme.name, "title": theme.title, "four_cs": list(theme.four_cs), "definition": theme.definition,
            "guidance": theme.guidance, "sources": theme.sources, "ages": theme.ages, "context": _context_rows(theme.context),
        }  # fmt: skip
        rows.setdefault(theme.name, row)
    return rows


def _forms(words: Words, folder: Folder) -> WordForms:
    inflections = {" ".join(folder.words(base)): [" ".join(folder.words(f)) for f in forms] for base, forms in words.inflections.items()}
    return WordForms(folder.words, words.classes, inflections)


def _expand(library: Library, folder: Folder, themes: list[str]) -> _Expanded:
    expanded = _Expanded()
    forms = {language: _forms(words, folder) for language, words in library.words.items()}
    identity = {language: {w for e in words.identity for w in folder.words(e)} for language, words in library.words.items()}
    nothing = WordForms(folder.words)

    def read(patterns: Sequence[str], language: str, place: str) -> list[Series]:
        found = []
        for pattern in patterns:
            try:
                found.append(read_pattern(pattern, forms.get(language, nothing)))
                if language == DESCRIBING:
                    expanded.described.update(words_of(found[-1]))
            except PatternError as error:
                expanded.faults.append(f"{place}: the pattern '{pattern}' {error}")
        return found

    for theme in library.themes:
        for phrase in theme.phrases:
            found = read(phrase.say, theme.language, phrase.place)
            expanded.phrases.append((phrase, themes.index(theme.name), found))
            expanded.faults += _identity_faults(phrase, found, identity.get(theme.language, set()))
        expanded.exceptions.setdefault(theme.name, []).extend(read(theme.exceptions, theme.language, theme.place))
    for one in library.classes:
        expanded.classes.setdefault(one.id, []).extend(read(one.say, one.language, one.place))
    for language, pattern, place in library.exceptions:
        expanded.exceptions.setdefault("", []).extend(read([pattern], language, place))
    return expanded


def _identity_faults(phrase: Phrase, trees: list[Series], identity: set[str]) -> list[str]:
    """A pattern that may be said with identity words alone is refused."""
    dull = identity | set(_CONTROLS)
    alone = [tree for tree in trees if _may_be_said_with(tree, dull)]
    return [f"{phrase.place}: a pattern can be met by identity words alone; what people are is never a concern" for _ in alone[:1]]


def _may_be_said_with(part: Part, words: set[str]) -> bool:
    if isinstance(part, Gap):
        return True
    if isinstance(part, Word):
        return part.text in words
    if isinstance(part, Choice):
        return any(_may_be_said_with(option, words) for option in part.options)
    return all(_may_be_said_with(inner, words) for inner in part.parts)


@dataclass(frozen=True)
class _Vocabulary:
    """Every word in the order of the patterns, so that lists of alternatives have neighbouring numbers; then joined forms."""

    ordered: list[str]
    numbers: dict[str, int]
    evasion: dict[str, int]  # most serious first, with the greatest severity of its phrases
    serious: frozenset[str]  # the evasion words of serious phrases
    joined: dict[str, list[int]]  # joined form → places of its phrases
    beside: frozenset[str]  # every English word of a serious phrase, a context class or an exception
    described: frozenset[str]  # every English word

    @classmethod
    def of(cls, expanded: _Expanded, plain: set[str]) -> "_Vocabulary":
        named = dict.fromkeys(word for tree in expanded.trees() for word in words_of(tree) if word not in _CONTROLS)
        joined = _joined(expanded, set(named))
        content: dict[str, int] = {}
        for phrase, _, trees in expanded.phrases:
            if phrase.severity >= EVASION_SEVERITY:
                for word in (w for tree in trees for w in words_of(tree) if _is_content(w, plain)):
                    content[word] = max(content.get(word, 0), phrase.severity)
        evasion = dict(sorted(content.items(), key=lambda item: (-item[1], item[0]))) | dict.fromkeys(sorted(joined), JOINED_SEVERITY)
        ordered = [*named, *sorted(joined, key=lambda word: (joined[word], word))]
        groups = [trees for phrase, _, trees in expanded.phrases if phrase.severity >= SLIP_SEVERITY]
        groups += [*expanded.classes.values(), *expanded.exceptions.values()]
        beside = frozenset(word for trees in groups for tree in trees for word in words_of(tree) if word not in _CONTROLS)
        described = frozenset(expanded.described)
        serious = frozenset(word for word, severity in content.items() if severity >= SLIP_SEVERITY and word not in joined)
        return cls(
            ordered,
            {word: number for number, word in enumerate(ordered, FIRST_WORD)},
            evasion,
            serious,
            joined,
            beside & described,
            described,
        )


def _is_content(word: str, plain: set[str]) -> bool:
    """Letters alone, three or more and not all the same, none beyond the basic plane (the twin's sort), no plain word."""
    return len(word) >= 3 and len(set(word)) > 1 and word.isalpha() and max(word) <= "\uffff" and word not in plain


def _joined(expanded: _Expanded, words: set[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, (phrase, _, trees) in enumerate(expanded.phrases):
        if phrase.severity < JOINED_SEVERITY or not expanded.described.issuperset(word for tree in trees for word in words_of(tree)):
            continue
        for sequence in (s for tree in trees for s in few_sequences(tree, MOST_JOINED)):
            word = "".join(sequence)
            if len(sequence) < 2 or len(word) not in JOINED_LETTERS or not word.isalpha() or word in words or word in real_words():
                continue
            found.setdefault(word, [])
            if place not in found[word]:
                found[word].append(place)
    return found


def _spelling(
    library: Library, folder: Folder, words: _Vocabulary, plain: set[str]
) -> tuple[dict[str, str], dict[str, str], dict[str, Any]]:
    """Misspelt single words, and misspellings and splits in two tokens, each as {word: "form,form"}; then what devices make themselves.

    `slips` are the words whose plain slips are read as them, the likeliest first, and the slips that are not: they are other real
    words. Where the likeliest word of a slip is not the first of these, the slip is written out.
    """
    table, splits = _written(library, folder, words)
    chosen = _slipping(words)
    fuzzy = {w for language in library.words.values() for entry in language.fuzzy for w in folder.words(entry) if w in words.numbers}
    weights = {word: word_weight(word, is_serious=word in words.serious, is_fuzzy=word in fuzzy) for word in (*chosen, *sorted(fuzzy))}
    ordered = sorted(chosen, key=lambda word: (-weights[word], word))
    first: dict[str, str] = {}
    for word in ordered:
        for slip in plain_slips(word):
            first.setdefault(slip, word)
    real = real_words() | plain
    meant = meant_words(weights, set(chosen), fuzzy, (real | words.numbers.keys() | table.keys()).__contains__)
    table |= {slip: word for slip, word in meant.items() if first.get(slip) != word}
    slips = {"of": [words.numbers[word] - FIRST_WORD for word in ordered], "but": " ".join(sorted(real & first.keys()))}
    return _by_word(table), _by_word(splits), slips


def _written(library: Library, folder: Folder, words: _Vocabulary) -> tuple[dict[str, str], dict[str, str]]:
    """The misspellings that the library writes out, in one token and in two; and evasion words cut in two."""
    table: dict[str, str] = {}
    splits: dict[str, str] = {}
    for language in library.words.values():
        for word, entries in language.misspellings.items():
            for parts in map(folder.words, entries) if word in words.numbers else ():
                if len(parts) == 2:
                    splits.setdefault(" ".join(parts), word)
                elif len(parts) == 1 and parts[0] not in words.numbers:
                    table.setdefault(parts[0], word)
    for word in sorted((words.evasion.keys() & words.described) - words.joined.keys()):
        for cut in range(2, len(word) - 1) if len(word) >= 6 else ():
            halves = word[:cut], word[cut:]
            if not all(half in real_words() or half in words.numbers for half in halves):
                splits.setdefault(" ".join(halves), word)
    return table, splits


def _slipping(words: _Vocabulary) -> list[str]:
    """The words whose plain slips are read as them: those of serious phrases, of context classes and of exceptions, so that what calms a line is read too."""
    written = (word for word in words.beside if len(word) >= SLIP_LETTERS and word.isascii() and word.isalpha())
    return sorted(word for word in written if len(word) > SLIP_LETTERS or word in real_words())  # kwh and gsm are no slips of short forms


def _strange(words: _Vocabulary, plain: set[str]) -> dict[str, list[str]]:
    """English word → its plain slips that only another language's phrases have as words: a serious phrase is met with them too."""
    weights = {word: word_weight(word, is_serious=word in words.serious, is_fuzzy=False) for word in _slipping(words)}
    return likely_words(weights, words.numbers.keys() - words.described - words.joined.keys() - common_words() - plain)


def _by_word(table: dict[str, str]) -> dict[str, str]:
    grouped: dict[str, list[str]] = {}
    for slip, word in sorted(table.items()):
        grouped.setdefault(word, []).append(slip)
    return {word: ",".join(slips) for word, slips in sorted(grouped.items())}


def _automaton(expanded: _Expanded, words: _Vocabulary, themes: list[str], strange: dict[str, list[str]]) -> dict[str, list[int]]:
    """Targets: phrases in order, then context classes, then exceptions: one a theme, the last for every theme."""
    builder = automaton.Builder(words.numbers | _CONTROLS)
    groups = [*expanded.widened(strange), *expanded.classes.values()]
    groups += [expanded.exceptions.get(theme, []) for theme in (*themes, "")]
    for target, trees in enumerate(groups):
        for tree in trees:
            builder.add(tree, target)
    for word, places in words.joined.items():
        for place in places:
            builder.add(Word(word), place)
    return builder.columns()


def _phrase_row(phrase: Phrase, theme: int) -> dict[str, Any]:
    return {
        "id": phrase.id, "theme": theme, "severity": phrase.severity, "meaning": phrase.meaning, "person": phrase.person,
        "intent": phrase.intent, "benign": phrase.benign, "context": _context_rows(phrase.context),
        "needs": [[list(need.any), need.window.within, need.window.side] for need in phrase.needs],
    } | ({} if phrase.language == DESCRIBING else {"language": phrase.language})  # fmt: skip


def _context_rows(rules: Sequence[ContextRule]) -> list[list[Any]]:
    return [[list(r.when), r.window.within, r.window.side, r.operation, r.amount, r.why, list(r.unless)] for r in rules]
