/** Displayed text: which blocks of a page are new since the last look. */

import { isBlock, isEditable } from "./fields";

const SKIPPED = new Set(["script", "style", "noscript", "textarea", "template", "input", "select", "option", "svg", "math", "code", "object", "iframe"]);
const SKIPPED_SELECTOR = [...SKIPPED, "[hidden]"].join(",");
/** A block longer than this is cut; a page sends at most this much at one look. */
const MAX_BLOCK = 20_000;
const MAX_LOOK = 200_000;
const MAX_REMEMBERED = 20_000;

/** 53-bit hash of a text, good enough to tell blocks of one page apart. */
export function hash53(text: string): number {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 2654435761);
    b = Math.imul(b ^ c, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}

const accept = {
  acceptNode(node: Node): number {
    if (node.nodeType === 3) return NodeFilter.FILTER_ACCEPT;
    const el = node as HTMLElement;
    if (SKIPPED.has(el.localName) || el.hidden || isEditable(el)) return NodeFilter.FILTER_REJECT;
    return isBlock(el) || el.localName === "br" ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_SKIP;
  },
};

/** False inside what is never read as displayed text: scripts, drawings, the pupil's own writing. */
export function isShown(node: Node): boolean {
  if (node.nodeType !== 1) return true;
  const el = node as Element;
  if (el.closest(SKIPPED_SELECTOR) !== null) return false;
  for (let at: Element | null = el; at; at = at.parentElement) if (isEditable(at)) return false;
  return true;
}

export class PageReader {
  private readonly known = new Set<number>();

  /** The title if new, then the new blocks below `roots`, one a line. Reads each text node once; asks for no layout. */
  read(roots: readonly Node[], title: string): string {
    const fresh: string[] = [];
    let size = 0;
    const take = (block: string): void => {
      const text = block.replace(/\s+/g, " ").trim().slice(0, MAX_BLOCK);
      if (text.length < 2 || size > MAX_LOOK) return;
      const key = hash53(text);
      if (this.known.has(key)) return;
      if (this.known.size > MAX_REMEMBERED) this.known.clear();
      this.known.add(key);
      fresh.push(text);
      size += text.length;
    };
    take(title);
    for (const root of roots) this.blocks(root, take);
    return fresh.join("\n");
  }

  private blocks(root: Node, take: (block: string) => void): void {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, accept);
    let block = "";
    let home: Node | null = null;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === 1) {
        take(block);
        block = "";
        home = (node as Element).localName === "br" ? home : node;
      } else {
        // Text after a child block has closed belongs to the parent block again.
        if (home && !home.contains(node)) {
          take(block);
          block = "";
          home = node.parentNode;
        }
        block += (node as Text).data;
      }
    }
    take(block);
  }
}
