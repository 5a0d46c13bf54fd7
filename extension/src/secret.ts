/**
 * Fields that are never read: passwords, cards, one-time codes, and what may be one.
 *
 * Asked before a value is touched, never after. Works on type, autocomplete, names and the page's own styling only. A field that was a
 * password once stays secret; so does one that takes a password's place, and a plain text line in a form that held one. When in doubt: secret.
 */

import { namesSecret } from "./secret-names";

const SECRET_AUTOCOMPLETE = /(^|\s)(cc-[a-z-]+|current-password|new-password|one-time-code|webauthn)(\s|$)/i;
const USERNAME = /user|e-?mail|login|benutzer|identifi|nutzer|utilisateur|usuario|utente|nazwa/i;
const MASKING_FONT = /password|text-security|dotsfont|\bdiscs?\b/i;
/** The only input types that can hold a line of writing. */
const READABLE_TYPES = new Set(["text", "search"]);

/** What the page calls the field. Labels only: never a value. */
function namesOf(el: Element): string {
  const parts = ["name", "id", "placeholder", "aria-label", "title", "data-testid", "formcontrolname"].map((a) => el.getAttribute(a) ?? "");
  const root = el.getRootNode() as Document | ShadowRoot;
  for (const id of (el.getAttribute("aria-labelledby") ?? "").split(/\s+/)) {
    if (id !== "" && "getElementById" in root) parts.push(root.getElementById(id)?.textContent?.slice(0, 80) ?? "");
  }
  const labels = (el as HTMLInputElement).labels;
  if (labels) for (const label of labels) parts.push(labelText(label));
  return parts.join(" | ");
}

/** A label's own words, without the text that the pupil wrote in an area inside it. */
function labelText(label: Element): string {
  let words = "";
  for (const node of label.childNodes) if (node.nodeType === 3 || !(node as Element).matches?.("textarea,[contenteditable]")) words += node.textContent ?? "";
  return words.slice(0, 80);
}

function signatures(el: Element): string[] {
  return ["name", "id", "placeholder", "aria-label"].flatMap((a) => {
    const value = el.getAttribute(a);
    return value ? [`${a}=${value}`] : [];
  });
}

export function isPassword(node: Node): node is HTMLInputElement {
  return node.nodeType === 1 && (node as Element).localName === "input" && (node as HTMLInputElement).type === "password";
}

function isLine(el: Element): el is HTMLInputElement {
  return el.localName === "input";
}

/** What this document has shown of secrets so far; filled by `SecretWatch` from document_start. */
export class SecretMemory {
  private readonly ever = new WeakSet<Element>();
  private readonly holders = new WeakSet<Node>();
  private readonly names = new Set<string>();
  private readonly watchedRoots = new WeakSet<Node>();

  /** A password field was seen, now or in the past of the element. */
  remember(el: Element): void {
    this.ever.add(el);
    for (const signature of signatures(el)) this.names.add(signature);
    const form = el.closest("form");
    if (form) this.holders.add(form);
    for (let up = el.parentNode, step = 0; up && step < 3; up = up.parentNode, step++) {
      if (up.nodeType === 1 && /^(body|html|main)$/.test((up as Element).localName)) break;
      this.holders.add(up);
      if (up.nodeType === 11) break;
    }
  }

  /** The element can't be vouched for: it stood here before anybody looked, or in a password's place. */
  distrust(el: Element): void {
    this.ever.add(el);
  }

  wasWatchedFromBirth(root: Node): boolean {
    return root.nodeType === 9 || this.watchedRoots.has(root);
  }

  watchedFromBirth(root: Node): void {
    this.watchedRoots.add(root);
  }

  /** True when the element must not be read. Touches no value. */
  isSecret(el: Element): boolean {
    if (this.ever.has(el)) return true;
    const secret = this.looksSecret(el);
    if (secret) this.ever.add(el);
    return secret;
  }

  private looksSecret(el: Element): boolean {
    if (isLine(el) && !READABLE_TYPES.has(el.type)) return true;
    if (SECRET_AUTOCOMPLETE.test(el.getAttribute("autocomplete") ?? "")) return true;
    if (namesSecret(namesOf(el)) || isMasked(el)) return true;
    if (!isLine(el)) return false;
    if (el.type === "text" && !this.wasWatchedFromBirth(el.getRootNode())) return true;
    if (isCodeBox(el)) return true;
    if (signatures(el).some((s) => this.names.has(s))) return true;
    return this.inPasswordForm(el);
  }

  /** A plain line where a password has been asked for, unless it is the user name. */
  private inPasswordForm(el: HTMLInputElement): boolean {
    if (el.type === "search" || isUsername(el)) return false;
    const form = el.closest("form");
    if (form && (this.holders.has(form) || form.querySelector("input[type=password]"))) return true;
    for (let up = el.parentNode, step = 0; up && step < 3; up = up.parentNode, step++) if (this.holders.has(up)) return true;
    return false;
  }
}

function isUsername(el: Element): boolean {
  return /username|email/i.test(el.getAttribute("autocomplete") ?? "") || USERNAME.test(`${el.getAttribute("name")} ${el.id}`);
}

/** A short box for digits: a one-time code, a PIN, a card's last numbers. */
function isCodeBox(el: HTMLInputElement): boolean {
  const digits = /^(numeric|decimal|tel)$/.test(el.inputMode) || /\\d|0-9/.test(el.pattern);
  return (digits && el.maxLength !== -1 && el.maxLength <= 19) || el.maxLength === 1;
}

/** True when the page draws the letters as dots, by style or by a font made for it. */
export function isMasked(el: Element): boolean {
  const style = getComputedStyle(el);
  const security = style.getPropertyValue("-webkit-text-security");
  return (security !== "" && security !== "none") || MASKING_FONT.test(style.fontFamily);
}

const INPUTS = "input";

/** Watches one document and every shadow root in it for passwords, from the first moment on. */
export class SecretWatch {
  private readonly observer: MutationObserver;
  private readonly seen = new WeakSet<Node>();

  constructor(private readonly memory: SecretMemory) {
    this.observer = new MutationObserver((records) => this.take(records));
  }

  /** `fromBirth`: nothing was in the root before we looked. */
  watch(root: Document | ShadowRoot, fromBirth: boolean): void {
    if (fromBirth) this.memory.watchedFromBirth(root);
    if (this.seen.has(root)) return;
    this.seen.add(root);
    this.observer.observe(root, { subtree: true, childList: true, attributes: true, attributeFilter: ["type"], attributeOldValue: true });
    for (const input of root.querySelectorAll<HTMLInputElement>(INPUTS)) {
      if (input.type === "password") this.memory.remember(input);
      else if (!fromBirth && input.type === "text") this.memory.distrust(input);
    }
  }

  /** Handles what has been seen but not yet told: called before every question. */
  settle(): void {
    const records = this.observer.takeRecords();
    if (records.length > 0) this.take(records);
  }

  private take(records: MutationRecord[]): void {
    let passwordLeft = false;
    for (const record of records) {
      if (record.type === "attributes") {
        const el = record.target as Element;
        if (el.localName === "input" && (record.oldValue?.toLowerCase() === "password" || isPassword(el))) this.memory.remember(el);
        continue;
      }
      for (const node of record.addedNodes) this.added(node);
      for (const node of record.removedNodes) passwordLeft = this.heldPassword(node) || passwordLeft;
    }
    if (passwordLeft) for (const record of records) for (const node of record.addedNodes) this.distrustLines(node);
  }

  private added(node: Node): void {
    if (node.nodeType !== 1) return;
    const el = node as Element;
    if (isPassword(el)) this.memory.remember(el);
    if (el.firstElementChild) for (const input of el.querySelectorAll<HTMLInputElement>("input[type=password]")) this.memory.remember(input);
  }

  /** True when the removed part had a password in it; its looks are remembered. */
  private heldPassword(node: Node): boolean {
    if (node.nodeType !== 1) return false;
    const fields = isPassword(node) ? [node] : [...(node as Element).querySelectorAll("input")].filter((f) => isPassword(f) || this.memory.isSecret(f));
    for (const field of fields) this.memory.remember(field);
    return fields.length > 0 || (node as Element).localName === "input" && this.memory.isSecret(node as Element);
  }

  private distrustLines(node: Node): void {
    if (node.nodeType !== 1) return;
    const el = node as Element;
    const lines = el.localName === "input" ? [el as HTMLInputElement] : [...el.querySelectorAll<HTMLInputElement>(INPUTS)];
    for (const line of lines) if (line.type === "text" && !isUsername(line)) this.memory.distrust(line);
  }
}
