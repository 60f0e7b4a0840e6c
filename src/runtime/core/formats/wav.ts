// Reads recordings in WAVE files: PCM of 8, 16, 24 and 32 bits and floats, as f32 from -1 to 1. It is strict about sizes, and skips
// the chunks that hold no sound. Multimedia Programming Interface and Data Specifications 1.0 (RIFF WAVE), RFC 2361 for formats.

import { FormatError } from "./formatError.ts";

export interface Sound {
  /** Samples a second, of one channel. */
  readonly rate: number;
  readonly channels: number;
  /** Samples of one channel. */
  readonly length: number;
  /** The channels of a moment side by side. */
  readonly samples: Float32Array;
}

/** The most samples of a recording, of all channels: 1 GB. */
const MOST_SAMPLES = 2 ** 28;
const MOST_CHANNELS = 8;
const LEAST_RATE = 100;
const MOST_RATE = 768_000;
/** A size that stands for "to the end", which programs write that cannot go back to the header. */
const OPEN_SIZE = 0xffffffff;

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;

interface WavForm {
  readonly float: boolean;
  readonly bits: number;
  readonly channels: number;
  readonly rate: number;
}

/** Decodes a recording; `where` names it in errors. Throws a FormatError that names the byte. */
export function decodeWav(bytes: Uint8Array, where: string): Sound {
  const fail = (what: string): never => {
    throw new FormatError(where, what);
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sign = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes.length < 12 || sign(8) !== "WAVE") return fail("is not a WAVE file: it does not start with RIFF and WAVE");
  if (sign(0) !== "RIFF")
    return fail(`is a WAVE file of the kind '${sign(0)}', which nnc does not read; save it as RIFF`);
  let form: WavForm | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = sign(at);
    const start = at + 8;
    const given = view.getUint32(at + 4, true);
    const size = name === "data" && given === OPEN_SIZE ? bytes.length - start : given;
    if (start + size > bytes.length)
      return fail(
        `is truncated: the chunk '${name}' at byte ${at} has ${size} bytes, but ${bytes.length - start} are there`,
      );
    if (name === "fmt ") form = wavForm(view, start, size, fail);
    if (name === "data") {
      if (form === undefined) return fail(`is corrupt: sound begins at byte ${start} before it says of what form`);
      return wavSound(view, start, size, form, fail);
    }
    // A chunk of odd size has a byte more.
    at = start + size + (size & 1);
  }
  return fail(`has no sound: no chunk 'data' in ${bytes.length} bytes`);
}

function wavForm(view: DataView, at: number, size: number, fail: (what: string) => never): WavForm {
  if (size < 16) return fail(`is corrupt: the chunk 'fmt ' at byte ${at - 8} has ${size} bytes, not 16 or more`);
  const kind = view.getUint16(at, true);
  const channels = view.getUint16(at + 2, true);
  const rate = view.getUint32(at + 4, true);
  const block = view.getUint16(at + 12, true);
  const bits = view.getUint16(at + 14, true);
  if (kind === EXTENSIBLE && size < 40)
    return fail(`is corrupt: the chunk 'fmt ' at byte ${at - 8} has no form of samples`);
  const format = kind === EXTENSIBLE ? view.getUint16(at + 24, true) : kind;
  const float = format === FLOAT;
  if (format !== PCM && !float)
    return fail(`is packed by a method (${format} at byte ${at}) that nnc does not read; save it as PCM`);
  if (!(float ? [32, 64] : [8, 16, 24, 32]).includes(bits))
    return fail(
      `has ${float ? "floats" : "samples"} of ${bits} bits; ${float ? "32 and 64" : "8, 16, 24 and 32"} are possible`,
    );
  if (channels < 1 || channels > MOST_CHANNELS)
    return fail(`has ${channels} channels; 1 to ${MOST_CHANNELS} are possible`);
  if (rate < LEAST_RATE || rate > MOST_RATE)
    return fail(`has ${rate} samples a second; ${LEAST_RATE} to ${MOST_RATE} are possible`);
  if (block !== (channels * bits) / 8)
    return fail(`is corrupt: ${channels} × ${bits} bits are not the ${block} bytes that byte ${at + 12} says`);
  return { float, bits, channels, rate };
}

function wavSound(view: DataView, start: number, size: number, form: WavForm, fail: (what: string) => never): Sound {
  const { float, bits, channels, rate } = form;
  const width = bits / 8;
  if (size % (width * channels) !== 0)
    return fail(`is corrupt: ${size} bytes of sound at byte ${start} are no whole number of ${width * channels}`);
  const count = size / width;
  if (count > MOST_SAMPLES) return fail(`has ${count} samples; the most are ${MOST_SAMPLES}`);
  const samples = new Float32Array(count);
  const readers: Readonly<Record<number, (at: number) => number>> = float
    ? { 32: (at) => view.getFloat32(at, true), 64: (at) => view.getFloat64(at, true) }
    : {
        8: (at) => (view.getUint8(at) - 128) / 2 ** 7,
        16: (at) => view.getInt16(at, true) / 2 ** 15,
        24: (at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 2 ** 16) / 2 ** 23,
        32: (at) => view.getInt32(at, true) / 2 ** 31,
      };
  const reader = readers[bits] as (at: number) => number;
  for (let i = 0; i < count; i++) {
    samples[i] = reader(start + i * width);
    if (float && !Number.isFinite(samples[i]))
      return fail(`has a sample that is no finite number at byte ${start + i * width}`);
  }
  return { rate, channels, length: count / channels, samples };
}

/** Returns the sound with one channel, the mean of all, or with two: both the one, or the first two of several. */
export function withSoundChannels(sound: Sound, channels: 1 | 2): Sound {
  if (sound.channels === channels) return sound;
  const { channels: from, length, rate } = sound;
  const samples = new Float32Array(length * channels);
  for (let i = 0; i < length; i++) {
    if (channels === 2)
      for (let c = 0; c < 2; c++) samples[2 * i + c] = sound.samples[i * from + Math.min(c, from - 1)] as number;
    else {
      let sum = 0;
      for (let c = 0; c < from; c++) sum += sound.samples[i * from + c] as number;
      samples[i] = sum / from;
    }
  }
  return { rate, channels, length, samples };
}
