// What an examiner is told of targets: which column it can hold the outputs to.

import { expect, test } from "vitest";
import { compile } from "../../src/driver/compile.ts";

/** The meanings in the manifest of a program whose target is `kind`, of this transform. */
async function meanings(target: string): Promise<string> {
  const text = `dataset Cells {
  source digits(train: 20, test: 10)
  input  image: f32[28, 28, 1] = pixels / 255
  target kind: ${target}
}
model Net(image: f32[28, 28, 1]) { Conv2D(1, 1x1) }
train Net on Cells {
  loss      mse
  optimizer adam
}
`;
  const options = { target: "js", tool: "examine", mustTrain: true } as const;
  const { diagnostics, outputs } = await compile({ entry: "p.nn", texts: new Map([["p.nn", text]]) }, options);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return /meanings: (\[.*?\]), outputs/.exec(outputs.get("train.js") ?? "")?.[1] ?? "";
}

test("a target is its column, through what only trainings do to it", async () => {
  expect(await meanings("f32[28, 28, 1] = pixels")).toContain('column: "pixels"');
  const flipped = await meanings(
    "f32[28, 28, 1] = pixels -> RandomFlip(seed: 1) -> RandomTranslation(0.1, 0.1, seed: 2)",
  );
  expect(flipped).toContain('column: "pixels"');
});

test("a target that is computed of its column is none", async () => {
  expect(await meanings("f32[28, 28, 1] = pixels / 255")).not.toContain("column");
  expect(await meanings("f32[28, 28, 1] = pixels -> UnitNormalization()")).not.toContain("column");
});
