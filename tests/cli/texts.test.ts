// Running text: windows of characters and of words, and the next token as the target.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nnc, temporaryFolder } from "../support/nnc.ts";

const program = (fields: string): string => `dataset Lines {
  source text("input.txt")
${fields}
  split train 80%, validation 20%
}
model Next(text: token(12)[8]) {
  Embedding(12, 16)
  Conv1D(32, 3, relu, padding: causal)
  Dense(12)
}
train Next on Lines {
  loss categorical_crossentropy(from_logits: true)
  optimizer adam(0.02)
  metrics accuracy
  epochs 30
  batch 8
}
`;

async function train(text: string, fields: string) {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "lines.nn"), program(fields));
  writeFileSync(join(cwd, "input.txt"), text);
  return nnc(["train", "lines.nn"], { cwd });
}
const accuracy = (stdout: string): number => Number(/validation loss.*accuracy ([\d.]+)/.exec(stdout)?.[1]);

test("characters: the next one follows from the ones before", async () => {
  const { code, stdout, stderr } = await train(
    "abcdefgh. ".repeat(200),
    "  input text: token(12)[8] = characters\n  target next: token(12)[8] = shift(text, 1)",
  );
  expect(stderr).not.toContain("error");
  expect(code).toBe(0);
  // Windows do not overlap: of 2,000 characters, 249 of 8 with one to follow.
  expect(stderr).toContain("199 examples, 50 for validation");
  expect(accuracy(stdout)).toBeGreaterThan(0.95);
});

test("words: their next one", async () => {
  const { code, stderr, stdout } = await train(
    "One two three, four five six. Seven eight.\n".repeat(60),
    "  input text: token(12)[8] = words\n  target next: token(12)[8] = shift(text, 1)",
  );
  expect(stderr).not.toContain("error");
  expect(code).toBe(0);
  expect(accuracy(stdout)).toBeGreaterThan(0.95);
});

test("a text that does not fit is named with its place", async () => {
  const fields = "  input text: token(12)[8] = characters\n  target next: token(12)[8] = shift(text, 1)";
  const many = await train("abcdefghijklmnop".repeat(20), fields);
  expect(many).toMatchObject({ code: 3 });
  expect(many.stderr).toContain("have 16 different characters, but the field is token(12); write token(16)");
  const late = await train(`${"abcdefghijkl".repeat(40)}${"!".repeat(30)}`, fields);
  expect(late.stderr).toMatch(
    /input\.txt, from character \d+ on: 'text' has the character '!', which no training row has/,
  );
  expect((await train("abc", fields)).stderr).toContain("has 3 characters, but a window takes 9 of them");
});

test("a shift needs a field to follow", async () => {
  const { code, stderr } = await train(
    "abc",
    "  input text: token(12)[8] = shift(text, 1)\n  target next: token(12)[8] = shift(text, 1)",
  );
  expect(code).toBe(1);
  expect(stderr).toContain("shift(text, 1) needs another field that encodes the same column");
});
