/** The school's harmless test phrase: answered by a heartbeat, and taken out of the text so that it is no part of anything else. */

export interface WithoutTestPhrase {
  found: boolean;
  /** Same length in UTF-16 units, so that offsets still hold. */
  rest: string;
}

export function withoutTestPhrase(text: string, phrase: string): WithoutTestPhrase {
  const words = phrase.trim().split(/\s+/).filter((w) => w !== "");
  if (words.length === 0) return { found: false, rest: text };
  const pattern = new RegExp(words.map((w) => w.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&")).join("\\s+"), "giu");
  const rest = text.replace(pattern, (match) => " ".repeat(match.length));
  return { found: rest !== text, rest };
}
