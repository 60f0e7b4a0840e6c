// Pictures: PNG in all its forms, JPEG, their sizes; and bytes that are none.

import fc from "fast-check";
import { encode as encodePng } from "fast-png";
import { encode as encodeJpeg } from "jpeg-js";
import { describe, expect, it } from "vitest";
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

  it("refuses what is no picture, or a large one, before it takes memory", () => {
    expect(() => decodePicture(Uint8Array.of(1, 2, 3), "p")).toThrow("p: is neither a PNG nor a JPEG picture");
    const huge = Uint8Array.from(encodePng({ width: 1, height: 1, data: Uint8Array.of(1), channels: 1 }));
    huge.set([0, 1, 0, 0, 0, 1, 0, 0], 16);
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
