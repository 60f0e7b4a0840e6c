// `weights "file.safetensors"`: a training that begins with the weights of another.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readSafetensors, storedNumbers } from "../../src/runtime/core/formats/safetensors.ts";
import { nnc, temporaryFolder } from "../support/nnc.ts";

/** A program whose network has these layers before its last one. */
const programOf = (layers: string, { head = "", begin = "" } = {}): string => `dataset Marks {
  source csv("marks.csv")
  input word: token(9)[4] = words(text)
  target mark: class(2)
}
model Net(word: token(9)[4]) {
  ${layers}
  Dense(2, softmax${head})
}
train Net on Marks {
  loss categorical_crossentropy
  optimizer sgd(0.1)
  batch 4
  ${begin}
}
`;
const layers = `Embedding(9, 3, trainable: false) -> Flatten() -> Dense(5, relu, name: "hidden", trainable: false)`;
const begin = `weights "first.safetensors"`;
const table = (texts: readonly string[]): string =>
  ["text,mark", ...texts.map((text, i) => `${text},${i % 2}`)].join("\n");

/** A folder in which a first training has saved its weights. */
const first = (async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "first.nn"), programOf(layers.replaceAll(", trainable: false", "")));
  writeFileSync(join(cwd, "marks.csv"), table(["red red red", "blue blue", "red green", "blue green"]));
  const { code, stderr } = await nnc(["train", "first.nn", "--save", "first.safetensors"], { cwd });
  if (code !== 0) throw new Error(stderr);
  // Another order of frequency: learned anew, `green` would be the first word.
  writeFileSync(join(cwd, "marks.csv"), table(["green green green", "blue green", "red green", "blue blue"]));
  return cwd;
})();

const fileIn = (cwd: string, name: string) => readSafetensors(readFileSync(join(cwd, name)), name);
const values = (cwd: string, name: string, weight: string) => {
  const tensor = fileIn(cwd, name).tensors.get(weight);
  return tensor === undefined ? undefined : storedNumbers(tensor);
};

test("frozen layers keep the weights of the file, with the words that they know, and a new head learns", async () => {
  const cwd = await first;
  writeFileSync(join(cwd, "second.nn"), programOf(layers, { head: `, name: "head"`, begin }));
  const { code, stderr } = await nnc(["train", "second.nn", "--save", "second.safetensors", "--force"], { cwd });
  expect(stderr).toContain("begins with embedding, hidden of first.safetensors; anew: head (no 'head/kernel' there)");
  expect(code).toBe(0);
  for (const weight of ["embedding/embeddings", "hidden/kernel", "hidden/bias"])
    expect(values(cwd, "second.safetensors", weight)).toEqual(values(cwd, "first.safetensors", weight));
  const learned = (name: string): unknown => JSON.parse(fileIn(cwd, name).metadata.get("learned") ?? "");
  expect(learned("second.safetensors")).toEqual(learned("first.safetensors"));
  for (const option of [
    ["--folds", "2"],
    ["--overfit-one-batch", "--max-steps", "1"],
  ]) {
    const other = await nnc(["train", "second.nn", ...option], { cwd });
    expect(other.stderr).toContain("begins with embedding, hidden of first.safetensors");
  }
  const json = await nnc(["train", "second.nn", "--json"], { cwd });
  expect(json.stdout.split("\n").map((line) => (line === "" ? {} : JSON.parse(line)))).toContainEqual({
    event: "begins",
    file: "first.safetensors",
    taken: ["embedding/embeddings", "hidden/kernel", "hidden/bias"],
    anew: ["head/kernel", "head/bias"],
  });
});

test("what does not fit is named, with what would", async () => {
  const cwd = await first;
  const failure = async (text: string): Promise<string> => {
    writeFileSync(join(cwd, "other.nn"), text);
    const { code, stderr } = await nnc(["train", "other.nn"], { cwd });
    expect(code).toBe(3);
    return stderr;
  };
  const renamed = layers.replace(`"hidden"`, `"middle"`);
  const message = await failure(programOf(renamed, { begin }));
  expect(message).toContain("'middle/kernel' does not fit (no 'middle/kernel' there), and does not train");
  expect(message).toContain(`name: "hidden"`);
  const narrow = await failure(programOf(layers.replace("Dense(5", "Dense(6"), { begin }));
  expect(narrow).toContain("'hidden/kernel' does not fit ([12, 5] there, [12, 6] here)");
  const nothing = await failure(programOf("Embedding(9, 4) -> Flatten() -> Dense(7)", { begin }));
  expect(nothing).toContain("no weight in it has the name and the shape of one of Net");
  expect(nothing).toContain("embedding/embeddings [9, 3]");
  expect(await failure(programOf(layers, { begin: `weights "gone.safetensors"` }))).toContain(
    "cannot find gone.safetensors",
  );
  expect(await failure(programOf(layers, { begin: `weights "../first.safetensors"` }))).toContain("without '..'");
  writeFileSync(join(cwd, "damaged.safetensors"), readFileSync(join(cwd, "first.safetensors")).subarray(0, 200));
  expect(await failure(programOf(layers, { begin: `weights "damaged.safetensors"` }))).toMatch(
    /damaged\.safetensors: is (truncated|corrupt)/,
  );
});
