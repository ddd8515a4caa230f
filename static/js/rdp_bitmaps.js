// @ts-check
// Some servers, as xrdp, send pictures with rows wider than the place they are for (MS-RDPBCGR 2.2.9.1.1.3.1.2.2), which
// IronRDP 0.7 draws askew. Here such rows are cut before it sees them; everything else passes as it is.
import { crop, decode, encode } from "./rdp_rle.js";

const TPKT = 0x03;
const HEAD = 18; // bytes before a picture
const BITMAP = 1, UPDATE = 2, DATA = 7; // kinds of updates and messages
const COMPRESSED = 0x0001, NO_HEADER = 0x0400;
const MOST = 15000; // pixels of one picture, as a message has at most 32 KiB

/** @param {Uint8Array} data @param {number} at */
const word = (data, at) => data[at] | (data[at + 1] << 8);

/** @param {Uint8Array[]} parts */
function joined(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  parts.forEach((part) => { all.set(part, at); at += part.length; });
  return all;
}

/** Where the update of a message in TPKT begins, 0 in another. @param {Uint8Array} pdu */
function slowBegin(pdu) {
  if (pdu.length < 40 || pdu[7] !== 0x68) return 0;
  const share = 13 + (pdu[13] & 0x80 ? 2 : 1);
  const isUpdate = (word(pdu, share + 2) & 0x0f) === DATA && pdu[share + 14] === UPDATE && !pdu[share + 15];
  return isUpdate && word(pdu, share) === pdu.length - share ? share + 18 : 0;
}

/** The same head with other content. @param {Uint8Array} pdu @param {number} begin @param {Uint8Array} content */
function slow(pdu, begin, content) {
  const share = begin - 18, size = 18 + content.length;
  const whole = joined(pdu.subarray(0, 13), new Uint8Array([0x80 | (size >> 8), size & 0xff]), pdu.subarray(share, begin), content);
  const view = new DataView(whole.buffer);
  view.setUint16(2, whole.length);
  view.setUint16(15, size, true);
  view.setUint16(15 + 12, size, true);
  return whole;
}

/** @param {Uint8Array} pdu in the short form @param {Uint8Array} content */
function fast(pdu, content) {
  const size = 6 + content.length;
  return joined(new Uint8Array([pdu[0], 0x80 | (size >> 8), size & 0xff, BITMAP, content.length & 0xff, content.length >> 8]), content);
}

/** The pictures of an update, null where there is nothing to cut. @param {Uint8Array} update @returns {Uint8Array[] | null} */
function pictures(update) {
  if (word(update, 0) !== BITMAP) return null;
  const all = [];
  let at = 4, isCut = false;
  for (let left = word(update, 2); left > 0; left -= 1) {
    const picture = update.subarray(at, at + HEAD + word(update, at + 16));
    const fresh = cut(picture);
    isCut = isCut || fresh !== null;
    all.push(...(fresh ?? [picture]));
    at += picture.length;
  }
  return isCut && at === update.length ? all : null;
}

/** @param {Uint8Array} picture with its head @returns {Uint8Array[] | null} in parts, null where nothing is to be cut */
function cut(picture) {
  const [left, top, right, bottom, width, height, depth, flags] = [0, 2, 4, 6, 8, 10, 12, 14].map((at) => word(picture, at));
  const wanted = right - left + 1, rows = bottom - top + 1;
  if (wanted < 1 || rows < 1 || width < wanted || height < rows || (width === wanted && height === rows)) return null;
  if (depth !== 16 || !(flags & COMPRESSED) || wanted > MOST) return null;
  const drawn = decode(picture.subarray(HEAD + (flags & NO_HEADER ? 0 : 8)), width, height);
  if (!drawn) return null;
  const pixels = crop(drawn.subarray((height - rows) * width), width, wanted, rows); // the lowest row comes first
  const parts = [], each = Math.floor(MOST / wanted);
  for (let row = 0; row < rows; row += each) {
    const count = Math.min(each, rows - row), data = encode(pixels.subarray(row * wanted, (row + count) * wanted));
    const head = new Uint16Array([left, bottom - row - count + 1, right, bottom - row, wanted, count, depth, COMPRESSED | NO_HEADER, data.length]);
    parts.push(joined(new Uint8Array(head.buffer), data));
  }
  return parts;
}

/** What a message becomes: often several, with a picture each. @param {Uint8Array} pdu @returns {Uint8Array[]} */
function whole(pdu) {
  const isSlow = pdu[0] === TPKT, long = pdu[1] & 0x80 ? 3 : 2;
  const begin = isSlow ? slowBegin(pdu) : pdu[0] === 0 && pdu[long] === BITMAP && word(pdu, long + 1) === pdu.length - long - 3 ? long + 3 : 0;
  const found = begin ? pictures(pdu.subarray(begin)) : null;
  if (!found) return [pdu];
  const one = new Uint8Array([BITMAP, 0, 1, 0]);
  return found.map((picture) => (isSlow ? slow(pdu, begin, joined(one, picture)) : fast(pdu, joined(one, picture))));
}

export class Bitmaps {
  constructor() {
    this.hasSession = false;
    /** @type {Uint8Array} */
    this.rest = new Uint8Array();
  }

  /** Take what came and return what is whole, cut where it has to be. @param {Uint8Array} data @returns {Uint8Array} */
  feed(data) {
    this.hasSession = this.hasSession || data[0] === TPKT; // what comes before is about who signs in
    if (!this.hasSession) return data;
    const all = this.rest.length ? joined(this.rest, data) : data;
    const parts = [];
    let at = 0;
    for (let size = sizeAt(all, at); size && at + size <= all.length; size = sizeAt(all, at)) {
      parts.push(...whole(all.subarray(at, at + size)));
      at += size;
    }
    this.rest = all.slice(at);
    return joined(...parts);
  }
}

/** The length of the message that begins there, 0 while that is not known. @param {Uint8Array} data @param {number} at */
function sizeAt(data, at) {
  if (data.length - at < 4) return data.length - at > 1 && data[at] !== TPKT && !(data[at + 1] & 0x80) ? data[at + 1] : 0;
  if (data[at] === TPKT) return Math.max((data[at + 2] << 8) | data[at + 3], 4);
  return Math.max(data[at + 1] & 0x80 ? ((data[at + 1] & 0x7f) << 8) | data[at + 2] : data[at + 1], 2);
}
