// Values that are computed before the loop they are used in, and operands that are packed before all units: only if
// everything they read is known there. Each program is the smallest of its kind, and must equal the f64 reference.

import { describe, test } from "vitest";
import { checkCase } from "../../parity/case.ts";
import { programCase } from "../../parity/programs.ts";
import { parityOf } from "../../parity/record.ts";
import { allBackends } from "../../support/backends.ts";

const data = (shape: string, target: string): string => `dataset D {
  source idx("images", "labels", shape: [${shape}], classes: 3)
  input  x: f32[${shape}] = pixels / 255
  target y: ${target}
}
`;
const program = (shape: string, target: string, model: string, loss: string): string =>
  `${data(shape, target)}model M(x: f32[${shape}]) { ${model} }
train M on D {
  loss ${loss}
  optimizer sgd(0.1)
}
`;
const classes = "class(3) = label";

const programs = {
  "an operand that is packed under a batch loop": program(
    "6, 6, 1",
    classes,
    "let m = x -> Reshape([6, 6])\n m @ m\n Flatten()\n Dense(3, softmax)",
    "categorical_crossentropy",
  ),
  "cross-entropy over pictures": program(
    "6, 6, 1",
    "f32[6, 6, 1] = pixels / 255",
    "Conv2D(1, 3x3, sigmoid, padding: same)",
    "bce",
  ),
  "cross-entropy over parts of pictures": program(
    "6, 6, 1",
    "f32[4, 4, 1] = pixels / 255 -> Cropping2D(1)",
    "Conv2D(1, 3x3, sigmoid)",
    "bce",
  ),
  "a reshape of a quotient of numbers": program(
    "1, 1, 1",
    classes,
    "Flatten()\n  Dense(4)\n  Reshape([2, 2])",
    "mean(prediction)\n  batch 1",
  ),
  "a number that is a count and a value": program(
    "1, 1, 1",
    "f32[1, 3] = pixels / 255 + 0.5 -> Flatten() -> RepeatVector(3) -> Flatten() -> Reshape([1, 3])",
    `let (p, q) = x -> Flatten() -> Dense(6) -> Reshape([3, 2]) -> GroupQueryAttention(2, 1, 1, return_attention_scores: true)
  q[-1, ..., ::3, :]`,
    "mean_squared_logarithmic_error()\n  metrics mse\n  batch 1",
  ).replace("sgd(0.1)", "adam"),
  "a choice between numbers that is a count and a value": `dataset D {
  source idx("images", "labels", shape: 1x1x1, classes: 2)
  input  x: f32[1] = sqrt(pixels / 255) -> Flatten()
  target side: class(2) = label
}
model M(x: f32[1]) { x -> Dense(2) -> Dense(1) }
train M on D {
  loss      binary_focal_crossentropy
  optimizer sgd()
  metrics   one_hot_io_u(num_classes: 2, ignore_class: 1, target_class_ids: [0])
  batch     2
}
`,
};

for (const { name, open } of (await allBackends()).filter(({ name }) => name === "js" || name === "wasm"))
  describe(name, () => {
    for (const [title, text] of Object.entries(programs))
      test(title, ({ task }) => checkCase(programCase(title, text, 3), open!, parityOf(task, name, title)));
  });
