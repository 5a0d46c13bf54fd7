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

const IS_MARK = 1;
const IS_DULL = 2;
const IS_SYMBOL = 4;
const IS_NO_LETTER = 8;

const TRAITS = new Uint8Array(128);
const FIRSTS = new Uint8Array(128).map((_, code) => code);
const LASTS = new Uint8Array(128).map((_, code) => code);
for (const sign of " ,.-*@$!|+") note(sign, IS_MARK | IS_NO_LETTER);
for (const sign of "0123456789") note(sign, IS_NO_LETTER);
for (const sign of " ,.-") note(sign, IS_DULL);
for (const sign of "@$!|+") note(sign, IS_SYMBOL);
for (const [sign, letters] of Object.entries(LEET)) {
  FIRSTS[sign.charCodeAt(0)] = letters.charCodeAt(0);
  LASTS[sign.charCodeAt(0)] = letters.charCodeAt(letters.length - 1);
}

function note(sign: string, trait: number): void {
  TRAITS[sign.charCodeAt(0)] = (TRAITS[sign.charCodeAt(0)] as number) | trait;
}

function has(code: number, trait: number): boolean {
  return code < 128 ? ((TRAITS[code] as number) & trait) !== 0 : code === EURO && trait !== IS_DULL;
}

export function isMark(code: number): boolean {
  return has(code, IS_MARK);
}

/** A mark that hides nothing and reads as nothing. */
export function isDull(code: number): boolean {
  return has(code, IS_DULL);
}

/** A mark that reads as a letter. */
export function isSymbol(code: number): boolean {
  return has(code, IS_SYMBOL);
}

export function isLetter(code: number): boolean {
  return !has(code, IS_NO_LETTER);
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
