/**
 * Runs in the page's own world at document_start and does one thing: when the page makes a shadow root, it tells our
 * content script which element got one, so that a password in there is known before it is ever shown as text.
 * It reads nothing and can be told nothing; a forged event only makes the sensor more careful.
 */
const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = new Proxy(attach, {
  apply(target, host: Element, args: [ShadowRootInit]) {
    const root: ShadowRoot = Reflect.apply(target, host, args);
    const around = host.getRootNode();
    (around instanceof ShadowRoot ? around : document).dispatchEvent(new MouseEvent("heedful:shadow", { relatedTarget: host }));
    return root;
  },
});
