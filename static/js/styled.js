// @ts-check
/**
 * Let what makes style elements by itself (the terminal) do so under the strict policy, by the page's nonce.
 * @param {string} nonce
 */
export function styleWith(nonce) {
  const make = document.createElement.bind(document);
  /** @type {any} */ (document).createElement = (/** @type {string} */ name, /** @type {any} */ options) => {
    const element = make(name, options);
    if (name.toLowerCase() === "style") element.setAttribute("nonce", nonce);
    return element;
  };
}
