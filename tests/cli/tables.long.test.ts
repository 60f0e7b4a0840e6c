// Tables: a `.csv` file and a program beside it, from the header to the trained network, and files that do not fit.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { nnc, temporaryFolder } from "../support/nnc.ts";

const houses = (count: number): string =>
  [
    "id,district,area,sold",
    ...Array.from({ length: count }, (_, i) => {
      const area = 10 + ((i * 7) % 50);
      return `${i},${["north", "south", "west"][i % 3]},${area},${area > 35 ? "yes" : "no"}`;
    }),
  ].join("\n");

const program = (fields: string, source = 'csv("houses.csv")'): string => `dataset Houses {
  source ${source}
${fields}
  target sold: class(2)
  split train 80%, test 20%
}
model Sale(size: f32[1], district: token(4)) {
  concatenate(size, district -> Embedding(4, 2)) -> Dense(8, relu) -> Dense(2, softmax)
}
train Sale on Houses {
  loss categorical_crossentropy
  optimizer adam(0.02)
  metrics accuracy
  epochs 40
  batch 10
}
`;
const fields = `  input size: f32[1] = area / 60
  input district: token(4) = vocabulary(district)`;

/** Writes a program and a table, and runs a command on the program. */
async function run(command: string, text: string, table: string | Uint8Array | undefined, name = "houses.csv") {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "houses.nn"), text);
  if (table !== undefined) writeFileSync(join(folder, name), table);
  return {
    folder,
    ...(await nnc([command, ...(command === "train" ? ["--save", "w.safetensors"] : []), "houses.nn"], {
      cwd: folder,
    })),
  };
}

test("trains on numbers and text, and saves what the encoders have learned", async () => {
  const { folder, code, stdout, stderr } = await run("train", program(fields), houses(200));
  expect(stderr).not.toContain("error");
  expect(code).toBe(0);
  expect(Number(/accuracy ([\d.]+)/.exec(stdout.split("\n").at(-2) ?? "")?.[1])).toBeGreaterThan(0.9);
  const bytes = readFileSync(join(folder, "w.safetensors"));
  const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE())).toString());
  const learned: Record<string, readonly string[]> = JSON.parse(header.__metadata__.learned);
  const words = Object.entries(learned).map(([name, texts]) => [name.split(":")[0], [...texts].sort()]);
  expect(words).toEqual([
    ["district", ["north", "south", "west"]],
    ["sold", ["no", "yes"]],
  ]);
});

test("reads packed tables, and those with tabs", async () => {
  const packed = await run("train", program(fields), gzipSync(houses(60)), "houses.csv.gz");
  expect(packed.stderr).not.toContain("error");
  expect(packed.code).toBe(0);
  const tabs = program(fields, 'csv("houses.tsv")');
  expect((await run("train", tabs, houses(60).replaceAll(",", "\t"), "houses.tsv")).code).toBe(0);
});

test("checks fields against the header", async () => {
  const wrong = program("  input size: f32[1] = arae / 60\n  input district: token(4) = vocabulary(district)");
  const { code, stderr } = await run("check", wrong, houses(20));
  expect(code).toBe(1);
  expect(stderr).toContain("error NN005: there is no column 'arae' in the source");
  expect(stderr).toContain("write area");
  const text = await run("check", program(fields.replace("vocabulary(district)", "district")), houses(20));
  expect(text.stderr).toContain("error NN009: the field 'district' takes numbers, which an encoder makes of text");
});

test("rest holds the numbers that no other field names", async () => {
  const text = program("  input size: f32[2] = rest\n  input district: token(4) = vocabulary(district)").replace(
    "size: f32[1]",
    "size: f32[2]",
  );
  expect((await run("check", text, houses(20))).stderr).toBe("");
  const { stderr } = await run("check", text.replaceAll("f32[2]", "f32[3]"), houses(20));
  expect(stderr).toContain("error NN102: axis 1 of the field 'size' is 3, but must be 2");
});

test("without the file, fields say of what type columns are", async () => {
  expect(await run("check", program(fields), undefined)).toMatchObject({ code: 0, stderr: "" });
  const { stderr, code } = await run("check", program(fields.replace(": token(4)", "")), undefined);
  expect(code).toBe(1);
  expect(stderr).toContain("vocabulary(district) needs the number of tokens");
});

describe("a table that does not fit", () => {
  const lines = houses(60).split("\n");
  const changed = (line: number, text: string): string =>
    [...lines.slice(0, line - 1), text, ...lines.slice(line)].join("\n");
  test.each([
    ["an empty file", "", "error NN502", "is empty"],
    ["a header alone", "id,district,area,sold\n", "error NN502", "has a header and no rows"],
    ["a cell too many", changed(7, "6,north,20,no,x"), "error NN502", "line 7: has 5 cells, but the header has 4"],
    ["another encoding", Uint8Array.of(105, 100, 10, 0xff, 10), "error NN502", "is not UTF-8"],
  ])("%s", async (_, table, ...parts) => {
    const { code, stderr } = await run("train", program(fields), table);
    expect(code).toBe(1);
    for (const part of parts) expect(stderr).toContain(part);
  });

  const far = (row: string): string => [...houses(2000).split("\n"), row].join("\n");
  test.each([
    ["text among numbers", far("7,north,large,no"), "line 2002: 'area' is 'large', but must be a number"],
    ["a missing number", far("7,north,,no"), "line 2002: 'area' is missing; leave such rows out"],
    [
      "a class never seen",
      far("7,north,20,maybe"),
      "different texts ('maybe', 'no', 'yes'), but the field is class(2)",
    ],
  ])("%s", async (_, table, part) => {
    const { code, stderr } = await run("train", program(fields).replace("train 80%, test 20%", "train 100%"), table);
    expect(code).toBe(3);
    expect(stderr).toContain(part);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test("rows with missing numbers can be left out, and are counted", async () => {
    const text = program(fields, 'csv("houses.csv", missing: drop)');
    const { code, stderr } = await run("train", text, [...lines, "9,north,,no", "10,north,NA,no"].join("\n"));
    expect(code).toBe(0);
    expect(stderr).toContain("left out 2 rows, as the program says");
    expect(stderr).toContain("48 examples, 12 for testing");
  });
});

test("splits by the hash of a column that no field reads, and by strata", async () => {
  const hashed = await run("train", program(fields).replace("test 20%", "test 20%, by hash(id)"), houses(300));
  expect(hashed.stderr).not.toContain("error");
  const counts = /: (\d+) examples, (\d+) for testing/.exec(hashed.stderr)?.slice(1).map(Number) ?? [];
  expect(counts.reduce((a, b) => a + b, 0)).toBe(300);
  expect(Math.abs((counts[0] ?? 0) - 240)).toBeLessThan(30);
  const even = await run("train", program(fields).replace("test 20%", "test 20%, by stratified(sold)"), houses(300));
  expect(even.stderr).toContain("240 examples, 60 for testing");
  const wrong = await run("check", program(fields).replace("test 20%", "test 20%, by hash(idd)"), houses(20));
  expect(wrong.stderr).toContain("error NN005: there is no column 'idd' in the source");
  expect(wrong.stderr).toContain("possible names: id");
});

test("the result is that of the weights it ends with", async () => {
  const text = program(fields)
    .replace("split train 80%, test 20%", "split train 60%, validation 40%")
    .replace("adam(0.02)", "sgd(0.5)")
    .replace("epochs 40", "epochs 9\n  early_stopping validation.loss patience 4 restore best");
  const { stdout, stderr } = await run("train", text, houses(120));
  const best = Number(/the weights are those of epoch (\d+)/.exec(stdout + stderr)?.[1]);
  const losses = [...`${stdout}${stderr}`.matchAll(/^epoch +(\d+)\/.*validation loss ([\d.]+)/gm)].map((found) => [
    Number(found[1]),
    found[2],
  ]);
  expect(losses.at(-1)?.[0]).not.toBe(best);
  expect(/^validation loss ([\d.]+)/m.exec(stdout)?.[1]).toBe(losses.find(([epoch]) => epoch === best)?.[1]);
});
