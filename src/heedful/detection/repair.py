"""Read what was written to be missed: misspelt, stretched, leet, glued, masked, spaced and split words.

docs/detection.md, "Repair". Its twin is extension/src/engine/repair.ts; a change here is a change there.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, product

from heedful.detection.lexicon import Lexicon, shapes, squeeze
from heedful.detection.text import MARKS, NOTHING, Folder

Token = tuple[int, int, int, bool]  # word number (0: no pattern names it), start and end in the view, repaired

_LEET = {
    "0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "il", "|": "li", "+": "t", "€": "e",
}  # fmt: skip
_SYMBOLS = "@$!|+€"
_MASK = "*"
_DULL_EDGES = " ,.-"
_NO_LETTERS = ",.-" + NOTHING
_MAX_CHARACTERS, _MAX_DOUBTFUL = 40, 4
_LEAST_SPACED = 3
_STRETCHED = re.compile(r"([^0-9])\1\1+")  # letters: 1000 is not 100
_HARD = re.compile(r"\.*(?:,|\.\.)[,.]*")
# A sign that reads as a letter and that no sentence puts there: a plain word beside it may be half of another.
_SIGNED = re.compile(rf"[@$|€]|(?<=[^{re.escape(MARKS)}])[!+](?=[^{re.escape(MARKS)}])")
_DIGITS = "0123456789"
_GHOST = -1  # a sign alone that reads as a letter, while spaced words are looked for


class Reader:
    """Turns a folded view into tokens with word numbers. Linear in the view; safe to share between threads."""

    def __init__(self, folder: Folder, lexicon: Lexicon) -> None:
        self._folder, self.lexicon = folder, lexicon
        emoji = re.escape(folder.emoji)
        self._chunk = re.compile(f"[{emoji}]|[^ {emoji}]+" if emoji else "[^ ]+")
        self._longest = max(map(len, lexicon.evasion), default=0)

    def read(self, view: str) -> list[Token]:
        """The tokens of a view after repair, in order."""
        tokens: list[Token] = []
        append, number_of, splits = tokens.append, self.lexicon.vocabulary.get, self.lexicon.splits
        has_slow = has_split = False
        last, singles = "", 0
        last_number: int | None = 0
        for chunk, place in self.chunks(view):
            core = chunk
            number = number_of(chunk)
            if number:
                append((number, place, place + len(chunk), False))
            else:
                bare = chunk.strip(_NO_LETTERS)
                core = bare.replace(NOTHING, "") if NOTHING in bare else bare
                number = number_of(core)
                if number is None and (not core.isalpha() or _STRETCHED.search(core)):
                    tokens += self._read_placed(chunk, place)
                    has_slow = True
                    continue
                start = place + chunk.index(bare)
                repaired = None if number else self.lexicon.spelling.get(core)
                append((number or repaired or 0, start, start + len(bare), repaired is not None))
            singles = singles + 1 if len(core) == 1 else 0
            has_slow = has_slow or singles == 3
            if not (number and last_number) and f"{last} {core}" in splits:
                has_split = True
            last, last_number = core, number
        if has_slow:
            tokens = self._join_spaced(tokens, view)
        return self._join_split(tokens, view) if has_slow or has_split else tokens

    def chunks(self, view: str) -> Iterable[tuple[str, int]]:
        """(chunk, its place) of every run without white space; an emoji that is a word stands alone."""
        if not view.isascii() and self._folder.emoji:
            return ((match.group(), match.start()) for match in self._chunk.finditer(view))
        chunks = view.split(" ")
        places = accumulate((len(chunk) + 1 for chunk in chunks), initial=0)
        return ((chunk, place) for chunk, place in zip(chunks, places, strict=False) if chunk)

    def _read_placed(self, chunk: str, base: int) -> list[Token]:
        """One run without white space, read with every repair; signs in it that fold to nothing are passed over."""
        if NOTHING not in chunk:
            return self.read_chunk(chunk, base)
        kept = [place for place, sign in enumerate(chunk) if sign != NOTHING]
        tokens = self.read_chunk(chunk.replace(NOTHING, ""), 0)
        return [(number, base + kept[start], base + kept[end - 1] + 1, repaired) for number, start, end, repaired in tokens]

    def read_chunk(self, chunk: str, base: int) -> list[Token]:
        """The tokens of one run without white space; a sign alone that reads as a letter comes back as a ghost."""
        words = self._folder.tokens(chunk)
        if not words:
            return [(_GHOST, base, base + 1, False)] if len(chunk) == 1 and chunk in _SYMBOLS else []
        numbers = [self.lexicon.vocabulary.get(word, 0) for word, _, _ in words]
        plain = [(number, base + start, base + end, False) for number, (_, start, end) in zip(numbers, words, strict=True)]
        if all(numbers) and not any(len(word) == 1 for word, _, _ in words) and not _SIGNED.search(chunk):
            return plain
        is_broken = not any(number and len(word) > 2 for number, (word, _, _) in zip(numbers, words, strict=True))
        whole = self._glued(chunk, base, len(words), self.lexicon.vocabulary if is_broken else {})
        if whole:
            return [whole]
        return self._segments(chunk, base) or [
            token if token[0] else self._resolved(word, token) for token, (word, _, _) in zip(plain, words, strict=True)
        ]

    def _resolved(self, word: str, token: Token) -> Token:
        number = self._resolve(word)
        return (number, token[1], token[2], True) if number else token

    def _segments(self, chunk: str, base: int) -> list[Token]:
        """A chunk cut at hard punctuation and runs of dots, each piece read as a chunk; nothing when there is but one."""
        cuts = list(_HARD.finditer(chunk))
        starts = [0, *(cut.end() for cut in cuts)]
        ends = [*(cut.start() for cut in cuts), len(chunk)]
        pieces = [(start, end) for start, end in zip(starts, ends, strict=True) if chunk[start:end].strip(MARKS)]
        if len(pieces) < 2:
            return []
        return [token for start, end in pieces for token in self.read_chunk(chunk[start:end], base + start)]

    def _glued(self, chunk: str, base: int, words: int, plain: dict[str, int]) -> Token | None:
        """The chunk as one word: with edge signs that read as letters, then without, then with an end mark too.

        An evasion word, or one of `plain` where nothing in the chunk is a word as it stands.
        """
        bare = chunk.strip(MARKS)
        tried = {bare} if words == 1 else set()
        for left, right in ((_DULL_EDGES, _DULL_EDGES + "!"), (MARKS, MARKS), (_DULL_EDGES, _DULL_EDGES)):
            piece = chunk.lstrip(left)
            start = base + len(chunk) - len(piece)
            piece = piece.rstrip(right)
            if piece not in tried and len(piece) <= _MAX_CHARACTERS:
                number = self._read_piece(piece, plain)
                if number:
                    return number, start, start + len(piece), True
            tried.add(piece)
        return None

    def _read_piece(self, piece: str, plain: dict[str, int]) -> int | None:
        kept = [c for c in piece if c not in _DULL_EDGES]
        letters = sum(map(_is_letter, kept))
        if not letters:
            return None
        if _MASK in kept:
            return self._masked("".join(_LEET.get(c, c)[0] if c != _MASK else c for c in kept))
        signs = len(kept) - letters
        if _is_readable(kept, letters) and (letters > signs or len(kept) == len(piece)):
            for reading in _readings(kept):
                number = self._evasion(reading) or (plain.get(reading) if len(reading) > 2 else None)
                if number:
                    return number
        if piece.count("-") == 1 and letters == len(kept) >= 3:
            return self._masked("".join(c if c != "-" else _MASK for c in piece if c not in ",."))
        return None

    def _masked(self, word: str) -> int | None:
        """The most serious evasion word, then the first, that a word with `*` for single letters may be."""
        hidden = word.count(_MASK)
        shown = len(word) - hidden
        if shown < 2 or shown < hidden or (len(word) < 4 and (_MASK in (word[0], word[-1]) or len(word) < 3)):
            return None
        head, tail = shapes(word)
        by_shape = self.lexicon.by_shape
        candidates = by_shape.get(head, ()) if word[0] != _MASK else by_shape.get(tail, ()) if word[-1] != _MASK else ()
        for candidate in candidates:
            if all(a in (b, _MASK) for a, b in zip(word, candidate, strict=True)):
                return self.lexicon.evasion[candidate]
        return None

    def _evasion(self, word: str) -> int | None:
        return self.lexicon.evasion.get(word) or self.lexicon.spelling.get(word) or self._stretched(word, self.lexicon.evasion)

    def _stretched(self, word: str, known: dict[str, int]) -> int | None:
        if not _STRETCHED.search(word):
            return None
        for letters in (r"\1\1", r"\1"):
            shorter = _STRETCHED.sub(letters, word)
            number = known.get(shorter) or self.lexicon.spelling.get(shorter)
            if number and len(shorter) > 1:
                return number
        return self.lexicon.squeezed.get(squeeze(word))

    def _resolve(self, word: str) -> int | None:
        """One token that no pattern names: misspelt, stretched or leet."""
        number = self.lexicon.spelling.get(word) or self._stretched(word, self.lexicon.vocabulary)
        letters = sum(map(_is_letter, word))
        signs = len(word) - letters
        if number or not letters or not signs or len(word) > _MAX_CHARACTERS or not _is_readable(word, letters):
            return number
        known = self.lexicon.vocabulary if len(word) >= 3 else self.lexicon.evasion
        for reading in _readings(list(word)):
            number = known.get(reading) or self._evasion(reading)
            if number:
                return number
        return None

    def _join_spaced(self, tokens: list[Token], view: str) -> list[Token]:
        """Letters that stand alone, joined where they spell a word, over emoji between them; ghosts go."""
        joined: list[Token] = []
        place = 0
        while place < len(tokens):
            end = place + 1
            if tokens[place][2] - tokens[place][1] == 1:
                while end < len(tokens) and tokens[end][2] - tokens[end][1] == 1:
                    end += 1
            joined += self._spelled(tokens[place:end], view) if end - place >= 3 else tokens[place:end]
            place = end
        return [token for token in joined if token[0] != _GHOST]

    def _spelled(self, run: list[Token], view: str) -> Iterator[Token]:
        places = [place for place, token in enumerate(run) if view[token[1]] not in self._folder.emoji]
        letters = [view[run[place][1]] for place in places]
        readings = ["".join(_LEET.get(c, c)[0] for c in letters), "".join(_LEET.get(c, c)[-1] for c in letters)]
        passed = 0  # in the run
        for first, last, number in self._words_in(readings):
            yield from run[passed : places[first]]
            yield number, run[places[first]][1], run[places[last - 1]][2], True
            passed = places[last - 1] + 1
        yield from run[passed:]

    def _words_in(self, readings: Sequence[str]) -> Iterator[tuple[int, int, int]]:
        """(first, last, number) of the words that letters spell: those whose lengths, squared, add to the most.

        Words of three letters or more, and of two where just two letters are left beside such a word.
        """
        count = len(readings[0])
        best = [0] * (count + 1)
        ends = [0] * count
        numbers = [0] * count
        for first in range(count - 1, -1, -1):
            best[first] = best[first + 1]
            for last in range(min(count, first + self._longest), first + _LEAST_SPACED - 1, -1):
                worth = (last - first) ** 2 + best[last]
                if worth > best[first] and (number := self._spelled_by(readings, first, last)):
                    best[first], ends[first], numbers[first] = worth, last, number
        left = place = 0  # from `left` on no word was spelled
        while place <= count:
            is_word = place < count and ends[place] > 0
            is_beside = is_word or (place == count and left > 0)
            if is_beside and place - left == 2 and (number := self._spelled_by(readings, left, place)):
                yield left, place, number
            if is_word:
                yield place, ends[place], numbers[place]
                left = place = ends[place]
            else:
                place += 1

    def _spelled_by(self, readings: Sequence[str], first: int, last: int) -> int:
        known = self.lexicon.vocabulary
        return known.get(readings[0][first:last]) or known.get(readings[1][first:last]) or 0

    def _join_split(self, tokens: list[Token], view: str) -> list[Token]:
        """Two neighbouring tokens, at least one of them in no pattern, that are an evasion word cut in two."""
        joined: list[Token] = []
        splits = self.lexicon.splits
        for token in tokens:
            before = joined[-1] if joined else None
            if before and not (before[0] and token[0]) and not before[3] and not token[3]:
                number = splits.get(f"{view[before[1]:before[2]]} {view[token[1]:token[2]]}".replace(NOTHING, ""))
                if number:
                    joined[-1] = number, before[1], token[2], True
                    continue
            joined.append(token)
        return joined


def _is_readable(kept: Sequence[str], letters: int) -> bool:
    """Whether there are letters enough to read the signs among them as letters: 10g is no word, 57ab and h1t are."""
    if 2 * letters >= len(kept) or len(kept) >= 4:
        return True
    return len(kept) == 3 and not (kept[0] in _DIGITS and kept[1] in _DIGITS)


def _is_letter(sign: str) -> bool:
    """Whether a sign of the view is a letter as it stands: neither a digit nor a mark."""
    return sign not in "0123456789" and sign not in MARKS


def _readings(signs: list[str]) -> Iterator[str]:
    """What leet signs may mean, i before l; with many doubtful signs all are read alike."""
    options = [_LEET.get(sign, sign) for sign in signs]
    doubtful = sum(len(option) > 1 for option in options)
    if doubtful > _MAX_DOUBTFUL:
        yield "".join(option[0] for option in options)
        yield "".join(option[-1] for option in options)
        return
    for reading in product(*options):
        yield "".join(reading)
