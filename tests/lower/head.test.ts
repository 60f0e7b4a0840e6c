// Cases in which a cross-entropy works on the logits before the last activation, and cases in which it does not.

import { expect, test } from "vitest";
import { check } from "../../src/check/check.ts";
import { headsOf, joinedOptions } from "../../src/lower/head.ts";
import { findLoss } from "../../src/ops/registry.ts";
import { parse } from "../../src/syntax/parse.ts";

function logitsOf(last: string) {
  const text = `model M(x: f32[4]) {\n  Dense(3)\n  ${last}\n}\n`;
  const [model] = check({ entry: "a.nn", files: new Map([["a.nn", parse("a.nn", text).tree]]) }).program.models;
  const ending = headsOf(model!, []).get("output")?.ending;
  const joined = joinedOptions(findLoss("categorical_crossentropy")!, { from_logits: false }, ending);
  return joined === undefined ? undefined : ending?.activation.name;
}

test.each([
  ["softmax", "softmax"],
  ["Dense(3, softmax)", "softmax"],
  ["Activation(softmax)", "softmax"],
  ["softmax(axis: 1)", "softmax"],
  ["Softmax()", "Softmax"],
  ["Softmax(axis: [-1])", "Softmax"],
  ["Softmax(axis: [1])", "Softmax"],
  ["Reshape([3, 1]) -> Softmax(axis: [1])", undefined],
  ["Reshape([3, 1]) -> Dense(2, softmax(axis: 1))", undefined],
  ["sigmoid", undefined],
  ["relu", undefined],
])("%s", (last, activation) => {
  expect(logitsOf(last)).toBe(activation);
});
