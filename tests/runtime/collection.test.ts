// Pictures with boxes beside them, and clips of frames: what they become, and what is refused.

import { encode } from "fast-png";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import type { LoadSource, SourceData, SourceRequest } from "../../src/runtime/core/dataset.ts";
import { loadSource as images } from "../../src/runtime/core/sources/images.ts";
import { loadSource as video } from "../../src/runtime/core/sources/video.ts";
import { dataFilesOf } from "../support/dataFiles.ts";
import { mutatedData } from "../support/mutations.ts";

const grey = (width: number, height: number, value: number): Uint8Array =>
  Uint8Array.from(encode({ width, height, data: new Uint8Array(width * height).fill(value), channels: 1 }));
type Files = Parameters<typeof dataFilesOf>[0];
const loads =
  (source: LoadSource, name: string, given: Record<string, unknown>) =>
  (files: Files, columns: SourceRequest["columns"], options: Record<string, unknown> = {}): Promise<SourceData> =>
    source({ name, options: { file: "p", ...given, ...options }, columns, seed: 0 }, dataFilesOf(files));

describe("boxes beside pictures", () => {
  const boxes = { name: "boxes", dtype: "f32", shape: [3, 5] } as const;
  const pixels = { name: "pixels", dtype: "u8", shape: [4, 8, 1] } as const;
  const load = loads(images, "images", { size: [4, 8], boxes: "b.csv" });
  const pictures = { "p/a.png": grey(16, 8, 1), "p/b.png": grey(8, 8, 2) };
  const header = "file,class,xmin,ymin,xmax,ymax\n";
  const none = [0, 0, 0, 0, -1];

  it("are scaled with their picture, and filled up", async () => {
    const files = { ...pictures, "b.csv": `${header}a.png,red,2,2,16,8\nb.png,blue,0,0,8,4\na.png,blue,0,1,1,2\n` };
    const { train } = await load(files, [pixels, boxes]);
    expect([...(train.columns.boxes ?? [])]).toEqual([
      ...[1, 1, 8, 4, 1],
      ...[0, 0.5, 0.5, 1, 0],
      ...none,
      ...[0, 0, 8, 2, 0],
      ...none,
      ...none,
    ]);
    const alone = await load(files, [boxes], { box_classes: "red  blue" });
    expect([...(alone.train.columns.boxes ?? [])].slice(0, 10)).toEqual([1, 1, 8, 4, 0, 0, 0.5, 0.5, 1, 1]);
  });

  it("lose what a crop cuts off", async () => {
    // Of 8 × 8 pixels the rows from 2 to 6 remain.
    const files = { "p/b.png": grey(8, 8, 2), "b.csv": `${header}b.png,0,0,0,8,2\nb.png,1,1,1,3,5\nb.png,2,0,0,8,8\n` };
    const { train } = await load(files, [boxes], { crop: true });
    expect([...(train.columns.boxes ?? [])]).toEqual([1, 0, 3, 3, 1, 0, 0, 8, 4, 2, ...none]);
  });

  it.each([
    ["no box", "a.png,0,4,0,4,2", "/data/b.csv, line 2: a box from 4, 0 to 4, 2 is empty"],
    ["no number", "a.png,0,x,0,4,2", "/data/b.csv, line 2: 'xmin' is 'x', but must be a number"],
    ["a picture that is not there", "c.png,0,0,0,4,2", "/data/b.csv, line 2: there is no 'c.png' in /data/p"],
    ["a class that is none", "a.png,-1,0,0,4,2", "line 2: the class is '-1', but must be a whole number of at least 0"],
    [
      "too many boxes",
      Array(4).fill("a.png,0,0,0,4,2").join("\n"),
      "/data/b.csv: 'a.png' has 4 boxes, but the program takes 3: raise most_boxes",
    ],
  ])("refuse %s", async (_name, rows, message) => {
    await expect(load({ ...pictures, "b.csv": `${header}${rows}\n` }, [boxes])).rejects.toThrow(message);
  });

  it("refuse an unknown class, and tables without a column", async () => {
    const files = { ...pictures, "b.csv": `${header}a.png,red,0,0,4,2\n` };
    await expect(load(files, [boxes], { box_classes: "blue" })).rejects.toThrow(
      "/data/b.csv, line 2: the class is 'red', but must be one of 'blue'",
    );
    await expect(load({ ...pictures, "b.csv": "file,class\na.png,red\n" }, [boxes])).rejects.toThrow(
      "/data/b.csv: has no column 'xmin'; it has 'file', 'class'",
    );
  });

  it("refuse changed tables by name and line, or read them", async () => {
    const good = new TextEncoder().encode(`${header}a.png,red,2,2,16,8\nb.png,blue,0,0,8,4\n`);
    await mutatedData(good, "/data/b.csv", async (bytes) => {
      expect((await load({ ...pictures, "b.csv": bytes }, [boxes])).train.columns.boxes?.length).toBe(30);
    });
  });
});

describe("video()", () => {
  const frames = { name: "frames", dtype: "u8", shape: [3, 2, 2, 1] } as const;
  const label = { name: "label", dtype: "i32", shape: [], encoder: { module: "labelEncoding", options: {} } } as const;
  const load = loads(video, "video", { frames: 3, size: [2, 2] });
  const clip = (folder: string, values: readonly number[]): Record<string, Uint8Array> =>
    Object.fromEntries(values.map((value, i) => [`${folder}/${i}.png`, grey(2, 2, value)]));
  /** The first pixel of each frame. */
  const firsts = ({ train }: SourceData): number[] => [...(train.columns.frames ?? [])].filter((_, i) => i % 4 === 0);

  it("takes the first frames in the order of their numbers, and black ones behind the end", async () => {
    const files = { p: zipSync({ ...clip("yes/a", [1, 2, 3, 4]), ...clip("no/b", [9]) }) };
    const data = await load(files, [frames, label]);
    expect([firsts(data), data.train.texts?.label]).toEqual([
      [9, 0, 0, 1, 2, 3],
      ["no", "yes"],
    ]);
    const many = clip(
      "yes/a",
      Array.from({ length: 12 }, (_, i) => i),
    );
    expect(firsts(await load({ p: zipSync(many) }, [frames]))).toEqual([0, 1, 2]);
  });

  it("spreads frames over a clip", async () => {
    const files = {
      p: zipSync({
        ...clip(
          "yes/a",
          Array.from({ length: 12 }, (_, i) => i),
        ),
        ...clip("no/b", [9]),
      }),
    };
    expect(firsts(await load(files, [frames], { fit: "spread" }))).toEqual([9, 9, 9, 2, 6, 10]);
  });

  it("finds clips by an index, and one clip alone", async () => {
    const files = {
      ...clip("p/x/a", [1, 2, 3]),
      ...clip("p/x/b", [4, 5, 6]),
      "i.csv": "clip,take\nx/a/,1\nx/b,2\n",
    };
    const data = await load(files, [frames], { index: "i.csv", split: "take", train_on: "2" });
    expect([firsts(data), data.test?.count]).toEqual([[4, 5, 6], 1]);
    await expect(load({ ...files, "i.csv": "clip\nx/c\n" }, [frames], { index: "i.csv" })).rejects.toThrow(
      "/data/i.csv, line 2: there is no 'x/c' in /data/p",
    );
    expect(firsts(await load(clip("p", [7, 8, 9]), [frames], { index: "i.csv", asked: true }))).toEqual([7, 8, 9]);
  });

  it("names a frame that cannot be read", async () => {
    const bad = { ...clip("p/yes/a", [1, 2]), "p/yes/a/1.png": Uint8Array.of(1, 2, 3), ...clip("p/yes/b", [3]) };
    await expect(load(bad, [frames])).rejects.toThrow(
      "/data/p: yes/a/1.png: is neither a PNG nor a JPEG picture; video(…, skip_bad: 10) leaves out up to 10 such clips",
    );
    expect((await load(bad, [frames], { skip_bad: 1 })).train).toMatchObject({ count: 1, dropped: 1 });
    await expect(load({ "p/a.txt": "" }, [frames])).rejects.toThrow("/data/p: holds no folders of frames");
  });

  it("refuses changed archives by name, or reads clips", async () => {
    const good = zipSync({ ...clip("yes/a", [1, 2]), ...clip("no/b", [9]) }, { level: 0 });
    await mutatedData(good, "/data/p: ", async (bytes) => {
      expect((await load({ p: bytes }, [frames])).train.count).toBeGreaterThan(0);
    });
  });
});
