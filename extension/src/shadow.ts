/**
 * Runs in the page's own world at document_start and does one thing: when the page makes a shadow root, it tells our
 * content script which element got one, so that a password in there is known before it is ever shown as text.
 * It reads nothing and can be told nothing; a forged event only makes the sensor more careful.
 */

// Kept from before the page runs: what a page does to these later must not reach into its own calls through us.
const call = Reflect.apply;
const dispatch = EventTarget.prototype.dispatchEvent;
const rootOf = Node.prototype.getRootNode;
const Announcement = MouseEvent;
const Shadow = ShadowRoot;
const page = document;

Element.prototype.attachShadow = new Proxy(Element.prototype.attachShadow, {
  apply(target, host: Element, args: [ShadowRootInit]) {
    const made: ShadowRoot = call(target, host, args);
    const around: Node = call(rootOf, host, []);
    call(dispatch, around instanceof Shadow ? around : page, [new Announcement("heedful:shadow", { relatedTarget: host })]);
    return made;
  },
});

export {};
