// Combinations of layers that each worked alone and failed together, each the smallest program of its kind, on every backend.

import { describe, test } from "vitest";
import { allBackends } from "../support/backends.ts";
import { checkCase } from "./case.ts";
import { programCase } from "./programs.ts";
import { parityOf } from "./record.ts";

/** A network over pictures with these lines before its last layer. */
const pictures = (body: string): string => `dataset Pictures {
  source idx("images", "labels", shape: [6, 6, 2], classes: 4)
  input  image: f32[6, 6, 2] = pixels / 255
  target kind: class(4) = label
}
model Small(image: f32[6, 6, 2]) {
  ${body.trim().split("\n").join("\n  ")}
  Dense(4, softmax)
}
train Small on Pictures {
  loss categorical_crossentropy
  optimizer sgd(0.1)
}
`;

const cases = [
  // A choice in front of a window's maximum that is no comparison with a number.
  ["Dropout before MaxPooling2D", "Conv2D(3, 3x3)\nDropout(0.25)\nMaxPool2D(2x2)\nFlatten()"],
  ["relu6 before MaxPooling2D", "Conv2D(3, 3x3)\nrelu6\nMaxPool2D(2x2)\nFlatten()"],
  ["hard_tanh before MaxPooling2D", "Conv2D(3, 3x3)\nhard_tanh\nMaxPool2D(2x2)\nFlatten()"],
  ["maximum of a number before MaxPooling2D", "Conv2D(3, 3x3)\nmaximum(_, 0.1)\nMaxPool2D(2x2)\nFlatten()"],
  ["leaky_relu before MaxPooling2D", "Conv2D(3, 3x3)\nleaky_relu\nMaxPool2D(2x2)\nFlatten()"],
  // A maximum compared with values that are computed anew.
  ["GlobalMaxPooling2D of a sum", "Conv2D(3, 3x3, bias_initializer: constant(0.1))\nGlobalMaxPooling2D()"],
  [
    "GlobalMaxPooling2D of a product",
    "Conv2D(3, 3x3, bias_initializer: constant(0.1))\nmul(_, 0.3)\nGlobalMaxPooling2D()",
  ],
  // Equal elements: all is due to the first.
  [
    "MaxPooling3D of equal elements",
    "Reshape([6, 6, 1, 2])\nparam same: f32[2, 1] = ones\n_ * same\nMaxPooling3D([1, 1, 2])\nFlatten()",
  ],
  // More axes than backends of TensorFlow.js take.
  ["a grouped Conv3D", "Reshape([3, 2, 3, 4])\nConv3D(4, 3x3x3, padding: same, groups: 2)\nFlatten()"],
  [
    "PReLU over six axes",
    "Reshape([2, 3, 2, 3, 2, 1])\nPReLU(alpha_initializer: constant(0.2), shared_axes: [1, 3, 5])\nPermute([6, 5, 3, 1, 2, 4])\nFlatten()",
  ],
  // Backend `wasm` of TensorFlow.js keeps the packed right side of a product by its data alone.
  [
    "a weight in two shapes at the right of products",
    "Flatten()\nparam both: f32[72, 3] = glorot_uniform\n_ @ both\n_ @ reshape(both, [3, 72])",
  ],
  // Both infinities in one program.
  [
    "isinf before top_k",
    "Flatten()\nlet plain = 1 - cast(isinf(_), dtype: f32)\n_ * plain\nDense(5)\nlet (largest, places) = top_k(_, k: 3)\nlargest",
  ],
].map(([subject = "", body = ""]) => programCase(subject, pictures(body)));

for (const { name, open } of await allBackends())
  describe.skipIf(open === undefined)(name, () => {
    for (const one of cases) test(one.subject, ({ task }) => checkCase(one, open!, parityOf(task, name, one.subject)));
  });
