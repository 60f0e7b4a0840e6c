// Unpacks Snappy's raw format and LZ4's blocks to a known size. Neither memory nor time is at the mercy of the bytes.

/** The most bytes that Snappy and LZ4 make of one. */
export const SNAPPY_RATIO = 32;
export const LZ4_RATIO = 256;

const beforeStart = "refers to bytes before its start";
const tooLong = (size: number): string => `unpacks to more than ${size} bytes`;
const tooShort = "ends too early";

/** Copies bytes that are already there; they may overlap, and then repeat. Returns the place after them. */
function repeatBytes(out: Uint8Array, to: number, back: number, length: number): number {
  const from = to - back;
  if (back >= length) out.copyWithin(to, from, from + length);
  else for (let i = 0; i < length; i++) out[to + i] = out[from + i] as number;
  return to + length;
}

/** Returns the unpacked bytes, or the fault for a sentence that begins with "it". */
export function unpackSnappy(data: Uint8Array, size: number): Uint8Array | string {
  let at = 0;
  let declared = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = data[at++];
    if (byte === undefined || at > 5) return tooShort;
    declared += (byte & 127) * scale;
    if (byte < 128) break;
  }
  if (declared !== size) return `says that it unpacks to ${declared} bytes, not ${size}`;
  const out = new Uint8Array(size);
  let to = 0;
  const little = (bytes: number): number => {
    let value = 0;
    for (let i = 0; i < bytes; i++) value += (data[at + i] ?? 0) * 256 ** i;
    at += bytes;
    return value;
  };
  while (at < data.length) {
    const tag = data[at++] as number;
    if ((tag & 3) === 0) {
      const short = tag >> 2;
      const length = 1 + (short < 60 ? short : little(short - 59));
      if (at + length > data.length) return tooShort;
      if (to + length > size) return tooLong(size);
      out.set(data.subarray(at, at + length), to);
      at += length;
      to += length;
      continue;
    }
    const length = (tag & 3) === 1 ? 4 + ((tag >> 2) & 7) : 1 + (tag >> 2);
    const back = (tag & 3) === 1 ? 256 * (tag >> 5) + little(1) : little((tag & 3) === 2 ? 2 : 4);
    if (at > data.length) return tooShort;
    if (back === 0 || back > to) return beforeStart;
    if (to + length > size) return tooLong(size);
    to = repeatBytes(out, to, back, length);
  }
  return to === size ? out : `unpacks to ${to} bytes, not ${size}`;
}

/** The same for a block of LZ4. */
export function unpackLz4(data: Uint8Array, size: number): Uint8Array | string {
  const out = new Uint8Array(size);
  let [at, to] = [0, 0];
  const lengthOf = (nibble: number): number => {
    let length = nibble;
    if (nibble < 15) return length;
    for (;;) {
      const byte = data[at++];
      if (byte === undefined) return Number.POSITIVE_INFINITY;
      length += byte;
      if (byte < 255) return length;
    }
  };
  while (at < data.length) {
    const token = data[at++] as number;
    const literals = lengthOf(token >> 4);
    if (at + literals > data.length) return tooShort;
    if (to + literals > size) return tooLong(size);
    out.set(data.subarray(at, at + literals), to);
    at += literals;
    to += literals;
    // The last sequence has no match.
    if (at === data.length) break;
    const back = (data[at] ?? 0) + 256 * (data[at + 1] ?? 0);
    at += 2;
    const length = 4 + lengthOf(token & 15);
    if (at > data.length || length === Number.POSITIVE_INFINITY) return tooShort;
    if (back === 0 || back > to) return beforeStart;
    if (to + length > size) return tooLong(size);
    to = repeatBytes(out, to, back, length);
  }
  return to === size ? out : `unpacks to ${to} bytes, not ${size}`;
}
