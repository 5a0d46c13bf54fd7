/** What the extension's own parts say to each other. The worker takes tab, frame and address from the sender, never from these. */

export type FieldKind = "line" | "area" | "rich";

/** One piece of typed text, with the part of it that is new (UTF-16 offsets into `text`). */
export interface TypedMessage {
  kind: "typed";
  text: string;
  from: number;
  to: number;
  /** Changes with every field and each time that a field is emptied. */
  session: string;
  field: FieldKind;
  /** True for a search box by its own account (type=search, role, name q). */
  search: boolean;
  /** True when it was first seen at submission of the form. */
  submitted: boolean;
}

/** Text blocks of a page that were not there at the last look. */
export interface PageMessage {
  kind: "page";
  text: string;
}

/** A frame asks whether it may sense. */
export interface HelloMessage {
  kind: "hello";
}

export interface HelloAnswer {
  sense: boolean;
  /** Whose turn it is at the keyboard: another number means that somebody else is there now. */
  sitting: number;
}

/** To text from before a change of account: it was not looked at, and the frame must forget what it holds. */
export interface StaleAnswer {
  stale: true;
}

/** Popup and notice page. */
export interface StatusMessage {
  kind: "status";
}

export interface ReportMessage {
  kind: "report";
  text: string;
}

/** Text goes with the sitting in which it was written; see `HelloAnswer`. */
export type TextMessage = (TypedMessage | PageMessage) & { sitting: number };
export type ContentMessage = TextMessage | HelloMessage;
export type PageOfOursMessage = StatusMessage | ReportMessage;

/** Worker → frames. */
export type FrameMessage = { kind: "ask-again" } | { kind: "forget" } | { kind: "secret-visible" };
