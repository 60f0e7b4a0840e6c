// Steps, blocks and signatures as text.

import { formulaText } from "./formulas.ts";
import { useText } from "./options.ts";
import { reckoningText } from "./reckoning.ts";
import type { Axis, Block, BlockCall, Branch, Entry, Join, Operator, Parameter, Reckoning, Step, Use } from "./tree.ts";

export const typeText = (axes: readonly Axis[]): string => (axes.length === 0 ? "f32" : `f32[${axes.join(", ")}]`);
export const indented = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => (line === "" ? "" : `  ${line}`));

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

const callText = ({ block, given, common }: BlockCall): string => useText({ name: block, given, common });
const layerText = (of: Use | BlockCall): string => ("block" in of ? callText(of) : useText({ ...of, bare: false }));

function blockStepLines({ call, others, kept, taken }: Extract<Step, { kind: "block" }>): readonly string[] {
  const inputs = ["_", ...others.map((one) => formulaText(one))];
  const piped = `${inputs.length === 1 ? "_" : `(${inputs.join(", ")})`} -> ${callText(call)}`;
  if (kept !== undefined) return [`let ${kept} = ${piped}`];
  const line = inputs.length === 1 ? callText(call) : piped;
  return taken === undefined ? [line] : [line, `_.${taken}`];
}

function scanText({ names, call, init, reverse }: Extract<Step, { kind: "scan" }>): string {
  const [only, ...more] = names;
  const made = more.length === 0 ? only : `(${names.join(", ")})`;
  const options = [callText(call), `init: ${formulaText(init)}`, ...(reverse === true ? ["reverse: true"] : [])];
  return `let ${made} = _ -> scan(${options.join(", ")})`;
}

function stepLines(step: Step): readonly string[] {
  switch (step.kind) {
    case "layer":
      return [step.called ? useText({ ...step.use, bare: false }, ["_"]) : useText(step.use)];
    case "declare":
      return [`layer ${step.name} = ${layerText(step.of)}`];
    case "shared":
      return [`_ -> ${step.name}`];
    case "block":
      return blockStepLines(step);
    case "branch": {
      const names = step.branches.map(({ name }) => name);
      const apart = step.apart === true && step.join.form === "layer";
      const last = apart ? [`(${names.join(", ")})`, useText(step.join.use)] : [joinText(step.join, names)];
      return [...step.branches.flatMap(branchLines), ...last];
    }
    case "repeat":
      return [`repeat ${countText(step)} {`, ...bodyLines(step.steps), "}"];
    case "if":
      return ifLines(step.condition, step.whenTrue, step.whenFalse);
    case "param": {
      const start = step.initializer === undefined ? "" : ` = ${step.initializer}`;
      return [
        `param ${step.name}: ${typeText(step.axes ?? step.shape)}${start}`,
        infix(step.operator, step.name, step.first),
      ];
    }
    case "number":
      return [infix(step.operator, step.value < 0 ? `(${step.value})` : String(step.value), step.first)];
    case "keep":
      return [`let ${step.name} = ${step.formula === undefined ? "_" : formulaText(step.formula)}`];
    case "formula":
      return [formulaText(step.formula)];
    case "parts":
      return [`let (${step.names.join(", ")}) = ${formulaText(step.formula)}`];
    case "scan":
      return [scanText(step)];
    case "join":
      return [joinText(step.join, ["_", step.name])];
  }
}

const countText = ({ count, from }: Extract<Step, { kind: "repeat" }>): string =>
  from === undefined ? String(count) : reckoningText(from);

function ifLines(
  condition: Reckoning,
  whenTrue: readonly Step[],
  whenFalse: readonly Step[] | undefined,
): readonly string[] {
  const lines = [`if ${reckoningText(condition)} {`, ...bodyLines(whenTrue)];
  const [only, ...more] = whenFalse ?? [];
  if (only?.kind === "if" && more.length === 0) {
    const [first, ...rest] = ifLines(only.condition, only.whenTrue, only.whenFalse);
    return [...lines, `} else ${first}`, ...rest];
  }
  return [...lines, ...(whenFalse === undefined ? [] : ["} else {", ...bodyLines(whenFalse)]), "}"];
}

/** The lines within braces. */
export const bodyLines = (steps: readonly Step[]): readonly string[] =>
  indented(steps.length === 0 ? ["_"] : steps.flatMap(stepLines));

/** `return` with what the last step makes; undefined where that is more than an expression. */
export function returnLine(step: Step | undefined): string | undefined {
  if (step?.kind === "formula") return `return ${formulaText(step.formula)}`;
  const text = step && link(step);
  return text && `return ${text}`;
}

/** A step as one link of a pipe; undefined where it is not one. */
export function link(step: Step): string | undefined {
  if (step.kind === "layer") return useText(step.use);
  if (step.kind === "shared") return step.name;
  const plain =
    step.kind === "block" && step.others.length === 0 && step.kept === undefined && step.taken === undefined;
  return plain ? callText(step.call) : undefined;
}

/** `let a = _ -> Dense(3)`; a choice or repetition alone stands behind the pipe too; what is no pipe is in braces. */
function branchLines({ name, steps }: Branch): readonly string[] {
  const links = steps.map(link);
  if (links.every((text) => text !== undefined)) return [`let ${name} = ${["_", ...links].join(" -> ")}`];
  const [only, ...more] = steps;
  if (more.length === 0 && (only?.kind === "repeat" || only?.kind === "if")) {
    const [first, ...rest] = stepLines(only);
    // A body starts with the current value too.
    const piped = only.kind === "repeat" || only.whenFalse === undefined ? "_ -> " : "";
    return [`let ${name} = ${piped}${first}`, ...rest];
  }
  return [`let ${name} = _ -> repeat 1 {`, ...bodyLines(steps), "}"];
}

export const parameterText = ({ name, type, text, from }: Parameter): string =>
  `${name}: ${type} = ${from === undefined ? text : reckoningText(from)}`;

export const entriesText = (entries: readonly Entry[]): string =>
  `return { ${entries.map(({ name, formula }) => `${name}: ${formulaText(formula)}`).join(", ")} }`;

export function blockLines({ name, inputs, parameters, steps, entries, result }: Block): readonly string[] {
  const signature = [
    ...inputs.map((input) => `${input.name}: ${typeText(input.axes)}`),
    ...parameters.map(parameterText),
  ];
  const arrow = result === undefined || entries !== undefined ? "" : ` -> ${typeText(result)}`;
  // With several inputs none is the current value.
  const first = inputs.length > 1 ? [`  ${inputs[0]?.name}`] : [];
  const last = entries === undefined ? [] : [`  ${entriesText(entries)}`];
  return [`block ${name}(${signature.join(", ")})${arrow} {`, ...first, ...bodyLines(steps), ...last, "}", ""];
}
