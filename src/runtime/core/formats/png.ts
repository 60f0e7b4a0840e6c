// Reads PNG pictures as samples (PNG, third edition, W3C 2025). It proves sizes before it takes memory: what a header promises must
// fit the bytes that are there, and nothing unpacks to more than the header says.

import { crc32 } from "./crc32.ts";
import { INFLATE_RATIO, inflateExactly } from "./inflate.ts";

export interface PngSamples {
  readonly width: number;
  readonly height: number;
  /** 1 grey or numbers of colours, 2 grey and alpha, 3 red, green and blue, 4 with alpha. */
  readonly channels: number;
  /** Bits of a sample in the file. */
  readonly depth: number;
  /** Row by row; of 16 bits the upper eight. */
  readonly samples: Uint8Array;
  /** Red, green and blue of each colour, where samples are numbers of colours. */
  readonly palette?: Uint8Array;
}

interface PngHead {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly channels: number;
  readonly colours: boolean;
  readonly interlaced: boolean;
}

type PngFail = (what: string) => never;

/** What the kinds of colour are made of, and the depths they have. */
const pngColours: ReadonlyMap<number, { readonly channels: number; readonly depths: readonly number[] }> = new Map([
  [0, { channels: 1, depths: [1, 2, 4, 8, 16] }],
  [2, { channels: 3, depths: [8, 16] }],
  [3, { channels: 1, depths: [1, 2, 4, 8] }],
  [4, { channels: 2, depths: [8, 16] }],
  [6, { channels: 4, depths: [8, 16] }],
]);

/** Where the pixels of each pass begin, and how far apart they are: x, y, step in x, step in y. */
const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Decodes a file that starts as a PNG does. `fail` throws. */
export function decodePngSamples(bytes: Uint8Array, mostPixels: number, fail: PngFail): PngSamples {
  const { head, data, palette } = pngChunks(bytes, mostPixels, fail);
  const { width, height, channels, depth } = head;
  const passes = pngPasses(head);
  const size = passes.reduce((sum, { rows, rowBytes }) => sum + rows * (1 + rowBytes), 0);
  if (size > INFLATE_RATIO * data.length)
    fail(`is corrupt: ${width} × ${height} pixels do not fit into ${data.length} packed bytes`);
  const raw = inflatedTo(size, data, fail);
  const samples = new Uint8Array(width * height * channels);
  let at = 0;
  for (const pass of passes) {
    unfilterRows(raw, at, pass, Math.max(1, (channels * depth) >> 3), fail);
    placeSamples(raw, at, pass, head, samples);
    at += pass.rows * (1 + pass.rowBytes);
  }
  return { width, height, channels, depth, samples, ...(palette === undefined ? {} : { palette }) };
}

function pngChunks(bytes: Uint8Array, mostPixels: number, fail: PngFail) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let head: PngHead | undefined;
  let palette: Uint8Array | undefined;
  const parts: Uint8Array[] = [];
  for (let at = 8; ; ) {
    if (at + 12 > bytes.length) return fail(`is truncated: no chunk 'IEND' in ${bytes.length} bytes`);
    const length = view.getUint32(at);
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const end = at + 8 + length;
    if (end + 4 > bytes.length) return fail(`is truncated: the chunk '${name}' at byte ${at} has ${length} bytes`);
    const data = bytes.subarray(at + 8, end);
    // A small first letter marks a chunk that a reader may skip.
    if (((bytes[at + 4] as number) & 32) === 0) {
      if (crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end))
        return fail(`is corrupt: the checksum of the chunk '${name}' at byte ${at} does not fit`);
      if ((head === undefined) !== (name === "IHDR"))
        return fail(`is corrupt: the chunk '${name}' at byte ${at} is out of order`);
      if (name === "IHDR") head = pngHead(view, at + 8, length, mostPixels, fail);
      else if (name === "PLTE") palette = data;
      else if (name === "IDAT") parts.push(data);
      else if (name === "IEND") break;
      else return fail(`has a chunk '${name}' at byte ${at} that nnc does not read`);
    }
    at = end + 4;
  }
  if (head === undefined) return fail("is corrupt: it has no header");
  if (head.colours && (palette === undefined || palette.length === 0 || palette.length % 3 !== 0))
    return fail("is corrupt: it has no palette");
  return { head, data: joinedBytes(parts), ...(head.colours && palette !== undefined ? { palette } : {}) };
}

function joinedBytes(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0] as Uint8Array;
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function pngHead(view: DataView, at: number, length: number, mostPixels: number, fail: PngFail): PngHead {
  if (length !== 13) return fail(`is corrupt: its header at byte ${at} has ${length} bytes, not 13`);
  const [width, height] = [view.getUint32(at), view.getUint32(at + 4)];
  const [depth, colour, packing, filter, interlace] = [8, 9, 10, 11, 12].map((place) => view.getUint8(at + place)) as [
    ...[number, number, number, number, number],
  ];
  if (width === 0 || height === 0 || width * height > mostPixels)
    return fail(`has ${width} × ${height} pixels; the most are ${mostPixels}`);
  const kind = pngColours.get(colour);
  if (kind?.depths.includes(depth) !== true)
    return fail(`is corrupt: ${depth} bits a sample for colours of kind ${colour} (byte ${at + 8})`);
  if (packing !== 0 || filter !== 0 || interlace > 1)
    return fail(`is corrupt: methods ${packing}, ${filter} and ${interlace} (byte ${at + 10})`);
  return { width, height, depth, channels: kind.channels, colours: colour === 3, interlaced: interlace === 1 };
}

interface PngPass {
  readonly place: readonly [number, number, number, number];
  readonly columns: number;
  readonly rows: number;
  /** Bytes of a row, without the one of its filter. */
  readonly rowBytes: number;
}

function pngPasses({ width, height, depth, channels, interlaced }: PngHead): readonly PngPass[] {
  const places = interlaced ? adam7 : ([[0, 0, 1, 1]] as const);
  return places.flatMap((place) => {
    const [x, y, dx, dy] = place;
    const columns = Math.ceil((width - x) / dx);
    const rows = Math.ceil((height - y) / dy);
    if (columns <= 0 || rows <= 0) return [];
    return [{ place, columns, rows, rowBytes: Math.ceil((columns * channels * depth) / 8) }];
  });
}

/** Unpacks a zlib stream of exactly `size` bytes. */
function inflatedTo(size: number, data: Uint8Array, fail: PngFail): Uint8Array {
  const [method = 0, flags = 0] = data;
  if ((method & 15) !== 8 || (method * 256 + flags) % 31 !== 0 || flags & 32)
    return fail("is corrupt: its pixels are not packed as zlib does");
  const raw = inflateExactly(data.subarray(2), size);
  return typeof raw === "string" ? fail(`is corrupt: what holds its pixels ${raw}`) : raw;
}

/** Undoes the filters of a pass in place. `step` is the distance of a byte to that of the pixel before. */
function unfilterRows(raw: Uint8Array, start: number, { rows, rowBytes }: PngPass, step: number, fail: PngFail): void {
  for (let y = 0, at = start; y < rows; y++, at += 1 + rowBytes) {
    const filter = raw[at] as number;
    if (filter > 4) fail(`is corrupt: row ${y + 1} has a filter ${filter}; 0 to 4 are possible`);
    if (filter === 0) continue;
    const above = y === 0 ? undefined : at - rowBytes;
    for (let i = 0; i < rowBytes; i++) {
      const here = at + 1 + i;
      const a = i < step ? 0 : (raw[here - step] as number);
      const b = above === undefined ? 0 : (raw[above + i] as number);
      const c = above === undefined || i < step ? 0 : (raw[above + i - step] as number);
      const guess = filter === 1 ? a : filter === 2 ? b : filter === 3 ? (a + b) >> 1 : paeth(a, b, c);
      raw[here] = (raw[here] as number) + guess;
    }
  }
}

/** Returns which of left, above and above left is next to left + above - above left. */
function paeth(a: number, b: number, c: number): number {
  const fromA = Math.abs(b - c);
  const fromB = Math.abs(a - c);
  const fromC = Math.abs(a + b - c - c);
  return fromA <= fromB && fromA <= fromC ? a : fromB <= fromC ? b : c;
}

function placeSamples(raw: Uint8Array, start: number, pass: PngPass, head: PngHead, samples: Uint8Array): void {
  const { width, channels, depth } = head;
  const [x0, y0, dx, dy] = pass.place;
  const least = 2 ** Math.min(depth, 8) - 1;
  const wide = depth === 16 ? 2 : 1;
  for (let y = 0; y < pass.rows; y++) {
    const row = start + y * (1 + pass.rowBytes) + 1;
    const into = (y0 + y * dy) * width + x0;
    if (depth === 8 && dx === 1) {
      samples.set(raw.subarray(row, row + pass.rowBytes), into * channels);
      continue;
    }
    for (let x = 0; x < pass.columns; x++)
      for (let c = 0; c < channels; c++) {
        const i = x * channels + c;
        const bit = i * depth;
        const value =
          depth >= 8
            ? (raw[row + i * wide] as number)
            : ((raw[row + (bit >> 3)] as number) >> (8 - depth - (bit & 7))) & least;
        samples[(into + x * dx) * channels + c] = value;
      }
  }
}
