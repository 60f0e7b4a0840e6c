// The text of a trainer does not grow with sizes, and grows only by calls if layers repeat.

import { describe, expect, test } from "vitest";
import { compile } from "../../src/driver/index.ts";
import { everything } from "../support/extent.ts";

const program = (shape: string, body: string): string => `dataset D {
  source idx("images", "labels", shape: ${shape.replaceAll(", ", "x")}, classes: 3)
  input  x: f32[${shape}] = pixels / 255
  target y: class(3) = label
}
model M(x: f32[${shape}]) {
  ${body}
  Flatten()
  Dense(3, softmax)
}
train M on D {
  loss categorical_crossentropy
  optimizer adam()
  batch 4
}
`;

/** A trainer's length without the digits of its numbers. */
async function lengthOf(text: string, target: string): Promise<number> {
  const { outputs } = await compile({ entry: "a.nn", texts: new Map([["a.nn", text]]) }, { target });
  const trainer = outputs.get("train.ts")!;
  // Base64 has digits too: they are no numbers.
  const [own = "", bytes = ""] = trainer.split("const wasmCode");
  return own.replace(/\d+/g, "").length + bytes.length;
}

const pooled = (filters: number): string =>
  `Conv2D(${filters}, 3x3, relu)
  Conv2D(${filters}, 5x5, relu, strides: 2, padding: same)
  AveragePooling2D(3x3, strides: 2, padding: same)
  GlobalAveragePooling2D()`;
const sizes = {
  "units of a dense layer": [100, 10_000, 30_000].map((units) =>
    program("8, 8, 1", `Flatten()\n  Dense(${units}, relu)`),
  ),
  "filters of a convolution": [32, 512].map((filters) => program("16, 16, 3", pooled(filters))),
  "the size of pictures": [32, 512].map((size) => program(`${size}, ${size}, 3`, pooled(8))),
};
const repeated = (times: number): string =>
  program(
    "8, 8, 4",
    `repeat ${times} { Conv2D(4, 3x3, padding: same) -> BatchNormalization() -> relu -> Dropout(0.2) }`,
  );

describe.each(everything ? ["js", "wasm"] : ["wasm"])("on target %s", (target) => {
  test.each(Object.entries(sizes))(
    "text does not grow with %s",
    { timeout: 120_000 },
    async (_, [small, ...larger]) => {
      const least = await lengthOf(small!, target);
      // Tiles at the edges differ, and so do the plans of very small layers.
      for (const text of larger) expect(await lengthOf(text, target)).toBeLessThan(1.1 * least);
    },
  );
  test("repeated layers add their calls", { timeout: 120_000 }, async () => {
    const [few, some, many] = [
      await lengthOf(repeated(3), target),
      await lengthOf(repeated(6), target),
      await lengthOf(repeated(12), target),
    ];
    const [first, second] = [(some! - few!) / 3, (many! - some!) / 6];
    // A layer of these is some thirty calls: their arguments, their names, their places.
    expect(second).toBeLessThan(target === "js" ? 8000 : 3000);
    expect(second).toBeLessThan(1.2 * first);
  });
});
