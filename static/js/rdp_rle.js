// @ts-check
// RDP's own compression of pictures with 16 bits a pixel ("interleaved RLE", MS-RDPBCGR 2.2.9.1.1.3.1.2.4), rows from
// below.

const [BACKGROUND, FOREGROUND, MASK, COLOUR, IMAGE, DITHER] = [0, 1, 2, 3, 4, 8];
const SETS = new Map([[0xc, FOREGROUND], [0xd, MASK], [0xe, DITHER]]); // short codes; the first two set the foreground
const LONG = new Map([
  [0xf0, BACKGROUND], [0xf1, FOREGROUND], [0xf2, MASK], [0xf3, COLOUR], [0xf4, IMAGE], [0xf6, FOREGROUND], [0xf7, MASK], [0xf8, DITHER],
]);
/** @type {Map<number, number>} masks of eight pixels that have a code of their own */
const MASKS = new Map([[0xf9, 0x03], [0xfa, 0x05]]);
const WHITE = 0xffff;

/** @param {Uint8Array} data @param {number} width @param {number} height @returns {Uint16Array | null} null where it is no such picture */
export function decode(data, width, height) {
  const picture = new Uint16Array(width * height);
  const end = picture.length;
  let at = 0, to = 0, foreground = WHITE, isInserting = false, isFirst = true;
  const byte = () => data[at++];
  const pixel = () => byte() | (byte() << 8);
  while (at < data.length && to < end) {
    if (isFirst && to >= width) isFirst = isInserting = false;
    const above = (/** @type {number} */ place) => (isFirst ? 0 : picture[place - width]);
    const code = byte();
    let kind, count, mask = -1, sets = false;
    if (code >= 0xf0) {
      if (code === 0xfd || code === 0xfe) { picture[to++] = code === 0xfd ? WHITE : 0; isInserting = false; continue; }
      mask = MASKS.get(code) ?? -1;
      kind = mask < 0 ? LONG.get(code) : MASK;
      count = mask < 0 ? pixel() : 8;
      sets = code === 0xf6 || code === 0xf7;
    } else {
      const isShort = code >= 0xc0;
      kind = isShort ? SETS.get(code >> 4) : code >> 5;
      sets = isShort && kind !== DITHER;
      const low = code & (isShort ? 0x0f : 0x1f);
      if (kind === MASK) count = low ? low * 8 : byte() + 1;
      else count = low || byte() + (isShort ? 16 : 32);
    }
    if (kind === undefined || kind > IMAGE && kind !== DITHER) return null;
    if (sets) foreground = pixel();
    const stop = to + count * (kind === DITHER ? 2 : 1);
    if (stop > end) return null;
    if (kind === BACKGROUND) {
      if (isInserting && to < stop) { picture[to] = above(to) ^ foreground; to += 1; } // else one run would do
      while (to < stop) { picture[to] = above(to); to += 1; }
    } else if (kind === FOREGROUND) {
      while (to < stop) { picture[to] = above(to) ^ foreground; to += 1; }
    } else if (kind === MASK) {
      for (let bits = mask, left = 0; to < stop; left -= 1) {
        if (!left) { bits = mask < 0 ? byte() : mask; left = 8; }
        picture[to] = bits & (1 << (8 - left)) ? above(to) ^ foreground : above(to);
        to += 1;
      }
    } else if (kind === IMAGE) {
      while (to < stop) picture[to++] = pixel();
    } else {
      const one = pixel(), other = kind === DITHER ? pixel() : one;
      for (let turn = 0; to < stop; turn ^= 1) picture[to++] = turn ? other : one;
    }
    if (at > data.length) return null;
    isInserting = kind === BACKGROUND;
  }
  return to === end ? picture : null;
}

/** Leave out what is beyond `wanted` of each row. @param {Uint16Array} picture @param {number} width @param {number} wanted @param {number} rows */
export function crop(picture, width, wanted, rows) {
  const all = new Uint16Array(wanted * rows);
  for (let row = 0; row < rows; row += 1) all.set(picture.subarray(row * width, row * width + wanted), row * wanted);
  return all;
}

/** As one stretch of plain pixels. @param {Uint16Array} picture of 65535 at most @returns {Uint8Array} */
export function encode(picture) {
  const data = new Uint8Array(3 + picture.length * 2);
  const view = new DataView(data.buffer);
  data[0] = 0xf4;
  view.setUint16(1, picture.length, true);
  picture.forEach((pixel, index) => view.setUint16(3 + index * 2, pixel, true));
  return data;
}
