/** Which elements hold writing, and how their text is read. Ask `SecretMemory.isSecret` first. */

import type { FieldKind } from "./messages";

const BLOCKS = new Set(["address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "li", "main", "nav", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul"]);
/** Above this an editor is read by its current block, not whole, at each key. */
const WHOLE_EDITOR_UNITS = 4_000;

interface WithEditContext extends Element {
  editContext?: { text: string } | null;
}

export function isBlock(el: Element): boolean {
  return BLOCKS.has(el.localName);
}

/** True for an element in which a pupil writes, by any of the ways that browsers know. */
export function isEditable(el: Element): boolean {
  return (el as HTMLElement).isContentEditable || Boolean((el as WithEditContext).editContext);
}

/** The outermost editable element round `el`; null when there is none. */
export function editableHost(el: Element): HTMLElement | null {
  let host: HTMLElement | null = null;
  for (let at: Element | null = el; at; at = at.parentElement) {
    if ((at as HTMLElement).isContentEditable) host = at as HTMLElement;
    else if (host) break;
  }
  return host;
}

/** The field that an event's innermost target belongs to, with its kind; null when it holds no writing. */
export function fieldOf(target: EventTarget | null | undefined): { el: Element; kind: FieldKind } | null {
  const node = target as Node | null;
  if (!node || node.nodeType === undefined) return null;
  const el = node.nodeType === 1 ? (node as Element) : node.parentElement;
  if (!el) return null;
  if (el.localName === "textarea") return { el, kind: "area" };
  if (el.localName === "input") return { el, kind: "line" };
  if ((el as WithEditContext).editContext) return { el, kind: "rich" };
  const host = editableHost(el) ?? (el.ownerDocument.designMode === "on" ? el.ownerDocument.body : null);
  return host ? { el: host, kind: "rich" } : null;
}

/** The part of a field that is read at each key: the whole, but of a long editor the block with the caret. */
export function unitOf(el: Element, kind: FieldKind): Element {
  if (kind !== "rich" || (el as WithEditContext).editContext) return el;
  return (el.textContent ?? "").length <= WHOLE_EDITOR_UNITS ? el : currentBlock(el);
}

export function readUnit(unit: Element, kind: FieldKind): string {
  if (kind !== "rich") return (unit as HTMLInputElement | HTMLTextAreaElement).value;
  const context = (unit as WithEditContext).editContext;
  return tidy(context ? context.text : textWithLines(unit));
}

/** The block in which the caret stands. */
function currentBlock(host: Element): Element {
  const selection = (host.getRootNode() as Document).getSelection?.() ?? host.ownerDocument.getSelection();
  let at: Node | null = selection?.anchorNode ?? null;
  if (!at || !host.contains(at)) return host;
  while (at !== host && !(at.nodeType === 1 && isBlock(at as Element))) at = at.parentNode as Node;
  return at as Element;
}

/** Text with a line break at each block and `<br>`, as a reader sees it; no layout is asked for. */
export function textWithLines(root: Element): string {
  let text = "";
  const walk = (node: Node): void => {
    for (let child = node.firstChild; child; child = child.nextSibling) {
      if (child.nodeType === 3) text += (child as Text).data;
      else if (child.nodeType === 1) {
        const el = child as Element;
        if (el.localName === "br") text += "\n";
        else if (el.localName !== "script" && el.localName !== "style") {
          if (isBlock(el) && text !== "" && !text.endsWith("\n")) text += "\n";
          walk(el);
          if (isBlock(el) && !text.endsWith("\n")) text += "\n";
        }
      }
    }
  };
  walk(root);
  return text;
}

/** Editors use no-break spaces and a last line break of their own. */
function tidy(text: string): string {
  return text.replaceAll("\u00a0", " ").replace(/\n+$/, "");
}

/** True for a box that says of itself that it is for searching. */
export function isSearchBox(el: Element): boolean {
  return (el as HTMLInputElement).type === "search" || /^(q|p|query|search|search_query)$/i.test(el.getAttribute("name") ?? "") || /^(searchbox|combobox)$/.test(el.getAttribute("role") ?? "") || el.closest("[role=search]") !== null;
}
