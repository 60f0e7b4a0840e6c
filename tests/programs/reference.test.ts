// What rounding is measured by: numbers that every target gives exactly are never off.

import { expect, test } from "vitest";
import { checkProgram } from "../../src/driver/check.ts";
import { type LowerRequest, lower, lowerRequest } from "../../src/lower/lower.ts";
import { lengthOf } from "../support/graphs.ts";
import { referenceOf } from "./reference.ts";

function requestOf(text: string): LowerRequest {
  const { program, diagnostics } = checkProgram({ entry: "main.nn", texts: new Map([["main.nn", text]]) });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return lowerRequest(program, "Net")!;
}

test("rounding leaves counts alone, and what is equal to a number of the program", () => {
  const text = `dataset Data {
  source idx("images", "labels", shape: 2x1x1, classes: 2)
  input x = pixels / 255 -> Flatten()
  target y: class(2) = label
}
model Net(x: f32[2]) {
  Dense(2)
  UnitNormalization()
}
train Net on Data {
  batch     1
  loss      circle(gamma: 1)
  optimizer adam(initial_scale: 0.1, dynamic_growth_steps: 1, gradient_accumulation_steps: 2)
}
`;
  const reference = referenceOf(lower(requestOf(text)));
  const inputs = new Map([
    ["pixels", Int32Array.of(17, 201)],
    ["label", Int32Array.of(1)],
  ]);
  for (const errors of [-4, -3, -2, -1, 0, 1, 2, 3, 4]) {
    let slots = new Map<string, Float64Array>();
    for (const { name, type, within } of reference.module.slots)
      if (within === undefined) slots.set(name, new Float64Array(lengthOf(type, 1)));
    slots = new Map(reference.run("initialize", 1, new Map(), slots).slots);
    for (let step = 0; step < 4; step++) {
      const run = reference.run("train_step", 1, inputs, slots, errors);
      expect(run.isNumber).toBe(true);
      slots = new Map(run.slots);
    }
    // A sample alone has no pairs: its gradient is 0, and every step counts.
    expect([...slots.get("optimizer:taken_steps")!]).toEqual([4]);
    expect([...slots.get("loss:count")!]).toEqual([4]);
  }
});
