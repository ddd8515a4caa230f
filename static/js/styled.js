// @ts-check
/**
 * Let the terminal style what it makes under the strict policy: style elements by the page's nonce, and attributes,
 * with which it paints colours that have no name, as what scripts may set.
 * @param {string} nonce
 */
export function styleWith(nonce) {
  const make = document.createElement.bind(document);
  /** @type {any} */ (document).createElement = (/** @type {string} */ name, /** @type {any} */ options) => {
    const element = make(name, options);
    if (name.toLowerCase() === "style") element.setAttribute("nonce", nonce);
    return element;
  };
  const set = Element.prototype.setAttribute;
  Element.prototype.setAttribute = function setAttribute(name, value) {
    if (name === "style" && this instanceof HTMLElement) this.style.cssText = value;
    else set.call(this, name, value);
  };
}
