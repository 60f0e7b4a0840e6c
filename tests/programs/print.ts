// A program's tree as the text of a `.nn` file. Fields get their shapes here: the program cuts, repeats and reshapes a
// column until it has the wanted number of values.

import { emptyScope, infer, outputShape, type Shape } from "./infer.ts";
import { givenText, useText } from "./options.ts";
import type { Block, Branch, Input, Join, Operator, Parameter, Program, Step } from "./tree.ts";

const product = (sizes: Shape): number => sizes.reduce((a, b) => a * b, 1);
const typeText = (shape: readonly (string | number)[]): string =>
  shape.length === 0 ? "f32" : `f32[${shape.join(", ")}]`;
const same = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((size, i) => size === b[i]);

/** Layers that make a value of shape `from` one of shape `to`. */
function reshaping(from: Shape, to: Shape): readonly string[] {
  if (same(from, to)) return [];
  const [have, want] = [product(from), product(to)];
  const last = to.length === 1 ? [] : [`Reshape([${to.join(", ")}])`];
  if (have === want) return to.length === 1 ? ["Flatten()"] : [`Reshape([${to.join(", ")}])`];
  const lines = from.length === 1 ? [] : ["Flatten()"];
  const times = Math.ceil(want / have);
  if (times > 1) lines.push(`RepeatVector(${times})`, "Flatten()");
  if (times * have > want)
    lines.push(`Reshape([${times * have}, 1])`, `Cropping1D([0, ${times * have - want}])`, "Flatten()");
  return [...lines, ...last];
}

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => (line === "" ? "" : `  ${line}`));

function joinText(join: Join, names: readonly string[]): string {
  switch (join.form) {
    case "layer":
      return `(${names.join(", ")}) -> ${useText(join.use)}`;
    case "call":
      return useText({ ...join.use, bare: false }, names);
    case "operator":
      return names.join(` ${join.operator} `);
  }
}

const infix = (operator: Operator, value: string, first: boolean): string =>
  first ? `${value} ${operator} _` : `_ ${operator} ${value}`;

function stepLines(step: Step): readonly string[] {
  switch (step.kind) {
    case "layer":
      return [step.called ? useText({ ...step.use, bare: false }, ["_"]) : useText(step.use)];
    case "declare":
      return [`layer ${step.name} = ${useText(step.use)}`];
    case "shared":
      return [`_ -> ${step.name}`];
    case "block":
      return [`${step.name}(${givenText(step.given)})`];
    case "branch": {
      const names = step.branches.map(({ name }) => name);
      return [...step.branches.flatMap(branchLines), joinText(step.join, names)];
    }
    case "repeat":
      return [`repeat ${step.count} {`, ...bodyLines(step.steps), "}"];
    case "if": {
      const otherwise = step.whenFalse === undefined ? [] : ["} else {", ...bodyLines(step.whenFalse)];
      return [`if ${step.negated ? "not " : ""}${step.flag} {`, ...bodyLines(step.whenTrue), ...otherwise, "}"];
    }
    case "param": {
      const start = step.initializer === undefined ? "" : ` = ${step.initializer}`;
      return [`param ${step.name}: ${typeText(step.shape)}${start}`, infix(step.operator, step.name, step.first)];
    }
    case "number":
      return [infix(step.operator, step.value < 0 ? `(${step.value})` : String(step.value), step.first)];
    case "keep":
      return [`let ${step.name} = _`];
    case "join":
      return [joinText(step.join, ["_", step.name])];
  }
}

/** The lines within braces. */
const bodyLines = (steps: readonly Step[]): readonly string[] =>
  indented(steps.length === 0 ? ["_"] : steps.flatMap(stepLines));

/** A step as one link of a pipe; undefined where it is not one. */
function link(step: Step): string | undefined {
  if (step.kind === "layer") return useText(step.use);
  if (step.kind === "shared") return step.name;
  return step.kind === "block" ? `${step.name}(${givenText(step.given)})` : undefined;
}

/** `let a = _ -> Dense(3)`; what is no pipe is in braces. */
function branchLines({ name, steps }: Branch): readonly string[] {
  const links = steps.map(link);
  if (links.every((text) => text !== undefined)) return [`let ${name} = ${["_", ...links].join(" -> ")}`];
  return [`let ${name} = _ -> repeat 1 {`, ...bodyLines(steps), "}"];
}

const parameterText = ({ name, type, text }: Parameter): string => `${name}: ${type} = ${text}`;

function blockLines(block: Block): readonly string[] {
  const signature = [`${block.input}: ${typeText(block.axes)}`, ...block.parameters.map(parameterText)];
  return [`block ${block.name}(${signature.join(", ")}) {`, ...bodyLines(block.steps), "}", ""];
}

function inputText({ name, shape, scaled, steps, typed }: Input, pixels: Shape): string {
  const made = infer(steps, pixels, emptyScope());
  const links = made === undefined ? [] : steps.map(link).filter((text) => text !== undefined);
  const text = [scaled, ...links, ...reshaping(made ?? pixels, shape)].join(" -> ");
  return `input ${name}${typed ? `: ${typeText(shape)}` : ""} = ${text}`;
}

function targetText(program: Program, output: Shape): string {
  const { name, kind, scaled, last } = program.target;
  if (kind === "class") return `target ${name}: class(${program.classes}) = label`;
  const links = [...reshaping(program.pixels, output), ...(last === undefined ? [] : [last])];
  return `target ${name}: ${typeText(output)} = ${[scaled, ...links].join(" -> ")}`;
}

function datasetLines(program: Program, output: Shape): readonly string[] {
  const { names, pixels, classes, inputs } = program;
  return [
    `dataset ${names.dataset} {`,
    ...indented([
      `source idx("images", "labels", shape: ${pixels.join("x")}, classes: ${classes})`,
      ...inputs.map((input) => inputText(input, pixels)),
      targetText(program, output),
    ]),
    "}",
    "",
  ];
}

function modelLines({ names, inputs, parameters, steps, returned }: Program): readonly string[] {
  const signature = [
    ...inputs.map(({ name, shape }) => `${name}: ${typeText(shape)}`),
    ...parameters.map(parameterText),
  ];
  // With several inputs none is the current value.
  const first = inputs.length > 1 ? [`  ${inputs[0]!.name}`] : [];
  const last = returned ? ["  return _"] : [];
  return [`model ${names.model}(${signature.join(", ")}) {`, ...first, ...bodyLines(steps), ...last, "}", ""];
}

function trainingLines({ names, training }: Program): readonly string[] {
  const { loss, optimizer, metrics, batch, epochs, seed } = training;
  const clauses: readonly (readonly [string, string | undefined])[] = [
    ["loss", useText(loss)],
    ["optimizer", useText(optimizer)],
    ["metrics", metrics.length === 0 ? undefined : metrics.map((use) => useText(use)).join(", ")],
    ["batch", String(batch)],
    ["epochs", epochs?.toString()],
    ["seed", seed?.toString()],
  ];
  const lines = clauses.flatMap(([name, text]) => (text === undefined ? [] : [`  ${name.padEnd(9)} ${text}`]));
  return [`train ${names.model} on ${names.dataset} {`, ...lines, "}", ""];
}

/** The whole text; undefined where the steps do not fit each other. */
export function printProgram(program: Program): string | undefined {
  const output = outputShape(program);
  if (output === undefined) return undefined;
  const constants = program.constants.map(({ name, text }) => `${name} = ${text}`);
  return [
    ...(constants.length === 0 ? [] : [`const ${constants.join(", ")}`, ""]),
    ...datasetLines(program, output),
    ...program.blocks.flatMap(blockLines),
    ...modelLines(program),
    ...trainingLines(program),
  ].join("\n");
}
