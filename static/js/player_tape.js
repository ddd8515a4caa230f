// @ts-check
// Reads a tape of a screen piece by piece: from one whole picture to the next.

/** @typedef {{ kind: string, at: number, content: Uint8Array }} Entry */
/** @typedef {{ length: number, end: number, keys: [number, number][] }} Index */

const HEAD = 16; // bytes: kind, three zeros, milliseconds, length, CRC-32
const KEPT = 3; // pieces

export class Tape {
  /** @param {string} url @param {Index} index */
  constructor(url, index) {
    this.url = url;
    this.index = index;
    /** @type {Map<number, Promise<Entry[]>>} */
    this.pieces = new Map();
  }

  /** Which piece shows a moment. @param {number} at */
  pieceAt(at) {
    const { keys } = this.index;
    let found = 0;
    while (found + 1 < keys.length && keys[found + 1][0] <= at) found += 1;
    return found;
  }

  /** @param {number} number @returns {Promise<Entry[]>} what is drawn from one whole picture on */
  piece(number) {
    const known = this.pieces.get(number);
    if (known) return known;
    const loading = this.load(number);
    loading.catch(() => this.pieces.delete(number));
    this.pieces.set(number, loading);
    for (const old of this.pieces.keys()) if (this.pieces.size > KEPT && old !== number) this.pieces.delete(old);
    return loading;
  }

  /** @param {number} number */
  async load(number) {
    const { keys, end } = this.index;
    const bytes = await this.fetch(keys[number][1], keys[number + 1]?.[1] ?? end);
    return entries(bytes);
  }

  /** The server gives as much at once as it can hold. @param {number} from @param {number} to */
  async fetch(from, to) {
    const bytes = new Uint8Array(to - from);
    for (let at = from; at < to;) {
      const answer = await fetch(this.url, { headers: { Range: `bytes=${at}-${to - 1}` } });
      if (answer.status !== 206) throw new Error(`the tape: ${answer.status}`);
      const part = new Uint8Array(await answer.arrayBuffer());
      if (!part.length) throw new Error("the tape ends early");
      bytes.set(part, at - from);
      at += part.length;
    }
    return bytes;
  }
}

/** @param {Uint8Array} bytes @returns {Entry[]} without marks */
function entries(bytes) {
  const view = new DataView(bytes.buffer);
  const found = [];
  for (let at = 0; at + HEAD <= bytes.length;) {
    const kind = String.fromCharCode(bytes[at]);
    const start = at + HEAD;
    const size = view.getUint32(at + 8);
    if (kind !== "M") found.push({ kind, at: view.getUint32(at + 4) / 1000, content: bytes.subarray(start, start + size) });
    at = start + size;
  }
  return found;
}

/** @param {Uint8Array} content @returns {Promise<ArrayBuffer>} an RFB message */
export function unpack(content) {
  const stream = new Blob([/** @type {BlobPart} */ (content)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}
