// The registry matches the files of src/ops, and every definition is well-formed.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { OptionValue } from "../../src/ir/graph.ts";
import type { Definition, OptionDef, OptionKind } from "../../src/ops/definition.ts";
import { operatorsPage } from "../../src/ops/documentation.ts";
import { withDefaults } from "../../src/ops/options.ts";
import {
  allDefinitions,
  defaultInitializer,
  findActivation,
  findElsewhere,
  findFunction,
  findInfix,
  findInitializer,
  findLayer,
  findLoss,
  findMetric,
  findOperator,
  findPrefix,
  findSchedule,
  findSource,
  namesOf,
  usualLoss,
  usualMetric,
} from "../../src/ops/registry.ts";

test("the generated registry lists the files of src/ops", () => {
  expect(() => execFileSync(process.execPath, ["scripts/registry.mjs", "--check"], { stdio: "pipe" })).not.toThrow();
});

test("docs/operators.md is what the definitions give", () => {
  expect(readFileSync("docs/operators.md", "utf8")).toBe(operatorsPage());
});

test("each sign stands for one function, and each role of the checker has one definition", () => {
  const arithmetic = (["+", "-", "*", "/", "**", "@"] as const).map((sign) => findInfix(sign)?.name);
  expect(arithmetic).toEqual(["add", "sub", "mul", "div", "pow", "matmul"]);
  const comparisons = (["==", "!=", "<", "<=", ">", ">="] as const).map((sign) => findInfix(sign)?.name);
  expect(comparisons).toEqual(["equal", "not_equal", "less", "less_equal", "greater", "greater_equal"]);
  expect((["and", "or"] as const).map((sign) => findInfix(sign)?.name)).toEqual(["logical_and", "logical_or"]);
  const functions = allDefinitions().filter((def) => def.tier === "function");
  expect(functions.flatMap((def) => (def.tier === "function" ? (def.infix ?? []) : []))).toHaveLength(14);
  expect((["-", "not"] as const).map((sign) => findPrefix(sign)?.name)).toEqual(["neg", "logical_not"]);
  expect(defaultInitializer()?.name).toBe("glorot_uniform");
  expect([usualLoss("classes")?.name, usualLoss("binary")?.name]).toEqual([
    "categorical_crossentropy",
    "binary_crossentropy",
  ]);
  expect([usualMetric("classes")?.name, usualMetric("numbers")?.name]).toEqual(["accuracy", "mean_absolute_error"]);
  const findOwn = {
    ...{ layer: findOperator, loss: findLoss, metric: findMetric },
    ...{ initializer: findInitializer, schedule: findSchedule },
  };
  for (const def of allDefinitions())
    for (const name of def.elsewhere ?? []) {
      const tier = def.tier in findOwn ? (def.tier as keyof typeof findOwn) : "layer";
      expect(findElsewhere(tier, name), name).toBe(def);
      expect(findOwn[tier](name), name).toBeUndefined();
    }
});

test("names and aliases find definitions, tier by tier", () => {
  expect(findLayer("MaxPool2D")).toBe(findLayer("MaxPooling2D"));
  expect(findFunction("swish")?.name).toBe("silu");
  expect(findLoss("mse")?.name).toBe("mean_squared_error");
  expect(findMetric("mae")?.name).toBe("mean_absolute_error");
  expect(findOperator("relu")).toBe(findFunction("relu"));
  expect(findOperator("Add")).toBe(findLayer("Add"));
  expect(findActivation("add")).toBeUndefined();
  expect(findLayer("constructor")).toBeUndefined();
  expect(namesOf("optimizer")).toEqual(expect.arrayContaining(["adam", "adamw", "rmsprop", "sgd"]));
});

/** Whether a value is one that the record of a resolved call may hold for this kind. */
function holds(kind: OptionKind, value: OptionValue): boolean {
  const list = Array.isArray(value) ? value : [];
  const inRange = (range: { readonly min?: number; readonly max?: number }): boolean =>
    typeof value === "number" && value >= (range.min ?? -Infinity) && value <= (range.max ?? Infinity);
  switch (kind.kind) {
    case "int":
      return Number.isInteger(value) && inRange(kind);
    case "float":
      return inRange(kind) || (typeof value === "string" && kind.words?.includes(value) === true);
    case "bool":
      return typeof value === "boolean";
    case "choice":
      return typeof value === "string" && kind.values.includes(value);
    case "size":
      return list.length === kind.rank && list.every((size) => Number(size) >= kind.min);
    case "padding":
      return list.length === 2 * (kind.rank ?? 1);
    case "axis":
      return Number.isInteger(value);
    case "axes":
      return Number.isInteger(value) || Array.isArray(value);
    case "shape":
      return list.length > 0;
    case "numbers":
      if (typeof value === "string") return kind.words?.includes(value) === true;
      return (kind.single === true && inRange(kind)) || (list.length > 0 && list.every((n) => typeof n === "number"));
    case "layer":
      return true;
    case "rate":
      return typeof value === "number";
    case "string":
      return typeof value === "string";
    case "strings":
      return Array.isArray(value) && value.every((item) => typeof item === "string");
    case "regularizer":
    case "constraint":
      return false;
    case "activation":
    case "initializer": {
      if (typeof value !== "object" || !("name" in value)) return false;
      const found = kind.kind === "activation" ? findActivation(value.name) : findInitializer(value.name);
      // An option whose default is Keras's None is not set where it is missing.
      const set = Object.entries(found?.options ?? {}).filter(([, option]) => option.default !== undefined);
      return found !== undefined && set.every(([name]) => name in value.options);
    }
  }
}

const defaultProblem = (name: string, { required, optional, default: value, type }: OptionDef): string | undefined => {
  if (required === true)
    return value === undefined && optional !== true ? undefined : `${name} is required but has a default`;
  if (value === undefined) return optional === true ? undefined : `${name} is neither required nor optional`;
  return holds(type, value) ? undefined : `${name}'s default does not fit its kind`;
};

const title = ({ tier, name }: Definition): string => `${tier} ${name}`;

describe.each(allDefinitions().map((definition) => [title(definition), definition] as const))("%s", (_, definition) => {
  test("has options that fit together", () => {
    const problems = Object.entries(definition.options).map(([name, option]) => defaultProblem(name, option));
    expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
    for (const name of definition.positional) expect(definition.options).toHaveProperty(name);
    const spellings = Object.entries(definition.options).flatMap(([name, option]) => [name, ...(option.aliases ?? [])]);
    expect(new Set(spellings).size).toBe(spellings.length);
  });

  test("is described in sentences", () => {
    expect(definition.summary).toMatch(/[^.]\.$/);
    expect(definition.summary.length).toBeLessThanOrEqual(120);
    for (const option of Object.values(definition.options)) expect(option.doc).toMatch(/\.$/);
    expect(definition.source).not.toBe("");
  });

  test("fits its tier", () => {
    const optional = Object.values(definition.options).every((option) => option.required !== true);
    if (definition.tier === "layer") expect(definition.name).toMatch(/^[A-Z]/);
    else if (definition.tier !== "encoder") expect(definition.name).toMatch(/^[a-z]/);
    if (definition.tier === "layer" || definition.tier === "function") {
      expect(definition.examples.length).toBeGreaterThan(0);
      if (definition.activation === true) expect(optional && definition.inputs.length === 1).toBe(true);
    }
    if (definition.tier === "loss" && definition.logitsOption !== undefined)
      expect(definition.options).toHaveProperty(definition.logitsOption);
    if (definition.tier === "optimizer") expect(definition.options.learning_rate?.type.kind).toBe("rate");
    if (definition.tier === "initializer" && definition.name !== "identity")
      expect(definition.aliases?.length).toBeGreaterThan(0);
  });
});

test("sources tell their columns and whether they have a test part", () => {
  const idx = findSource("idx")!;
  const given = { images: "a", labels: "b", shape: [8, 8, 3], classes: 5 };
  const options = withDefaults(idx.options, given);
  expect(idx.columns(options).map(({ type }) => type)).toEqual([
    { dtype: "u8", shape: [8, 8, 3] },
    { dtype: "u8", shape: [] },
  ]);
  expect(idx.columns(options)[1]?.classes).toBe(5);
  expect(idx.hasTestPart(options)).toBe(false);
  expect(idx.hasTestPart({ ...options, test_images: "c" })).toBe(true);
  const digits = findSource("digits")!;
  expect(digits.hasTestPart(withDefaults(digits.options, { test: 0 }))).toBe(false);
});
