/** The typing sensor of one document: trusted events in, pieces of new text out. Decides nothing about them. */

import { fieldOf, isSearchBox, readUnit, unitOf } from "./fields";
import type { FieldKind, TypedMessage } from "./messages";
import type { SecretMemory, SecretWatch } from "./secret";
import { endsSentence, LineTracker } from "./segment";

const PAUSE_MS = 800;
const AFTER_COMPOSITION_MS = 50;

interface Field {
  el: Element;
  kind: FieldKind;
  /** What is read of it now; see `unitOf`. */
  unit: Element | null;
  session: string;
  lines: LineTracker;
  timer: ReturnType<typeof setTimeout> | undefined;
  composing: boolean;
}

export type Send = (message: TypedMessage) => void;

function newSession(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(2)), (n) => n.toString(36)).join("");
}

export class TypingSensor {
  private fields = new WeakMap<Element, Field>();
  private active: Field | null = null;
  private readonly stop = new AbortController();

  constructor(private readonly memory: SecretMemory, private readonly watch: SecretWatch, private readonly send: Send) {}

  /** Listens on a window, or on a closed shadow root whose events stay inside. */
  listen(target: Window | ShadowRoot): void {
    const on = (name: string, handle: (event: Event) => void): void =>
      target.addEventListener(name, (event) => { if (event.isTrusted) handle(event); }, { capture: true, passive: true, signal: this.stop.signal });
    on("beforeinput", (e) => this.before(e as InputEvent));
    on("input", (e) => this.typed(e as InputEvent));
    on("paste", (e) => this.later(e, true));
    on("drop", (e) => this.later(e, true));
    on("compositionstart", (e) => this.composing(e));
    // Chromium sends some of these untrusted. It only starts the clock: the text is that of the last trusted input.
    target.addEventListener("compositionend", (e) => this.composed(e), { capture: true, passive: true, signal: this.stop.signal });
    on("keydown", (e) => this.key(e as KeyboardEvent));
    on("focusout", (e) => this.left(e));
    on("pointerdown", () => this.flush(this.active));
    on("submit", (e) => this.submitted(e));
    on("pagehide", () => this.flush(this.active));
  }

  close(): void {
    this.stop.abort();
    if (this.active) clearTimeout(this.active.timer);
    this.active = null;
  }

  /** Somebody else is at the keyboard: what was typed and not looked at yet is gone, what stands in the fields is not new. */
  forgetAll(): void {
    if (this.active) clearTimeout(this.active.timer);
    this.active = null;
    this.fields = new WeakMap();
  }

  /** The field of an event, unless it is secret. Nothing of it is read here. */
  private fieldFor(event: Event): Field | null {
    const found = fieldOf(event.composedPath()[0]);
    if (!found) return null;
    this.watch.settle();
    if (this.memory.isSecret(found.el)) {
      this.forget(found.el);
      return null;
    }
    let field = this.fields.get(found.el);
    if (!field) {
      field = { ...found, unit: null, session: newSession(), lines: new LineTracker(), timer: undefined, composing: false };
      this.fields.set(found.el, field);
    }
    if (this.active && this.active !== field) this.flush(this.active);
    this.active = field;
    this.align(field);
    return field;
  }

  /** Before the first key in a field, or in another block of a long one: what stands there already is not new. */
  private align(field: Field): void {
    const unit = unitOf(field.el, field.kind);
    if (unit === field.unit) return;
    this.flush(field);
    field.unit = unit;
    field.lines.begin(readUnit(unit, field.kind));
  }

  private isHeld(field: Field): boolean {
    return this.fields.get(field.el) === field;
  }

  private forget(el: Element): void {
    const field = this.fields.get(el);
    if (!field) return;
    clearTimeout(field.timer);
    this.fields.delete(el);
    if (this.active === field) this.active = null;
  }

  /** Meets the field before its text changes. Some editors cancel this and draw the text themselves: look just after them. */
  private before(event: InputEvent): void {
    const field = this.fieldFor(event);
    if (field?.kind === "rich" && !event.isComposing) this.readLater(field, false);
  }

  private later(event: Event, pasted: boolean): void {
    const field = this.fieldFor(event);
    if (field) this.readLater(field, pasted);
  }

  private readLater(field: Field, pasted: boolean): void {
    setTimeout(() => { if (this.isHeld(field)) { this.read(field, pasted); this.arm(field, PAUSE_MS); } }, 0);
  }

  private typed(event: InputEvent): void {
    const field = this.fieldFor(event);
    if (!field) return;
    this.read(field, event.inputType === "insertFromPaste");
    if (event.isComposing || field.composing) return;
    if (endsSentence(event.data) || event.inputType === "insertLineBreak" || event.inputType === "insertParagraph") this.flush(field);
    else this.arm(field, PAUSE_MS);
  }

  private composing(event: Event): void {
    const field = this.fieldFor(event);
    if (!field) return;
    field.composing = true;
    clearTimeout(field.timer);
  }

  private composed(event: Event): void {
    const found = fieldOf(event.composedPath()[0]);
    const field = found && this.fields.get(found.el);
    if (!field?.composing) return;
    field.composing = false;
    this.arm(field, AFTER_COMPOSITION_MS);
  }

  private key(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.isComposing) return;
    const field = this.fieldFor(event);
    if (field) this.flush(field);
  }

  private left(event: Event): void {
    const found = fieldOf(event.composedPath()[0]);
    const field = found && this.fields.get(found.el);
    if (field) this.flush(field);
  }

  /** A form goes off: what the pupil typed into it and has not been looked at yet. */
  private submitted(event: Event): void {
    this.watch.settle();
    for (const el of (event.target as HTMLFormElement).elements ?? []) {
      const field = this.fields.get(el);
      if (field) this.flush(field, true);
    }
  }

  private read(field: Field, pasted: boolean): void {
    this.watch.settle();
    if (this.memory.isSecret(field.el)) this.forget(field.el);
    else if (field.unit) field.lines.update(readUnit(field.unit, field.kind), pasted);
  }

  private arm(field: Field, ms: number): void {
    clearTimeout(field.timer);
    if (!field.composing) field.timer = setTimeout(() => this.flush(field), ms);
  }

  /** Sends what is new. Works on the text of the last trusted event: what a script wrote since is not the pupil's. */
  private flush(field: Field | null, submitted = false): void {
    if (!field || field.composing || !this.isHeld(field)) return;
    clearTimeout(field.timer);
    if (!field.lines.hasNew()) return;
    this.watch.settle();
    if (this.memory.isSecret(field.el)) {
      this.forget(field.el);
      return;
    }
    const search = isSearchBox(field.el);
    for (const { text, from, to, generation } of field.lines.flush())
      this.send({ kind: "typed", text, from, to, session: `${field.session}.${generation}`, field: field.kind, search, submitted });
  }
}
