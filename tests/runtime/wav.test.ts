// Recordings: WAVE files of all widths, their channels and rates; and bytes that are none.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { resampler } from "../../src/runtime/core/formats/resample.ts";
import { decodeWav, type Sound, withSoundChannels } from "../../src/runtime/core/formats/wav.ts";
import { unzipEntry, zipEntries } from "../../src/runtime/core/formats/zip.ts";
import { mutated } from "../support/mutations.ts";

const ascii = (text: string): number[] => [...text].map((character) => character.charCodeAt(0));
const little = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) % 256);
const chunk = (name: string, data: readonly number[], size = data.length): number[] => [
  ...ascii(name),
  ...little(size, 4),
  ...data,
  ...(data.length % 2 === 1 ? [0] : []),
];
const riff = (...chunks: readonly number[][]): Uint8Array => {
  const body = [...ascii("WAVE"), ...chunks.flat()];
  return Uint8Array.from([...ascii("RIFF"), ...little(body.length, 4), ...body]);
};
const form = (kind: number, bits: number, channels = 1, rate = 8000): number[] => {
  const block = (channels * bits) / 8;
  return [kind, channels]
    .flatMap((value) => little(value, 2))
    .concat(little(rate, 4), little(rate * block, 4), little(block, 2), little(bits, 2));
};
const wav = (kind: number, bits: number, data: readonly number[], channels = 1): Uint8Array =>
  riff(chunk("fmt ", form(kind, bits, channels)), chunk("data", data));
const floats = (...values: readonly number[]): number[] => [...new Uint8Array(Float32Array.from(values).buffer)];

describe("decodeWav", () => {
  it.each([
    ["8 bits without a sign", wav(1, 8, [0, 128, 255]), [-1, 0, 127 / 128]],
    ["16 bits", wav(1, 16, [0, 0x80, 0xff, 0xff, 0xff, 0x7f]), [-1, -(2 ** -15), 1 - 2 ** -15]],
    ["24 bits", wav(1, 24, [0, 0, 0x80, 0xff, 0xff, 0xff, 1, 0, 0]), [-1, -(2 ** -23), 2 ** -23]],
    ["32 bits", wav(1, 32, [0, 0, 0, 0x80, 0, 0, 0, 0x40]), [-1, 0.5]],
    ["floats", wav(3, 32, floats(0.25, -1.5)), [0.25, -1.5]],
    ["wide floats", wav(3, 64, [...new Uint8Array(Float64Array.of(0.25, -1.5).buffer)]), [0.25, -1.5]],
  ])("reads %s", (_name, bytes, samples) => {
    expect(decodeWav(bytes, "w")).toEqual({
      ...{ rate: 8000, channels: 1, length: samples.length },
      samples: Float32Array.from(samples),
    });
  });

  it("reads several channels, the extensible form, chunks of other kinds, and a size that was left open", () => {
    const stereo = decodeWav(wav(1, 8, [0, 255, 128, 64], 2), "w");
    expect([stereo.channels, stereo.length, ...stereo.samples]).toEqual([2, 2, -1, 127 / 128, 0, -0.5]);
    const extensible = [
      ...form(0xfffe, 16),
      ...little(22, 2),
      ...little(16, 2),
      ...little(4, 4),
      1,
      ...Array(15).fill(0),
    ];
    const list = chunk("LIST", [1, 2, 3]);
    expect([...decodeWav(riff(list, chunk("fmt ", extensible), list, chunk("data", [0, 0x40])), "w").samples]).toEqual([
      0.5,
    ]);
    const open = riff(chunk("fmt ", form(1, 16)), chunk("data", [0, 0x40], 0xffffffff));
    expect([...decodeWav(open, "w").samples]).toEqual([0.5]);
    expect(decodeWav(wav(1, 16, []), "w").length).toBe(0);
  });

  it.each([
    ["other bytes", Uint8Array.from(ascii("not a recording")), "w: is not a WAVE file"],
    ["another order", Uint8Array.from(ascii("RIFX0000WAVE")), "of the kind 'RIFX'"],
    ["no sound", riff(chunk("fmt ", form(1, 16))), "has no sound"],
    ["sound first", riff(chunk("data", [0, 0])), "sound begins at byte 20 before it says of what form"],
    [
      "a cut file",
      wav(1, 16, [1, 2, 3, 4]).subarray(0, 46),
      "the chunk 'data' at byte 36 has 4 bytes, but 2 are there",
    ],
    ["half a sample", wav(1, 16, [1, 2, 3]), "3 bytes of sound at byte 44 are no whole number of 2"],
    ["packed sound", wav(2, 16, [0, 0]), "packed by a method (2 at byte 20)"],
    ["12 bits", riff(chunk("fmt ", form(1, 12)), chunk("data", [])), "has samples of 12 bits"],
    ["no channels", wav(1, 16, [], 0), "has 0 channels"],
    ["no rate", riff(chunk("fmt ", form(1, 16, 1, 0)), chunk("data", [])), "has 0 samples a second"],
    [
      "a wrong block",
      riff(chunk("fmt ", form(1, 16).with(12, 4)), chunk("data", [])),
      "not the 4 bytes that byte 32 says",
    ],
    ["NaN", wav(3, 32, floats(0, Number.NaN)), "a sample that is no finite number at byte 48"],
    ["a short form", riff(chunk("fmt ", [1, 0]), chunk("data", [])), "the chunk 'fmt ' at byte 12 has 2 bytes"],
  ])("refuses %s", (_name, bytes, message) => {
    expect(() => decodeWav(bytes, "w")).toThrow(message);
  });

  it("answers every mutation with a sound or one FormatError", () => {
    const chunks = [chunk("LIST", [1, 2, 3]), chunk("fmt ", form(3, 32, 2)), chunk("data", floats(0.5, -0.5, 0.25, 1))];
    mutated(riff(...chunks), "w", (bytes) => {
      const { channels, length, samples } = decodeWav(bytes, "w");
      expect(samples.length).toBe(channels * length);
      expect(samples.length).toBeLessThanOrEqual(bytes.length);
    });
  });
});

const sound = (rate: number, samples: ArrayLike<number>, channels = 1): Sound => ({
  ...{ rate, channels, length: samples.length / channels },
  samples: Float32Array.from(samples),
});

describe("a recording", () => {
  it("becomes one channel by its mean, two by repeating it", () => {
    const stereo = sound(8000, [1, 0, -1, 0.5], 2);
    expect(withSoundChannels(stereo, 1)).toEqual(sound(8000, [0.5, -0.25]));
    expect(withSoundChannels(sound(8000, [1, 2]), 2)).toEqual(sound(8000, [1, 1, 2, 2], 2));
    expect(withSoundChannels(stereo, 2)).toBe(stereo);
  });

  it.each([
    [8000, 16_000],
    [16_000, 8000],
    [44_100, 16_000],
    [11_025, 8000],
  ])("keeps a tone from %i to %i samples a second", (from, to) => {
    const tone = (rate: number, count: number): number[] =>
      Array.from({ length: count }, (_, i) => Math.sin((2 * Math.PI * 440 * i) / rate) * 0.5);
    const made = resampler(from, to)(sound(from, tone(from, from / 5)));
    expect([made.rate, made.length]).toEqual([to, Math.ceil(to / 5)]);
    // Beyond its ends a recording is silent, which the samples near them show.
    for (const [i, value] of tone(to, made.length).slice(40, -40).entries())
      expect(Math.abs((made.samples[i + 40] as number) - value)).toBeLessThan(0.004);
  });

  it("loses what the lower rate cannot hold", () => {
    const high = Array.from({ length: 4000 }, (_, i) => Math.sin((2 * Math.PI * 7000 * i) / 16_000));
    const { samples } = resampler(16_000, 8000)(sound(16_000, high));
    for (const value of samples.subarray(40, -40)) expect(Math.abs(value)).toBeLessThan(0.01);
  });

  it("resamples each channel by itself, and nothing at its own rate", () => {
    const [left, right] = [
      [0.1, 0.9, -0.4, 0.3, 0],
      [1, -1, 0.5, 0.25, 0.7],
    ];
    const both = sound(
      3,
      left.flatMap((value, i) => [value, right[i] as number]),
      2,
    );
    const change = resampler(3, 7);
    const one = change(sound(3, right)).samples;
    expect([...change(both).samples].filter((_, i) => i % 2 === 1)).toEqual([...one]);
    expect(resampler(5, 5)(both)).toBe(both);
    expect(change(sound(3, [])).length).toBe(0);
  });
});

const recordings = join(process.env.NNC_SHARED ?? "../shared", "data/fsdd/recordings.zip");

it.runIf(existsSync(recordings))("reads 3,000 spoken digits", () => {
  const archive = readFileSync(recordings);
  const entries = zipEntries(archive, recordings);
  let samples = 0;
  for (const entry of entries) {
    const one = decodeWav(unzipEntry(archive, entry, recordings), entry.name);
    expect([one.rate, one.channels]).toEqual([8000, 1]);
    samples += one.length;
  }
  // The bytes without the headers, of 44 each.
  expect([entries.length, samples]).toEqual([3000, (21_128_848 - 3000 * 44) / 2]);
});
