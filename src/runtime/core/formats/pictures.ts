// Reads pictures, PNG and JPEG, as bytes of grey or of red, green and blue; brings them to a size. Alpha is dropped, and of 16 bits
// the upper eight stay.

import { jpegLibrary } from "../libraries/jpeg.generated.ts";
import { FormatError } from "./formatError.ts";
import { decodePngSamples } from "./png.ts";

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 red, green and blue. */
  readonly channels: 1 | 3;
  /** Row by row, the channels of a pixel side by side. */
  readonly pixels: Uint8Array;
}

/** The most pixels of a picture. */
const MOST_PIXELS = 100_000_000;

const isPng = (bytes: Uint8Array): boolean => [137, 80, 78, 71, 13, 10, 26, 10].every((byte, i) => bytes[i] === byte);
const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;

/**
 * Decodes a picture. With `indices`, a picture with a palette keeps its numbers, as masks need. Throws a FormatError for bytes that
 * are no picture, or a damaged or too large one.
 */
export function decodePicture(bytes: Uint8Array, where: string, indices = false): Picture {
  const fail = (what: string): never => {
    throw new FormatError(where, what);
  };
  if (!isPng(bytes) && !isJpeg(bytes)) return fail("is neither a PNG nor a JPEG picture");
  try {
    return isPng(bytes) ? decodePng(bytes, indices, fail) : decodeJpeg(bytes);
  } catch (error) {
    if (error instanceof FormatError) throw error;
    const said = error instanceof Error ? error.message : String(error);
    return fail(
      said.startsWith("maxResolutionInMP")
        ? `has more pixels than its ${bytes.length} bytes can hold, or over ${MOST_PIXELS}`
        : `cannot be decoded: ${said}`,
    );
  }
}

function decodePng(bytes: Uint8Array, indices: boolean, fail: (what: string) => never): Picture {
  const { width, height, channels, depth, samples, palette } = decodePngSamples(bytes, MOST_PIXELS, fail);
  const count = width * height;
  if (palette !== undefined && !indices) {
    const pixels = new Uint8Array(count * 3);
    for (let i = 0; i < count; i++) {
      const at = 3 * (samples[i] as number);
      if (at >= palette.length)
        return fail(`is corrupt: pixel ${i} has colour ${at / 3}, but its palette has ${palette.length / 3}`);
      for (let c = 0; c < 3; c++) pixels[3 * i + c] = palette[at + c] as number;
    }
    return { width, height, channels: 3, pixels };
  }
  // Of less than eight bits, grey spans the whole range.
  const scale = depth < 8 && palette === undefined && !indices ? 255 / (2 ** depth - 1) : 1;
  const kept = channels >= 3 ? 3 : 1;
  if (kept === channels && scale === 1) return { width, height, channels: kept, pixels: samples };
  const pixels = new Uint8Array(count * kept);
  for (let i = 0; i < count; i++)
    for (let c = 0; c < kept; c++) pixels[kept * i + c] = (samples[channels * i + c] as number) * scale;
  return { width, height, channels: kept, pixels };
}

/** A block of 64 pixels has a bit at least, and no sampling of colours spreads it over more than 128 pixels. */
const JPEG_PIXELS_A_BYTE = 1024;

function decodeJpeg(bytes: Uint8Array): Picture {
  // A header may promise more than its bytes hold: the library takes memory by what may be there.
  const most = Math.min(MOST_PIXELS, bytes.length * JPEG_PIXELS_A_BYTE) / 1e6;
  const { width, height, data } = jpegLibrary.decode(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    tolerantDecoding: false,
    maxResolutionInMP: most,
    maxMemoryUsageInMB: Math.min(2048, 16 + 32 * most),
  });
  return { width, height, channels: 3, pixels: data };
}

/** Returns the picture with so many channels: grey is the luma of ITU-R BT.601, as Pillow makes it. */
export function withChannels(picture: Picture, channels: 1 | 3): Picture {
  if (picture.channels === channels) return picture;
  const { width, height, pixels: from } = picture;
  const count = width * height;
  const pixels = new Uint8Array(count * channels);
  for (let i = 0; i < count; i++)
    if (channels === 3) pixels.fill(from[i] as number, 3 * i, 3 * i + 3);
    else
      pixels[i] =
        ((from[3 * i] as number) * 19595 +
          (from[3 * i + 1] as number) * 38470 +
          (from[3 * i + 2] as number) * 7471 +
          0x8000) >>
        16;
  return { width, height, channels, pixels };
}

/** Returns the largest part of the shape `height` to `width` in the middle of a picture. */
export function middleOf(
  picture: Pick<Picture, "width" | "height">,
  height: number,
  width: number,
): { readonly left: number; readonly top: number; readonly w: number; readonly h: number } {
  const scale = Math.min(picture.width / width, picture.height / height);
  const [w, h] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  return { left: (picture.width - w) >> 1, top: (picture.height - h) >> 1, w, h };
}

/** Cuts the middle out, of the shape `height` to `width`. */
export function croppedTo(picture: Picture, height: number, width: number): Picture {
  const { channels, pixels: from } = picture;
  const { left, top, w, h } = middleOf(picture, height, width);
  const pixels = new Uint8Array(w * h * channels);
  for (let y = 0; y < h; y++) {
    const start = ((top + y) * picture.width + left) * channels;
    pixels.set(from.subarray(start, start + w * channels), y * w * channels);
  }
  return { width: w, height: h, channels, pixels };
}

/**
 * Brings a picture to a size: each new pixel is a mean of those it covers, weighed by their distance (a triangle as wide as the
 * step, as Pillow's BILINEAR). With `nearest` it is the pixel at its middle, as masks need.
 */
export function resizedTo(picture: Picture, height: number, width: number, nearest = false): Picture {
  if (picture.height === height && picture.width === width) return picture;
  const { channels, pixels: from } = picture;
  const pixels = new Uint8Array(height * width * channels);
  if (nearest) {
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const [sy, sx] = [
          Math.floor(((y + 0.5) * picture.height) / height),
          Math.floor(((x + 0.5) * picture.width) / width),
        ];
        for (let c = 0; c < channels; c++)
          pixels[(y * width + x) * channels + c] = from[(sy * picture.width + sx) * channels + c] as number;
      }
    return { width, height, channels, pixels };
  }
  const across = tapsOf(picture.width, width);
  const down = tapsOf(picture.height, height);
  const rows = new Uint8Array(picture.height * width * channels);
  for (let y = 0; y < picture.height; y++)
    for (let x = 0; x < width; x++) {
      const { first, weights } = across[x] as Taps;
      for (let c = 0; c < channels; c++) {
        let sum = 0.5;
        for (let k = 0; k < weights.length; k++)
          sum += (weights[k] as number) * (from[(y * picture.width + first + k) * channels + c] as number);
        rows[(y * width + x) * channels + c] = sum;
      }
    }
  for (let y = 0; y < height; y++) {
    const { first, weights } = down[y] as Taps;
    for (let i = 0; i < width * channels; i++) {
      let sum = 0.5;
      for (let k = 0; k < weights.length; k++)
        sum += (weights[k] as number) * (rows[(first + k) * width * channels + i] as number);
      pixels[y * width * channels + i] = sum;
    }
  }
  return { width, height, channels, pixels };
}

interface Taps {
  readonly first: number;
  readonly weights: readonly number[];
}

/** Returns the pixels that each new one is made of, with weights that add up to 1. */
function tapsOf(from: number, to: number): readonly Taps[] {
  const step = from / to;
  const reach = Math.max(1, step);
  return Array.from({ length: to }, (_, i) => {
    const middle = (i + 0.5) * step;
    const first = Math.max(0, Math.trunc(middle - reach + 0.5));
    const last = Math.min(from, Math.trunc(middle + reach + 0.5));
    const raw = Array.from({ length: last - first }, (_, k) =>
      Math.max(0, 1 - Math.abs((first + k + 0.5 - middle) / reach)),
    );
    const total = raw.reduce((a, b) => a + b, 0);
    return { first, weights: raw.map((weight) => weight / total) };
  });
}

export const isPictureName = (name: string): boolean => /\.(?:png|jpe?g)$/i.test(name);

/** Cuts the middle out where a program asks for it. */
export const pictureInShape = (picture: Picture, [height = 1, width = 1]: readonly number[], crop: boolean): Picture =>
  crop ? croppedTo(picture, height, width) : picture;

/** Returns the pixels of a picture in the shape of a column: height, width, channels. */
export function pictureFor(
  picture: Picture,
  { shape }: { readonly shape: readonly number[] },
  crop: boolean,
): Uint8Array {
  const [height = 1, width = 1, channels] = shape;
  const shaped = withChannels(pictureInShape(picture, shape, crop), channels === 1 ? 1 : 3);
  return resizedTo(shaped, height, width, false).pixels;
}
