// A program's tree as text. Fields get their shapes here: the program cuts, repeats and reshapes a column until it has the
// wanted number of values.

import { printFiles } from "./files.ts";
import { emptyScope, entriesOf, infer, outputShapes } from "./infer.ts";
import { relaid } from "./layout.ts";
import { product, type Shape } from "./operators.ts";
import {
  blockLines,
  bodyLines,
  entriesText,
  indented,
  link,
  parameterText,
  returnLine,
  typeText,
} from "./printSteps.ts";
import { trainingLines } from "./printTraining.ts";
import { reckoningText } from "./reckoning.ts";
import type { Axis, Experiment, Input, Program, Target, Untrained } from "./tree.ts";

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

/** `token(256)[5, 6, 1]` */
const fieldText = (axes: readonly Axis[], tokens: number | undefined): string =>
  tokens === undefined ? typeText(axes) : typeText(axes).replace("f32", `token(${tokens})`);

/** A field with the name of the column has its expression start from the current value. */
function inputText({ name, shape, scaled, steps, typed, tokens, noise }: Input, pixels: Shape): string {
  if (noise === true) return `${name}: ${fieldText(shape, undefined)} = ${scaled}`;
  const made = infer(steps, pixels, emptyScope());
  const links = made === undefined ? [] : steps.map(link).filter((text) => text !== undefined);
  const start = name === "pixels" ? scaled.replace("pixels", "_") : scaled;
  const text = [start, ...links, ...reshaping(made ?? pixels, shape)].join(" -> ");
  return `${name}${typed ? `: ${fieldText(shape, tokens)}` : ""} = ${text}`;
}

function targetText(target: Target, { classes, pixels }: Experiment, output: Shape): string {
  const { name, kind, scaled, last, single, shape = output } = target;
  if (kind === "class") return name === "label" ? "target label" : `target ${name}: class(${classes}) = label`;
  if (single === true && output.length === 1 && output[0] === 1) return `target ${name}: f32[1] = label / ${classes}`;
  const links = [...reshaping(pixels, shape), ...(last === undefined ? [] : [last])];
  return `target ${name}: ${typeText(shape)} = ${[scaled, ...links].join(" -> ")}`;
}

function datasetLines(experiment: Experiment, outputs: ReadonlyMap<string, Shape>): readonly string[] {
  const { dataset, source, pixels, classes, inputs, split, importance } = experiment;
  const targets = [experiment.target, ...(experiment.goals ?? []).flatMap(({ target }) => target ?? [])];
  // Some have files to test with.
  const tested =
    split === undefined && pixels[0] === 5 ? `test_images: "\u00e4 \\"t\\".idx", test_labels: "c\\\\d", ` : "";
  const files = `idx("images", "labels", ${tested}shape: ${pixels.join("x")}, classes: ${classes})`;
  const fields = [
    ...inputs.map((input) => inputText(input, pixels)),
    ...idleText(experiment).map((text) => `${text} = label`),
  ];
  // Every third data set has its inputs in one clause.
  const together = product(pixels) % 3 === 0;
  return [
    `dataset ${dataset} {`,
    ...indented([
      `source ${source ?? files}`,
      ...(together ? [`input ${fields.join(",\n    ")}`] : fields.map((field) => `input ${field}`)),
      ...targets.map((target) => targetText(target, experiment, outputs.get(target.name) ?? [])),
      ...(importance === undefined ? [] : [`weight ${importance}: f32 = (label + 1) / ${classes}`]),
      ...(split === undefined ? [] : [`split ${split}`]),
    ]),
    "}",
    "",
  ];
}

function modelLines(
  { model, inputs, parameters, steps }: Experiment | Untrained,
  idle: readonly string[],
  last: readonly string[],
): readonly string[] {
  const signature = [
    ...idle,
    ...inputs.map(({ name, shape, axes, tokens }) => `${name}: ${fieldText(axes ?? shape, tokens)}`),
    ...parameters.map(parameterText),
  ];
  // With several inputs none is the current value.
  const first = inputs.length + idle.length > 1 ? [`  ${inputs[0]!.name}`] : [];
  return [`model ${model}(${signature.join(", ")}) {`, ...first, ...bodyLines(steps), ...last, "}", ""];
}

const idleText = ({ idle, classes }: Experiment): readonly string[] =>
  idle === undefined ? [] : [`${idle}: class(${classes})`];

/** What the last step makes is returned, or what it has made; several outputs as a record. */
function returning(one: Experiment): readonly string[] {
  if (one.goals !== undefined && one.goals.length > 0) {
    const entries = [{ name: one.target.name, formula: { form: "current" } as const }, ...one.goals];
    return modelLines(one, idleText(one), [`  ${entriesText(entries)}`]);
  }
  if (!one.returned) return modelLines(one, idleText(one), []);
  const line = returnLine(one.steps.at(-1));
  if (line === undefined || one.steps.length % 3 === 0) return modelLines(one, idleText(one), ["  return _"]);
  return modelLines({ ...one, steps: one.steps.slice(0, -1) }, idleText(one), [`  ${line}`]);
}

function untrainedLines(untrained: Untrained, program: Program): readonly string[] | undefined {
  const { outputs } = untrained;
  if (entriesOf(untrained, program) === undefined) return undefined;
  return modelLines(untrained, [], [`  ${entriesText(outputs)}`]);
}

/** The whole text, or texts (files.ts); undefined where the steps do not fit each other. */
export function printProgram(program: Program): string | undefined {
  const experiments = [program, ...program.more];
  const outputs = experiments.map((one) => outputShapes(one, program));
  if (!outputs.every((output) => output !== undefined)) return undefined;
  const untrained = program.untrained === undefined ? [] : untrainedLines(program.untrained, program);
  if (untrained === undefined) return undefined;
  const constants = program.constants.map(
    ({ name, text, from }) => `${name} = ${from === undefined ? text : reckoningText(from)}`,
  );
  const parts = {
    constants: constants.length === 0 ? [] : [`const ${constants.join(", ")}`, ""],
    blocks: program.blocks.flatMap(blockLines),
    main: [
      ...experiments.flatMap((one, i) => [
        ...(experiments.findIndex(({ dataset }) => dataset === one.dataset) < i ? [] : datasetLines(one, outputs[i]!)),
        ...returning(one),
        ...trainingLines(one),
      ]),
      ...untrained,
    ],
  };
  return printFiles(program.files, parts, (text) =>
    program.layout === undefined ? text : relaid(text, program.layout),
  );
}
