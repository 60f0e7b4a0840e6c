// `nnc predict --prompt`: a model of language goes on with a text.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nnc, temporaryFolder } from "../support/nnc.ts";

const program = (end: string, loss: string): string => `dataset Letters {
  source text("letters.txt")
  input  text: token(5)[12] = characters
  target next: token(5)[12] = shift(text, 1)
}
model Next(text: token(5)[12]) {
  Embedding(5, 8) -> GRU(16, return_sequences: true) -> Dense(5${end})
}
train Next on Letters {
  loss ${loss}
  optimizer adam(0.02)
  epochs 12
  batch 8
}
`;

async function trained(text: string, letters = "abcd".repeat(300)) {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "letters.txt"), letters);
  writeFileSync(join(cwd, "next.nn"), text);
  expect((await nnc(["train", "next.nn", "--save", "w.safetensors"], { cwd })).code).toBe(0);
  const write = (...args: readonly string[]) =>
    nnc(["predict", "next.nn", "--weights", "w.safetensors", ...args], { cwd });
  return { cwd, write };
}

test.each([
  ["logits", "", "categorical_crossentropy(from_logits: true)"],
  ["probabilities", ", softmax", "categorical_crossentropy"],
])("goes on with a text, further than it sees, from %s", async (_name, end, loss) => {
  const { cwd, write } = await trained(program(end, loss));
  const { code, stdout, stderr } = await write("--prompt", "bcd", "--length", "40", "--temperature", "0");
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toBe(`bcd${"abcd".repeat(10)}\n`);
  // The likeliest alone is what no temperature gives.
  expect((await write("--prompt", "bcd", "--length", "40", "--top-k", "1")).stdout).toBe(stdout);
  const bold = ["--prompt", "a", "--length", "60", "--temperature", "5"];
  const [once, again, other] = [await write(...bold), await write(...bold), await write(...bold, "--seed", "1")];
  expect(again.stdout).toBe(once.stdout);
  expect(other.stdout).not.toBe(once.stdout);
  expect(once.stdout).toMatch(/^a[abcd]{60}\n$/);
  const kept = await write("--prompt", "bcd", "--length", "40", "--temperature", "0", "-o", "text.txt");
  expect([kept.code, kept.stdout, readFileSync(join(cwd, "text.txt"), "utf8")]).toEqual([0, "", stdout]);
});

test.each(["bpe", "words"])("goes on with a text by tokens: %s", async (encoder) => {
  const text = program("", "categorical_crossentropy(from_logits: true)")
    .replaceAll("token(5)[12]", "token(300)[6]")
    .replaceAll("(5", "(300")
    .replace("= characters", `= ${encoder}`)
    .replace("epochs 12", "epochs 30");
  const { write } = await trained(text, "größer ist das Haus und ".repeat(100));
  const { code, stdout, stderr } = await write("--prompt", "Haus und größer", "--length", "6", "--temperature", "0");
  expect([code, stderr]).toEqual([0, ""]);
  const house = encoder === "words" ? "haus" : "Haus";
  expect(stdout).toBe(`Haus und größer ist das ${house} und größer ist\n`);
});

test("says what is wrong with a prompt and its options", async () => {
  const { write } = await trained(
    program("", "categorical_crossentropy(from_logits: true)")
      .replaceAll("token(5)", "token(4)")
      .replaceAll("(5", "(4"),
  );
  const cases: readonly (readonly [readonly string[], number, string])[] = [
    [["--prompt", ""], 3, "at least one character"],
    [["--prompt", "xyz"], 3, "the prompt has the character 'x'"],
    [["--prompt", "a", "--length", "0"], 2, "--length must be a whole number"],
    [["--prompt", "a", "--temperature", "-1"], 2, "--temperature must be a number"],
    [["--prompt", "a", "--top-k", "1.5"], 2, "--top-k must be a whole number"],
    [["--temperature", "1"], 2, "--temperature needs --prompt TEXT"],
    [["--prompt", "a", "--input", "letters.txt"], 2, "--prompt goes on with a text"],
  ];
  for (const [args, code, message] of cases) {
    const ended = await write(...args);
    expect(ended.stderr).toContain(message);
    expect(ended.stderr).not.toMatch(/^\s+at /m);
    expect(ended.code).toBe(code);
  }
});

test("refuses a model that writes no text", async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "t.csv"), "a,b\n1,2\n2,4\n3,6\n4,8\n");
  writeFileSync(
    join(cwd, "t.nn"),
    'dataset D {\n  source csv("t.csv")\n  input a: f32[1]\n  target b: f32[1]\n}\nmodel M(a: f32[1]) {\n  Dense(1)\n}\ntrain M on D {\n  loss mse\n  optimizer sgd()\n  epochs 1\n}\n',
  );
  expect((await nnc(["train", "t.nn", "--save", "w.safetensors"], { cwd })).code).toBe(0);
  const { code, stderr } = await nnc(["predict", "t.nn", "--weights", "w.safetensors", "--prompt", "a"], { cwd });
  expect(stderr).toContain("only a model of language writes text");
  expect(code).toBe(3);
});
