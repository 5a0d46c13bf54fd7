/** What single signs of a folded text are, and the letters that they may be read as. By code point; only the euro is no ASCII. */

export const COMMA = 44;
export const HYPHEN = 45;
export const STOP = 46;
export const STAR = 42;
export const EXCLAMATION = 33;
export const PLUS = 43;
export const NINE = 57;
const EURO = 0x20ac;

const LEET: Record<string, string> = {
  "0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g",
  "@": "a", $: "s", "!": "il", "|": "li", "+": "t",
};

/** Traits, to be asked for together: a mark; one that hides nothing and reads as nothing; one that reads as a letter; no letter. */
export const IS_MARK = 1;
export const IS_DULL = 2;
export const IS_SYMBOL = 4;
export const IS_NO_LETTER = 8;
export const IS_EXCLAMATION = 16;
/** May be one of two letters. */
export const IS_DOUBTFUL = 32;

const TRAITS = new Uint8Array(128);
const EURO_TRAITS = IS_MARK | IS_SYMBOL | IS_NO_LETTER;
const FIRSTS = new Uint8Array(128).map((_, code) => code);
const LASTS = new Uint8Array(128).map((_, code) => code);
for (const sign of " ,.-*@$!|+") note(sign, IS_MARK | IS_NO_LETTER);
for (const sign of "0123456789") note(sign, IS_NO_LETTER);
for (const sign of " ,.-") note(sign, IS_DULL);
for (const sign of "@$!|+") note(sign, IS_SYMBOL);
note("!", IS_EXCLAMATION);
for (const [sign, letters] of Object.entries(LEET)) {
  FIRSTS[sign.charCodeAt(0)] = letters.charCodeAt(0);
  LASTS[sign.charCodeAt(0)] = letters.charCodeAt(letters.length - 1);
  if (letters.length > 1) note(sign, IS_DOUBTFUL);
}

function note(sign: string, trait: number): void {
  TRAITS[sign.charCodeAt(0)] = (TRAITS[sign.charCodeAt(0)] as number) | trait;
}

export function traitsOf(code: number): number {
  return code < 128 ? (TRAITS[code] as number) : code === EURO ? EURO_TRAITS : 0;
}

export function isMark(code: number): boolean {
  return (traitsOf(code) & IS_MARK) !== 0;
}

export function isSymbol(code: number): boolean {
  return (traitsOf(code) & IS_SYMBOL) !== 0;
}

/** A sign read as its first, and as its last, letter. */
export function asFirst(code: number): number {
  return code < 128 ? (FIRSTS[code] as number) : code === EURO ? E : code;
}

export function asLast(code: number): number {
  return code < 128 ? (LASTS[code] as number) : code === EURO ? E : code;
}

const E = 101;

/** A word with every run of one letter made single: kill → kil. */
export function squeeze(word: string): string {
  return word.replace(/(.)\1+/gsu, "$1");
}
