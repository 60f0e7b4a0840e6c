// Pictures: PNG in all its forms, JPEG, their sizes; and bytes that are none.

import fc from "fast-check";
import { encode as encodePng } from "fast-png";
import { zlibSync } from "fflate";
import { encode as encodeJpeg } from "jpeg-js";
import { describe, expect, it } from "vitest";
import { crc32 } from "../../src/runtime/core/formats/crc32.ts";
import { FormatError } from "../../src/runtime/core/formats/formatError.ts";
import {
  croppedTo,
  decodePicture,
  type Picture,
  resizedTo,
  withChannels,
} from "../../src/runtime/core/formats/pictures.ts";

const ramp = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 37) % 256);
const picture = (height: number, width: number, channels: 1 | 3, pixels: ArrayLike<number>): Picture => ({
  ...{ width, height, channels },
  pixels: Uint8Array.from(pixels),
});
const jpeg = (): Uint8Array => {
  const data = Uint8Array.from({ length: 16 * 8 * 4 }, (_, i) => (i % 4 === 3 ? 255 : 90 + (i % 4) * 40));
  return Uint8Array.from(encodeJpeg({ width: 16, height: 8, data }, 90).data);
};

const big = (value: number): number[] => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
const chunk = (name: string, data: ArrayLike<number>): number[] => {
  const body = Uint8Array.from([...name].map((one) => one.charCodeAt(0)).concat(Array.from(data)));
  return [...big(data.length), ...body, ...big(crc32(body))];
};
/** A header: width, height, bits a sample, kind of colour, whether it is interlaced. */
const header = (width: number, height: number, depth: number, colour: number, interlaced = 0): number[] =>
  chunk("IHDR", [...big(width), ...big(height), depth, colour, 0, 0, interlaced]);
const png = (...chunks: readonly number[][]): Uint8Array =>
  Uint8Array.from([137, 80, 78, 71, 13, 10, 26, 10, ...chunks.flat(), ...chunk("IEND", [])]);
const rows = (data: ArrayLike<number>): number[] => chunk("IDAT", zlibSync(Uint8Array.from(data), { level: 9 }));

describe("decodePicture", () => {
  it("reads PNG as bytes: colours, grey, without alpha, the upper half of 16 bits", () => {
    const rgb = ramp(5 * 3 * 3);
    expect(decodePicture(encodePng({ width: 5, height: 3, data: rgb, channels: 3 }), "p")).toEqual(
      picture(3, 5, 3, rgb),
    );
    const alpha = encodePng({ width: 2, height: 1, data: Uint8Array.of(1, 2, 3, 9, 4, 5, 6, 9), channels: 4 });
    expect(decodePicture(alpha, "p")).toEqual(picture(1, 2, 3, [1, 2, 3, 4, 5, 6]));
    const deep = encodePng({ width: 2, height: 1, data: Uint16Array.of(0x1234, 0xff01), channels: 1, depth: 16 });
    expect(decodePicture(deep, "p")).toEqual(picture(1, 2, 1, [0x12, 0xff]));
  });

  it("reads JPEG", () => {
    const { width, height, channels, pixels } = decodePicture(jpeg(), "p");
    expect([width, height, channels]).toEqual([16, 8, 3]);
    for (const [i, value] of pixels.entries()) expect(Math.abs(value - (90 + (i % 3) * 40))).toBeLessThan(6);
  });

  it("reads PNG of few bits, with a palette, with every filter, and interlaced", () => {
    expect(decodePicture(png(header(3, 2, 2, 0), rows([0, 0b00_01_10_00, 0, 0b11_00_01_00])), "p")).toEqual(
      picture(2, 3, 1, [0, 85, 170, 255, 0, 85]),
    );
    const colours = png(header(2, 1, 1, 3), chunk("PLTE", [1, 2, 3, 4, 5, 6]), rows([0, 0b10_000000]));
    expect(decodePicture(colours, "p")).toEqual(picture(1, 2, 3, [4, 5, 6, 1, 2, 3]));
    expect(decodePicture(colours, "p", true)).toEqual(picture(1, 2, 1, [1, 0]));
    // None, left, above, their mean, Paeth.
    const filters = png(header(2, 5, 8, 0), rows([0, 9, 7, 1, 5, 250, 2, 1, 1, 3, 1, 1, 4, 2, 255]));
    expect([...decodePicture(filters, "p").pixels]).toEqual([9, 7, 5, 255, 6, 0, 4, 3, 6, 5]);
    // Passes of Adam7 in a picture of 5 × 5: 1, 1, 2, 3, 6, 2 × 3 and 2 × 5 pixels, each numbered by its place.
    const at = (...places: readonly number[]): number[] => [0, ...places];
    const interlaced = png(
      header(5, 5, 8, 0, 1),
      rows(
        [
          ...[at(0), at(4), at(20, 24), at(2), at(22), at(10, 12, 14), at(1, 3), at(11, 13), at(21, 23)],
          ...[at(5, 6, 7, 8, 9), at(15, 16, 17, 18, 19)],
        ].flat(),
      ),
    );
    expect([...decodePicture(interlaced, "p").pixels]).toEqual(Array.from({ length: 25 }, (_, i) => i));
  });

  it.each([
    [
      "pixels that bytes cannot hold",
      png(header(9000, 9000, 16, 6, 0), rows([0])),
      "9000 × 9000 pixels do not fit into",
    ],
    [
      "a bomb",
      png(header(1, 1, 8, 0), rows(new Uint8Array(1e5))),
      "what holds its pixels unpacks to more than 2 bytes",
    ],
    ["missing pixels", png(header(2, 2, 8, 0), rows([0, 1, 2, 0])), "unpacks to 4 bytes, not 6"],
    ["two headers", png(header(1, 1, 8, 0), header(9, 9, 8, 0), rows([0, 1])), "'IHDR' at byte 33 is out of order"],
    ["no palette", png(header(1, 1, 8, 3), rows([0, 0])), "it has no palette"],
    ["a colour too many", png(header(1, 1, 8, 3), chunk("PLTE", [1, 2, 3]), rows([0, 1])), "pixel 0 has colour 1"],
    ["an unknown filter", png(header(1, 1, 8, 0), rows([5, 0])), "row 1 has a filter 5"],
    ["odd depths", png(header(1, 1, 4, 2), rows([0, 0, 0])), "4 bits a sample for colours of kind 2 (byte 24)"],
    [
      "damage",
      png(header(1, 1, 8, 0), rows([0, 1])).with(42, 1),
      "the checksum of the chunk 'IDAT' at byte 33 does not fit",
    ],
    ["an unknown part", png(header(1, 1, 8, 0), chunk("ABCD", []), rows([0, 1])), "a chunk 'ABCD' at byte 33"],
    ["a cut file", png(header(1, 1, 8, 0), rows([0, 1])).subarray(0, -6), "is truncated"],
  ])("refuses a PNG with %s", (_name, bytes, message) => {
    expect(() => decodePicture(bytes, "p")).toThrow(message);
    expect(() => decodePicture(bytes, "p")).toThrow(FormatError);
  });

  it("refuses a JPEG with more pixels than its bytes can hold", () => {
    const bytes = jpeg();
    const frame = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xc0);
    bytes.set([0x27, 0x10, 0x27, 0x10], frame + 5);
    expect(() => decodePicture(bytes, "p")).toThrow(`has more pixels than its ${bytes.length} bytes can hold`);
  });

  it("refuses what is no picture, or a large one, before it takes memory", () => {
    expect(() => decodePicture(Uint8Array.of(1, 2, 3), "p")).toThrow("p: is neither a PNG nor a JPEG picture");
    const huge = png(header(65_536, 65_536, 8, 0), rows([0]));
    expect(() => decodePicture(huge, "p")).toThrow("has 65536 × 65536 pixels");
  });

  it.each([
    ["PNG", Uint8Array.from(encodePng({ width: 6, height: 5, data: ramp(90), channels: 3 }))],
    ["JPEG", jpeg()],
  ])(
    "answers every mutation of a %s with a picture or one FormatError",
    (_, good) => {
      const change = fc.tuple(fc.nat(good.length - 1), fc.nat(255));
      fc.assert(
        fc.property(
          fc.array(change, { minLength: 1, maxLength: 4 }),
          fc.option(fc.nat(good.length)),
          (changes, cut) => {
            const other = Uint8Array.from(good);
            for (const [at, to] of changes) other[at] = to;
            try {
              const { width, height, channels, pixels } = decodePicture(
                cut === null ? other : other.subarray(0, cut),
                "p",
              );
              expect(pixels.length).toBe(width * height * channels);
            } catch (error) {
              expect(error).toBeInstanceOf(FormatError);
            }
          },
        ),
        { numRuns: 1000 },
      );
    },
    60_000,
  );
});

it("answers any header and any pixels of a PNG, with sums that fit, with a picture or one FormatError", () => {
  const form = fc.tuple(
    ...[fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.constantFrom(1, 2, 4, 8, 16)],
    ...[fc.constantFrom(0, 2, 3, 4, 6), fc.constantFrom(0, 1)],
  ) as fc.Arbitrary<[number, number, number, number, number]>;
  const pixels = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 120 });
  let read = 0;
  fc.assert(
    fc.property(form, pixels, ([width, height, depth, colour, interlaced], data) => {
      const channels = [1, 0, 3, 1, 2, 0, 4][colour] as number;
      const size = height * (1 + Math.ceil((width * channels * depth) / 8));
      const fitting = interlaced === 0 ? Array.from({ length: size }, (_, i) => data[i % data.length] as number) : data;
      const head = header(width, height, depth, colour, interlaced);
      const bytes = png(head, chunk("PLTE", new Uint8Array(768)), rows(fitting));
      try {
        const found = decodePicture(bytes, "p");
        expect(found.pixels.length).toBe(width * height * found.channels);
        read++;
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }),
    { numRuns: 1000 },
  );
  expect(read).toBeGreaterThan(50);
});

// The numbers are those of Pillow.
describe("sizes", () => {
  it("means of the pixels that a new one covers", () => {
    const four = picture(1, 4, 1, [0, 100, 200, 40]);
    expect([...resizedTo(four, 1, 2).pixels]).toEqual([71, 117]);
    expect([...resizedTo(picture(1, 2, 1, [0, 100]), 1, 4).pixels]).toEqual([0, 25, 75, 100]);
    expect([...resizedTo(four, 1, 2, true).pixels]).toEqual([100, 40]);
  });
  it("crops the middle", () => {
    expect(croppedTo(picture(1, 5, 1, [1, 2, 3, 4, 5]), 1, 1)).toEqual(picture(1, 1, 1, [3]));
    expect(croppedTo(picture(2, 4, 1, [1, 2, 3, 4, 5, 6, 7, 8]), 10, 10)).toEqual(picture(2, 2, 1, [2, 3, 6, 7]));
  });
  it("makes grey of colours by their luma, and colours of grey", () => {
    expect([...withChannels(picture(1, 1, 3, [255, 0, 0]), 1).pixels]).toEqual([76]);
    expect([...withChannels(picture(1, 1, 1, [9]), 3).pixels]).toEqual([9, 9, 9]);
  });
});
