// `nnc evaluate` and `nnc predict`: trained weights on other rows, in the terms of the data.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encode } from "fast-png";
import { zipSync } from "fflate";
import { expect, test } from "vitest";
import { readSafetensors, storedNumbers } from "../../src/runtime/core/formats/safetensors.ts";
import { nnc, temporaryFolder } from "../support/nnc.ts";

const program = `dataset Houses {
  source csv("houses.csv")
  input measures: f32[2] = rest -> Normalization()
  input district: token(4) = vocabulary(district)
  target sold: class(2)
  target price: f32[1] = standardize
  split train 80%, test 20%
}
model Sale(measures: f32[2], district: token(4)) {
  let h = concatenate(measures, district -> Embedding(4, 2)) -> Dense(16, relu)
  return { sold: h -> Dense(2, softmax), price: h -> Dense(1) }
}
train Sale on Houses {
  loss { sold: categorical_crossentropy, price: mse }
  optimizer adam(0.02)
  metrics { sold: [accuracy], price: [mae] }
  epochs 60
  batch 10
}
`;
const row = (
  i: number,
): { readonly area: number; readonly rooms: number; readonly price: number; readonly sold: string } => {
  const [area, rooms] = [10 + ((i * 7) % 50), 1 + (i % 5)];
  return { area, rooms, price: 1000 * area + 5000 * rooms, sold: area > 35 ? "yes, at once" : "no" };
};
const table = (count: number): string =>
  [
    "district,area,rooms,sold,price",
    ...Array.from({ length: count }, (_, i) => {
      const { area, rooms, price, sold } = row(i);
      return `${["north", "south"][i % 2]},${area},${rooms},"${sold}",${price}`;
    }),
  ].join("\n");

/** Trains once, in a folder of its own. */
const trained = (async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "p.nn"), program);
  writeFileSync(join(cwd, "houses.csv"), table(200));
  const { code, stdout, stderr } = await nnc(["train", "p.nn", "--save", "w.safetensors"], { cwd });
  if (code !== 0) throw new Error(stderr);
  return { cwd, last: stdout.trimEnd().split("\n").at(-1) };
})();

test("evaluate gives what training gave at its end", async () => {
  const { cwd, last } = await trained;
  const { code, stdout } = await nnc(["evaluate", "p.nn", "--weights", "w.safetensors"], { cwd });
  expect(code).toBe(0);
  expect(stdout.trimEnd().split("\n").at(-1)).toBe(last);
});

test("predict answers in the words and on the scale of the data, whatever the order of columns", async () => {
  const { cwd } = await trained;
  writeFileSync(join(cwd, "new.csv"), "rooms,area,district,note\n2,55,north,a\n5,12,elsewhere,b\n");
  // Without the file of the training, too: the weights say in which order the columns stood.
  const elsewhere = temporaryFolder();
  writeFileSync(join(elsewhere, "p.nn"), program);
  const command = ["predict", "p.nn", "--weights", join(cwd, "w.safetensors"), "--input", join(cwd, "new.csv")];
  for (const place of [cwd, elsewhere]) {
    const { code, stdout, stderr } = await nnc([...command, "--format", "jsonl"], { cwd: place });
    expect(stderr).toBe("");
    expect(code).toBe(0);
    const [first, second] = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect([first.sold, second.sold]).toEqual(["yes, at once", "no"]);
    expect(Math.abs(first.price - 65_000)).toBeLessThan(8_000);
    expect(Math.abs(second.price - 37_000)).toBeLessThan(8_000);
    expect(first["sold[no]"] + first["sold[yes, at once]"]).toBeCloseTo(1, 5);
  }
  const saved = await nnc([...command, "-o", "out.csv"], { cwd });
  expect(saved.stderr).toContain("2 predictions in out.csv");
  const [header, line] = readFileSync(join(cwd, "out.csv"), "utf8").split("\n");
  expect(header).toBe('sold,sold[no],"sold[yes, at once]",price');
  expect(line).toMatch(/^"yes, at once",/);
  expect((await nnc([...command, "-o", "out.csv"], { cwd })).code).toBe(2);
});

test("weights and rows that do not fit are named", async () => {
  const { cwd } = await trained;
  const ask = (...args: readonly string[]) => nnc(["predict", "p.nn", ...args], { cwd });
  expect((await ask()).code).toBe(2);
  expect((await ask("--weights", "none.safetensors")).stderr).toContain("cannot read none.safetensors");
  expect((await ask("--weights", "houses.csv")).stderr).toMatch(/houses\.csv: is not a safetensors file/);
  writeFileSync(join(cwd, "less.csv"), "rooms,district\n2,north\n");
  const less = await ask("--weights", "w.safetensors", "--input", "less.csv");
  expect(less.code).toBe(3);
  expect(less.stderr).toContain("less.csv: has no column 'area'; it has 'rooms', 'district'");
  writeFileSync(join(cwd, "bad.csv"), "rooms,area,district\n2,many,north\n");
  expect((await ask("--weights", "w.safetensors", "--input", "bad.csv")).stderr).toContain(
    "bad.csv, line 2: 'area' is 'many'",
  );
  expect((await ask("--weights", "w.safetensors", "--input", "gone.csv")).stderr).toContain("cannot find gone.csv");
});

test("rows that are left out are counted, and a row that does not fit leaves no file", async () => {
  const { cwd } = await trained;
  writeFileSync(join(cwd, "drop.nn"), program.replace('"houses.csv"', '"houses.csv", missing: drop'));
  writeFileSync(join(cwd, "gaps.csv"), "rooms,area,district\n2,55,north\n,12,south\n3,40,north\n");
  const command = ["--weights", "w.safetensors", "--input"];
  const { code, stdout, stderr } = await nnc(["predict", "drop.nn", ...command, "gaps.csv"], { cwd });
  expect([code, stdout.trimEnd().split("\n").length]).toEqual([0, 3]);
  expect(stderr).toBe("left out 1 row, as the program says: no prediction stands for them\n");
  const rows = Array.from({ length: 3000 }, (_, i) => `${i % 5},${i % 60},north`);
  writeFileSync(join(cwd, "late.csv"), ["rooms,area,district", ...rows, "2,many,north"].join("\n"));
  const late = await nnc(["predict", "p.nn", ...command, "late.csv", "-o", "late-out.csv"], { cwd });
  expect(late.code).toBe(3);
  expect(late.stderr).toContain("late.csv, line 3002: 'area' is 'many'");
  expect(readdirSync(cwd).filter((name) => name.startsWith("late-out"))).toEqual([]);
});

test("a single picture, and a folder of them", async () => {
  const cwd = temporaryFolder();
  const picture = (bright: boolean): Uint8Array =>
    Uint8Array.from(encode({ width: 4, height: 4, data: new Uint8Array(16).fill(bright ? 220 : 30), channels: 1 }));
  const files = Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [`${i % 2 ? "day" : "night"}/${i}.png`, picture(i % 2 === 1)]),
  );
  writeFileSync(join(cwd, "sky.zip"), zipSync(files));
  writeFileSync(
    join(cwd, "sky.nn"),
    `dataset Skies {
  source images("sky.zip", size: 4x4, channels: 1)
  input sky: f32[4, 4, 1] = pixels / 255
  target time: class(2) = label
}
model Sky(sky: f32[4, 4, 1]) { Flatten() -> Dense(2, softmax) }
train Sky on Skies {
  loss categorical_crossentropy
  optimizer adam(0.05)
  epochs 20
  batch 4
}
`,
  );
  expect((await nnc(["train", "sky.nn", "--save", "w.safetensors"], { cwd })).code).toBe(0);
  writeFileSync(join(cwd, "one.png"), picture(true));
  const one = await nnc(["predict", "sky.nn", "--weights", "w.safetensors", "--input", "one.png"], { cwd });
  expect(one.stderr).toBe("");
  expect(one.stdout).toMatch(/^time,time\[day\],time\[night\]\nday,/);
});

test("drawn pictures are arrays for another program, each of numbers of its own", async () => {
  const cwd = temporaryFolder();
  const data = `dataset Digits {
  source digits(train: 20, test: 21)
  input digit: class(10) = label
  input noise: f32[4] = random_normal()
  target shade: f32[1] = label / 10
}
`;
  writeFileSync(
    join(cwd, "draw.nn"),
    `${data}model Draw(digit: class(10), noise: f32[4]) {
  let shade = concatenate(noise, digit -> one_hot(10)) -> Dense(1)
  return { shade: shade, noise: noise, inner: shade * 0 + random_uniform([2]), digit: digit }
}
train Draw on Digits {
  loss { shade: mse }
  optimizer sgd(0.01)
  batch 4
}
`,
  );
  writeFileSync(
    join(cwd, "judge.nn"),
    `dataset Drawn {
  source safetensors("drawn.safetensors")
  input noise: f32[4]
  input inner: f32[2]
  target digit: class(10)
}
model Judge(noise: f32[4], inner: f32[2]) { concatenate(noise, inner) -> Dense(10, softmax) }
train Judge on Drawn {
  loss categorical_crossentropy
  optimizer sgd(0.01)
}
`,
  );
  expect((await nnc(["train", "draw.nn", "--save", "w.safetensors"], { cwd })).code).toBe(0);
  const command = ["predict", "draw.nn", "--weights", "w.safetensors"];
  const saved = await nnc([...command, "-o", "drawn.safetensors"], { cwd });
  expect(saved.stderr).toBe("21 predictions in drawn.safetensors\n");
  const { tensors } = readSafetensors(readFileSync(join(cwd, "drawn.safetensors")), "drawn.safetensors");
  expect([...tensors].map(([name, { shape }]) => [name, shape])).toEqual([
    ["shade", [21, 1]],
    ["noise", [21, 4]],
    ["inner", [21, 2]],
    ["digit", [21]],
  ]);
  // Rows of one batch differ, and so do those at the same place of two batches.
  for (const name of ["noise", "inner"]) {
    const values = storedNumbers(tensors.get(name) ?? { dtype: "", shape: [], bytes: new Uint8Array() });
    expect(new Set(values).size).toBe(name === "noise" ? 84 : 42);
  }
  expect((await nnc([...command, "--outputs", "inner,digit", "-o", "two.safetensors"], { cwd })).code).toBe(0);
  expect([...readSafetensors(readFileSync(join(cwd, "two.safetensors")), "two").tensors.keys()]).toEqual([
    "inner",
    "digit",
  ]);
  const judged = await nnc(["train", "judge.nn"], { cwd });
  expect(judged.stderr).toContain("training Judge on Drawn: 21 examples");
  expect(judged.code).toBe(0);
  const loose = await nnc([...command, "--format", "safetensors"], { cwd });
  expect(loose.code).toBe(2);
  expect(loose.stderr).toContain("--out FILE.safetensors");
  const other = await nnc([...command, "--input", "judge.nn"], { cwd });
  expect(other.code).toBe(3);
  expect(other.stderr).toContain("Digits reads digits(), which takes no other file");
});

test("a model without weights predicts for the only data set that fits it", async () => {
  const cwd = temporaryFolder();
  const text = (body: string): string => `dataset Sums {
  source csv("sums.csv")
  input x: f32[2] = rest
  target y
}
model Sum(x: f32[2]) { ${body} }
`;
  writeFileSync(join(cwd, "sums.csv"), "a,b,y\n1,2,3\n3,4,5\n");
  writeFileSync(join(cwd, "p.nn"), text("2 * sum(x, axis: 1, keepdims: true) + 1"));
  expect(await nnc(["predict", "p.nn"], { cwd })).toMatchObject({ code: 0, stdout: "y\n7\n15\n", stderr: "" });
  const compiled = await nnc(["compile", "p.nn", "--predict", "-o", "page"], { cwd });
  expect(compiled).toMatchObject({ code: 0, stderr: "" });
  const { predict } = await import(join(cwd, "page/predict.js"));
  expect(predict({ x: { a: 3, b: 4 } })).toEqual({ y: 15 });
  writeFileSync(join(cwd, "p.nn"), text("Dense(1)"));
  expect(await nnc(["predict", "p.nn"], { cwd })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("a prediction needs the trained weights: --weights FILE"),
  });
  const asked = await nnc(["compile", "p.nn", "--predict", "-o", "other"], { cwd });
  expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining("--predict needs the trained weights") });
});
