// What a model says of texts, in words: in `nnc predict` and in reports.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nnc, temporaryFolder } from "../support/nnc.ts";

test("a target of tokens is answered as one text, in reports too", async () => {
  const cwd = temporaryFolder();
  const words = ["eins", "zwei", "drei"];
  const rows = Array.from({ length: 60 }, (_, i) => [i % 3, Math.floor(i / 3) % 3, Math.floor(i / 9) % 3]);
  const lines = rows.map(
    (row) =>
      `${row.map((k) => ["one", "two", "three"][k]).join(" ")},${row.map((k) => words[k]).join(" ")},${words[row[0]!]}`,
  );
  writeFileSync(join(cwd, "t.csv"), `english,german,first\n${lines.join("\n")}\n`);
  writeFileSync(
    join(cwd, "p.nn"),
    `dataset Numbers {
  source csv("t.csv")
  input english: token(6)[4] = words(english)
  target german: token(6)[4] = words(german)
  target first: token(6) = vocabulary(first)
  split train 80%, test 20%
}
model Translate(english: token(6)[4]) {
  let e = english -> Embedding(6, 16)
  return { german: e -> Dense(6, softmax), first: e -> Flatten() -> Dense(6, softmax) }
}
train Translate on Numbers {
  loss { german: categorical_crossentropy, first: categorical_crossentropy }
  optimizer adam(0.05)
  epochs 30
  batch 8
}
`,
  );
  const { code, stderr } = await nnc(
    ["train", "p.nn", "--save", "w.safetensors", "--log", "log", "--report", "r.html"],
    { cwd },
  );
  expect([code, stderr]).toEqual([0, expect.stringContaining("report in r.html")]);
  writeFileSync(join(cwd, "new.csv"), "english\ntwo three one\nthree\n");
  const command = ["predict", "p.nn", "--weights", "w.safetensors", "--input", "new.csv", "--format", "jsonl"];
  const said = (await nnc(command, { cwd })).stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(said.map(({ german, first }) => [german, first])).toEqual([
    ["zwei drei eins", "zwei"],
    ["drei", "drei"],
  ]);
  expect(said[0]["first[zwei]"]).toBeGreaterThan(0.5);
  const { worst } = JSON.parse(readFileSync(join(cwd, "log/examples.json"), "utf8"));
  const answer = worst[0].answers.find(({ name }: { name: string }) => name === "german");
  expect(answer.right).toMatch(/^(eins|zwei|drei)( (eins|zwei|drei)){2}$/);
  expect(answer.said).toBe(answer.right);
}, 60_000);
