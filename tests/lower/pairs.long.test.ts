// Each loss and each metric with each kind of output and target: each combination that the checker accepts compiles.

import { describe, expect, test } from "vitest";
import { compile } from "../../src/driver/index.ts";
import { allDefinitions } from "../../src/ops/registry.ts";

const heads = {
  "softmax of 10": "Dense(10, softmax)",
  "10 logits": "Dense(10)",
  "10 sigmoids": "Dense(10, sigmoid)",
  "one sigmoid": "Dense(1, sigmoid)",
  "one number": "Dense(1)",
  "a number without an axis": "param w: f32[10] = ones\n  _ @ w",
  "a picture": "Reshape([5, 2, 1]) -> Conv2D(1, 1x1, sigmoid)",
  "classes of a picture": "Reshape([5, 2, 1]) -> Conv2D(3, 1x1, softmax)",
};
const targets = {
  "10 classes": "class(10) = label",
  "2 classes": "class(2) = label",
  "a number": "f32[1] = label",
  "a number without an axis": "f32 = label / 10",
  "a picture": "f32[5, 2, 1] = pixels",
  "10 numbers": "f32[10] = pixels -> Flatten() -> Reshape([10])",
};

const named = (tier: "loss" | "metric"): readonly string[] =>
  allDefinitions()
    .filter((definition) => definition.tier === tier)
    .map(({ name }) => name);

async function outcome(head: string, target: string, loss: string, metric?: string): Promise<"refused" | "compiled"> {
  const text = `dataset D {
  source idx("images", "labels", shape: [5, 2, 1], classes: ${target.includes("class(2)") ? 2 : 10})
  input image: f32[5, 2, 1] = pixels
  target wanted: ${target}
}
model M(image: f32[5, 2, 1]) {
  Flatten()
  ${head}
}
train M on D {
  loss ${loss}
  optimizer adam()
  ${metric === undefined ? "" : `metrics ${metric}`}
}`;
  const { diagnostics, outputs } = await compile(
    { entry: "a.nn", texts: new Map([["a.nn", text]]) },
    { target: "js", emit: "prims" },
  );
  if (outputs.size > 0) return "compiled";
  expect(diagnostics.map(({ code }) => code)).toEqual([expect.stringMatching(/^NN20\d$/)]);
  return "refused";
}

describe.each(Object.entries(heads))("%s", (_, head) => {
  test.each(Object.entries(targets))("for %s", async (_, target) => {
    const fitting: string[] = [];
    for (const loss of named("loss")) if ((await outcome(head, target, loss)) === "compiled") fitting.push(loss);
    const [first] = fitting;
    if (first !== undefined) for (const metric of named("metric")) await outcome(head, target, first, metric);
  });
});
