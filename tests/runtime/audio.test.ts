// The source of recordings: rates, lengths and channels; classes by folders, names and an index; and bytes that are none.

import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import type { SourceData, SourceRequest } from "../../src/runtime/core/dataset.ts";
import { loadSource } from "../../src/runtime/core/sources/audio.ts";
import { dataFilesOf, wavOf } from "../support/dataFiles.ts";
import { mutatedData } from "../support/mutations.ts";

const samples = (...shape: number[]) => ({ name: "samples", dtype: "f32", shape }) as const;
const text = (name: string) =>
  ({ name, dtype: "i32", shape: [], encoder: { module: "labelEncoding", options: {} } }) as const;
const load = (
  files: Parameters<typeof dataFilesOf>[0],
  options: Record<string, unknown> = {},
  columns: SourceRequest["columns"] = [samples(4)],
): Promise<SourceData> =>
  loadSource(
    { name: "audio", options: { file: "wavs", rate: 8000, length: 4, ...options }, columns, seed: 0 },
    dataFilesOf(files),
  );
const rounded = (values: ArrayLike<number> | undefined): number[] =>
  Array.from(values ?? [], (value) => Math.round(100 * value) / 100);

describe("audio()", () => {
  it("cuts recordings, fills them up, and mixes their channels", async () => {
    const files = {
      "wavs/a.wav": wavOf([0.1, 0.2, 0.3, 0.4, 0.5]),
      "wavs/b.wav": wavOf([0.5, 0.1, -0.5, -0.1], 8000, 2),
      "wavs/c.wav": wavOf([]),
    };
    const { train } = await load(files);
    expect(rounded(train.columns.samples)).toEqual([0.1, 0.2, 0.3, 0.4, 0.3, -0.3, 0, 0, 0, 0, 0, 0]);
    const { train: stereo } = await load(files, { channels: 2 }, [samples(2, 2)]);
    expect(rounded(stereo.columns.samples)).toEqual([0.1, 0.1, 0.2, 0.2, 0.5, 0.1, -0.5, -0.1, 0, 0, 0, 0]);
  });

  it("brings recordings of several rates to one", async () => {
    const tone = (rate: number): Uint8Array =>
      wavOf(
        Array.from({ length: rate / 4 }, (_, i) => Math.sin((2 * Math.PI * 440 * i) / rate)),
        rate,
      );
    const files = { "wavs/a.wav": tone(8000), "wavs/b.wav": tone(16_000), "wavs/c.wav": tone(4000) };
    const { train } = await load(files, {}, [samples(2000)]);
    const values = train.columns.samples ?? new Float32Array();
    // Away from the ends, all three are the same tone.
    for (let i = 100; i < 1900; i++)
      for (const other of [2000, 4000])
        expect(Math.abs(Number(values[i]) - Number(values[other + i]))).toBeLessThan(0.02);
  });

  it("knows classes by folders, parts by folders on top, and parts of names", async () => {
    const sound = wavOf([0.5]);
    const folders = { "train/low/1.wav": sound, "train/high/2.wav": sound, "test/low/3.wav": sound };
    const { train, test } = await load({ wavs: zipSync(folders) }, {}, [samples(4), text("label")]);
    expect([train.texts?.label, test?.texts?.label]).toEqual([["high", "low"], ["low"]]);
    const parts = await load(
      { "wavs/7_ann_lee.wav": sound, "wavs/8_bob_1.wav": sound, "wavs/notes.txt": "no sound" },
      { names: "{digit}_{speaker}" },
      [text("digit"), text("speaker")],
    );
    expect(parts.train.texts).toEqual({ digit: ["7", "8"], speaker: ["ann_lee", "bob_1"] });
    expect(parts.test).toBeUndefined();
  });

  it("divides by a part of the names", async () => {
    const sound = wavOf([0.5]);
    const files = { "wavs/train_7.wav": sound, "wavs/test_8.wav": sound, "wavs/train_9.wav": sound };
    const { train, test } = await load(files, { names: "{part}_{digit}", split: "part" }, [text("digit")]);
    expect([train.texts?.digit, test?.texts?.digit]).toEqual([["7", "9"], ["8"]]);
  });

  it("reads an index with columns of its own, which a prediction does not need", async () => {
    const files = {
      "wavs/a.wav": wavOf([0.1]),
      "wavs/b.wav": wavOf([0.2]),
      "i.csv": "at,pitch,part\na.wav,3,train\nb.wav,4,dev\n",
    };
    const options = { index: "i.csv", recording: "at", split: "part" };
    const pitch = { name: "pitch", dtype: "f32", shape: [] } as const;
    const { train, test } = await load(files, options, [samples(4), pitch]);
    expect([train.columns.pitch?.[0], test?.columns.pitch?.[0]]).toEqual([3, 4]);
    expect(
      (await load({ "wavs/z.wav": wavOf([0.2]) }, { ...options, split: undefined, asked: true })).train.count,
    ).toBe(1);
    await expect(load({ ...files, "i.csv": "at,part\nc.wav,train\n" }, options)).rejects.toThrow(
      "/data/i.csv, line 2: there is no 'c.wav' in /data/wavs",
    );
  });

  it("says what is wrong", async () => {
    await expect(load({ "wavs/a.txt": "" })).rejects.toThrow("/data/wavs: holds no recordings (.wav)");
    await expect(load({ "wavs/a.wav": wavOf([0.5]) }, { names: "{a}_{b}" })).rejects.toThrow(
      "/data/wavs: the name of the recording 'a.wav' is not of the form '{a}_{b}'",
    );
    const bad = { "wavs/a.wav": wavOf([0.5]), "wavs/b.wav": wavOf([0.5, 0.5]).subarray(0, 46) };
    await expect(load(bad)).rejects.toThrow(
      "/data/wavs: b.wav: is truncated: the chunk 'data' at byte 36 has 4 bytes, but 2 are there; " +
        "audio(…, skip_bad: 10) leaves out up to 10 such recordings",
    );
    const { train } = await load(bad, { skip_bad: 1 });
    expect([train.count, train.dropped]).toEqual([1, 1]);
  });

  it("refuses changed archives by name, or reads them whole", async () => {
    const bytes = zipSync({ "low/a.wav": wavOf([0.1, 0.2]), "high/b.wav": wavOf([0.3]) }, { level: 0 });
    await mutatedData(bytes, "/data/wavs: ", async (changed) => {
      const { train, test } = await load({ wavs: changed });
      expect(train.count + (test?.count ?? 0)).toBeGreaterThan(0);
    });
  });
});
