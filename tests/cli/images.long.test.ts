// Pictures in a folder or an archive: classes by folder, masks by an index, and pictures that cannot be read.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { encode } from "fast-png";
import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { nnc, temporaryFolder } from "../support/nnc.ts";

/** A picture of 6 × 6: bright on the left or on the right, with some noise. */
function picture(right: boolean, seed: number): Uint8Array {
  const data = Uint8Array.from(
    { length: 36 },
    (_, i) => (i % 6 > 2 === right ? 180 : 20) + ((seed * 31 + i * 17) % 40),
  );
  return Uint8Array.from(encode({ width: 6, height: 6, data, channels: 1 }));
}
const mask = (right: boolean): Uint8Array =>
  Uint8Array.from(
    encode({
      width: 6,
      height: 6,
      data: Uint8Array.from({ length: 36 }, (_, i) => (i % 6 > 2 === right ? 1 : 0)),
      channels: 1,
    }),
  );

const folders = (count: number, part = ""): Record<string, Uint8Array> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      `${part}${i % 2 === 0 ? "left" : "right"}/${i}.png`,
      picture(i % 2 === 1, i),
    ]),
  );

const sides = (source: string): string => `dataset Sides {
  source ${source}
  input picture: f32[6, 6, 1] = pixels / 255
  target side: class(2) = label
}
model Side(picture: f32[6, 6, 1]) { Flatten() -> Dense(2, softmax) }
train Side on Sides {
  loss categorical_crossentropy
  optimizer adam(0.05)
  metrics accuracy
  epochs 20
  batch 8
}
`;

async function train(program: string, files: Record<string, Uint8Array | string>, command = "train") {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "p.nn"), program);
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), bytes);
  }
  return nnc([command, "p.nn"], { cwd });
}
const within = (folder: string, files: Record<string, Uint8Array>): Record<string, Uint8Array> =>
  Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`${folder}/${name}`, bytes]));

describe("classes by folder", () => {
  const archive = 'images("p.zip", size: 6x6, channels: 1)';
  test("in a folder, and in an archive with a part to test with", async () => {
    const open = await train(sides('images("pictures", size: 6x6, channels: 1)'), within("pictures", folders(40)));
    expect(open.stderr).toContain("40 examples");
    expect(open.stdout).toContain("accuracy 1.0000");
    const parted = { ...folders(40, "train/"), ...folders(10, "test/") };
    const packed = await train(sides(archive), { "p.zip": zipSync(parted) });
    expect(packed.stderr).toContain("40 examples, 10 for testing");
    expect(packed.stdout).toMatch(/test loss .*, accuracy 1\.0000/);
  });

  test("other sizes are brought to the one that is asked for", async () => {
    const { code, stderr } = await train(sides('images("p.zip", size: 6x6, channels: 1, crop: true)'), {
      "p.zip": zipSync({
        "left/a.png": picture(false, 1),
        "right/b.png": Uint8Array.from(
          encode({ width: 9, height: 4, data: new Uint8Array(108).fill(200), channels: 3 }),
        ),
      }),
    });
    expect(stderr).not.toContain("error");
    expect(code).toBe(0);
  });

  test.each([
    [
      "a picture that is none",
      { ...folders(6), "left/x.png": Uint8Array.of(1, 2, 3) },
      "p.zip: left/x.png: is neither a PNG nor a JPEG picture",
    ],
    ["no pictures", { "a.txt": Uint8Array.of(65) }, "holds no pictures (.png, .jpg, .jpeg)"],
    [
      "a third class",
      { ...folders(6), "middle/a.png": picture(true, 1) },
      "3 different texts ('left', 'middle', 'right'), but the field is class(2)",
    ],
    [
      "a path out of its folder",
      { ...folders(4), "../x.png": picture(true, 1) },
      "'../x.png' leaves the archive's folder",
    ],
  ])("%s", async (_, files, part) => {
    const { code, stderr } = await train(sides(archive), { "p.zip": zipSync(files) });
    expect(code).toBe(3);
    expect(stderr).toContain(part);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test("pictures that cannot be read may be left out, up to a number", async () => {
    const bad = { ...folders(20), "left/x.png": Uint8Array.of(1), "left/y.png": Uint8Array.of(2) };
    const two = await train(sides('images("p.zip", size: 6x6, channels: 1, skip_bad: 2)'), { "p.zip": zipSync(bad) });
    expect(two.code).toBe(0);
    expect(two.stderr).toContain("left out 2 rows");
    const one = await train(sides('images("p.zip", size: 6x6, channels: 1, skip_bad: 1)'), { "p.zip": zipSync(bad) });
    expect(one.code).toBe(3);
    expect(one.stderr).toContain("that is picture 2 that cannot be read, and the program leaves out 1");
  });
});

describe("an index", () => {
  const program = `dataset Halves {
  source images("p.zip", size: 6x6, channels: 1, index: "index.csv", image: "image", mask: "outline", split: "part")
  input picture: f32[6, 6, 1] = pixels / 255
  input bright: f32 = level
  target bright_side: class(2)[6, 6] = mask
}
model Halves(picture: f32[6, 6, 1], bright: f32) {
  picture -> Conv2D(4, 3x3, relu, padding: same) -> Conv2D(2, 1x1, softmax)
}
train Halves on Halves {
  loss categorical_crossentropy
  optimizer adam(0.05)
  metrics accuracy
  epochs 30
  batch 8
}
`
    .replaceAll("model Halves", "model Net")
    .replace("train Halves on", "train Net on");
  const files = (): Record<string, Uint8Array> =>
    Object.fromEntries(
      Array.from({ length: 24 }, (_, i) => [
        [`i/${i}.png`, picture(i % 2 === 1, i)] as const,
        [`m/${i}.png`, mask(i % 2 === 1)] as const,
      ]).flat(),
    );
  const index = (change: (line: string, i: number) => string = (line) => line): string =>
    [
      "image,outline,level,part",
      ...Array.from({ length: 24 }, (_, i) => change(`i/${i}.png,m/${i}.png,${i / 10},${i < 18 ? "train" : "val"}`, i)),
    ].join("\n");

  test("names masks, parts and columns", async () => {
    const { code, stdout, stderr } = await train(program, { "p.zip": zipSync(files()), "index.csv": index() });
    expect(stderr).toContain("18 examples, 6 for testing");
    expect(code).toBe(0);
    expect(Number(/test loss .*accuracy ([\d.]+)/.exec(stdout)?.[1])).toBeGreaterThan(0.95);
  });

  test("that names a picture which is not there, or a mask of other classes, is refused with its line", async () => {
    const missing = await train(program, {
      "p.zip": zipSync(files()),
      "index.csv": index((line, i) => (i === 3 ? line.replace("i/3", "i/x") : line)),
    });
    expect(missing.stderr).toMatch(/index\.csv, line 5: there is no 'i\/x\.png' in .*p\.zip/);
    const other = {
      ...files(),
      "m/2.png": Uint8Array.from(encode({ width: 6, height: 6, data: new Uint8Array(36).fill(7), channels: 1 })),
    };
    const classes = await train(program, { "p.zip": zipSync(other), "index.csv": index() });
    expect(classes.stderr).toContain("p.zip: m/2.png: the pixel 0, 0 is 7, but must be a whole number from 0 to 1");
    const column = await train(
      program.replace("level", "levl"),
      { "p.zip": zipSync(files()), "index.csv": index() },
      "check",
    );
    expect(column.stderr).toContain("there is no column 'levl' in the source");
  });
});
