// Writes pictures as PNG (ISO/IEC 15948), for pages.

import { deflateSync } from "node:zlib";
import { crc32 } from "../runtime/core/formats/crc32.ts";

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** 1: grey, 3: red, green, blue, 4: with opacity. A byte each, row by row. */
  readonly channels: number;
  readonly bytes: Uint8Array;
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(name), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

/** Returns the bytes of a PNG file. */
export function png({ width, height, channels, bytes }: Pixels): Uint8Array {
  const head = new Uint8Array(13);
  const view = new DataView(head.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  // 8 bits; grey, true colour, or true colour with alpha.
  head.set([8, channels === 1 ? 0 : channels === 3 ? 2 : 6], 8);
  const row = width * channels;
  const lines = new Uint8Array(height * (row + 1));
  for (let y = 0; y < height; y++) lines.set(bytes.subarray(y * row, (y + 1) * row), y * (row + 1) + 1);
  const signature = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = [
    signature,
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(lines, { level: 9 })),
    chunk("IEND", new Uint8Array()),
  ];
  return Buffer.concat(parts);
}

/** Returns the picture as the address of an image that a page holds within itself. */
export const pngUrl = (pixels: Pixels): string =>
  `data:image/png;base64,${Buffer.from(png(pixels)).toString("base64")}`;
