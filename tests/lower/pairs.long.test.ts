// Each loss and each metric with each kind of output and target: each combination that the checker accepts compiles.

import { describe, expect, test } from "vitest";
import { compile } from "../../src/driver/index.ts";
import { allDefinitions } from "../../src/ops/registry.ts";
import { changesOf, variantsOf } from "../parity/options.ts";

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

/** All of a tier as a file writes them, with the options that one must give. */
const written = (tier: "loss" | "metric"): readonly string[] =>
  allDefinitions().flatMap((definition) => {
    if (definition.tier !== tier) return [];
    const [options = {}] = variantsOf(definition);
    return [`${definition.name}(${changesOf(definition, options)})`];
  });

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
  // Either the two do not go together, or an option's default has no such axis.
  expect(
    diagnostics.map(({ code }) => code),
    metric ?? loss,
  ).toEqual([expect.stringMatching(/^NN(20\d|007)$/)]);
  return "refused";
}

describe.each(Object.entries(heads))("%s", (_, head) => {
  test.each(Object.entries(targets))("for %s", async (_, target) => {
    const fitting: string[] = [];
    for (const loss of written("loss")) if ((await outcome(head, target, loss)) === "compiled") fitting.push(loss);
    const [first] = fitting;
    if (first !== undefined) for (const metric of written("metric")) await outcome(head, target, first, metric);
  });
});
