// A checked program as text, for `--emit model` and golden tests: every resolved name, option and shape.

import { type TextWriter, textWriter } from "../base/textWriter.ts";
import type { OptionRecord, OptionValue } from "../ir/graph.ts";
import { printSize } from "../ir/size.ts";
import type { TensorType } from "../ir/types.ts";
import type {
  CheckedDataset,
  CheckedModel,
  CheckedProgram,
  CheckedTraining,
  ModelNode,
  TrainStep,
  Use,
} from "./model.ts";
import { typeText } from "./say/words.ts";

/** Prints the program: data sets, models with their weights and steps, trainings. */
export function printModel(program: CheckedProgram): string {
  const out = textWriter();
  const parts = [
    ...program.datasets.map((dataset) => () => printDataset(out, dataset)),
    ...program.models.map((model) => () => printOne(out, model)),
    ...program.trainings.map((training) => () => printTraining(out, training)),
  ];
  for (const [i, part] of parts.entries()) {
    if (i > 0) out.line();
    part();
  }
  return out.toString();
}

const tensorType = ({ dtype, shape }: TensorType): string => `${dtype}[${shape.map(printSize).join(", ")}]`;

function optionText(value: OptionValue): string {
  if (value === undefined) return "none";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if ("name" in value) return useText(value);
  return `[${value.map(optionText).join(", ")}]`;
}

const optionsText = (options: OptionRecord): string =>
  Object.entries(options)
    .map(([name, value]) => `${name}: ${optionText(value)}`)
    .join(", ");

const useText = ({ name, options }: Pick<Use, "name" | "options">): string => `${name}(${optionsText(options)})`;

function printNode(out: TextWriter, node: ModelNode): void {
  const further = node.kind === "call" ? (node.more ?? []) : [];
  const left = `%${node.id}: ${[node.type, ...further].map(tensorType).join(", ")} =`;
  switch (node.kind) {
    case "input":
      out.line(`${left} input ${node.name}`);
      return;
    case "number":
      out.line(`${left} ${node.value}`);
      return;
    case "weight":
      out.line(`${left} weight ${node.path}`);
      return;
    case "part":
      out.line(`${left} part ${node.index} of %${node.of}`);
      return;
    case "output":
      out.line(`${left} output ${node.name}`);
      return;
    case "loss":
      out.line(
        `${left} loss ${node.loss}(${node.args.map((id) => `%${id}`).join(", ")}) {${optionsText(node.options)}}`,
      );
      return;
    case "call": {
      const { given } = node;
      const ids = node.args.map((id, i) => (given === undefined ? `%${id}` : `${given[i]}: %${id}`));
      const args = [...ids, ...node.weights].join(", ");
      const options = optionsText(node.options);
      const frozen = node.frozen === true ? " frozen" : "";
      const penalties = (node.penalties ?? []).map((penalty) => ` + ${useText(penalty)}`).join("");
      const made = node.mask === undefined ? node.op : `mask of ${node.op}`;
      out.line(
        `${left} ${made}(${args})${options === "" ? "" : ` {${options}}`}${frozen}${penalties}  // ${node.path}`,
      );
      return;
    }
  }
}

function printDataset(out: TextWriter, { name, source, fields, noise, split }: CheckedDataset): void {
  out.line(`dataset ${name} {`);
  out.indent(() => {
    out.line(`source ${useText(source)}`);
    for (const field of fields) {
      out.line(
        `${field.role} ${field.name}: ${typeText(field.type)} of ${field.columns.map(({ name, type }) => `${name}: ${tensorType(type)}`).join(", ")} {`,
      );
      out.indent(() => {
        for (const node of field.nodes) printNode(out, node);
      });
      out.line("}");
    }
    for (const { name, type, draw } of noise) out.line(`input ${name}: ${typeText(type)} = ${useText(draw)}`);
    const { train, validation, test, order, rows } = split;
    const unit = rows === true ? " rows" : "";
    out.line(`split train ${train}${unit}, validation ${validation}${unit}, test ${test}${unit}, ${order}`);
  });
  out.line("}");
}

function printOne(out: TextWriter, { name, weights, nodes, outputs }: CheckedModel): void {
  out.line(`model ${name} {`);
  out.indent(() => {
    for (const { path, shape, initializer, trainable, regularizer, constraint } of weights) {
      const kind = trainable ? "weight" : "state";
      const rules = [regularizer, constraint].flatMap((rule) => (rule === undefined ? [] : [`, ${useText(rule)}`]));
      out.line(`${kind} ${path}: f32[${shape.map(printSize).join(", ")}] = ${useText(initializer)}${rules.join("")}`);
    }
    for (const node of nodes) printNode(out, node);
    for (const { name, type, value, mask } of outputs)
      out.line(`output ${name}: ${typeText(type)} = %${value}${mask === undefined ? "" : ` with mask %${mask}`}`);
  });
  out.line("}");
}

function printStep(out: TextWriter, { name, terms, groups }: TrainStep): void {
  out.line(name === undefined ? "step {" : `step ${name} {`);
  out.indent(() => {
    for (const term of terms) {
      const owner = term.name === undefined ? "" : ` ${term.name}`;
      out.line(`loss${owner} = ${term.weight} * %${term.value} {`);
      out.indent(() => {
        for (const node of term.nodes) printNode(out, node);
      });
      out.line("}");
    }
    for (const { name, optimizer, weights } of groups)
      out.line(`optimizer ${useText(optimizer)}${name === undefined ? "" : ` of ${name}: ${weights.join(", ")}`}`);
  });
  out.line("}");
}

function printTraining(out: TextWriter, training: CheckedTraining): void {
  out.line(`train ${training.model} on ${training.dataset} {`);
  out.indent(() => {
    if (training.begin !== undefined) out.line(`begins with ${JSON.stringify(training.begin)}`);
    for (const step of training.steps) printStep(out, step);
    const { weighting } = training;
    if (weighting?.kind === "field") out.line(`weight ${weighting.field}`);
    if (weighting?.kind === "classes")
      out.line(`class weights of ${weighting.target}: ${weighting.weights.join(", ")}`);
    for (const metric of training.metrics)
      out.line(`metric ${metric.shown} = ${useText(metric)} of ${metric.output}, ${metric.target}`);
    out.line(`epochs ${training.epochs}, batch ${training.batch}, seed ${training.seed}`);
    for (const { lengths } of training.buckets ?? [])
      out.line(`bucket ${lengths.map(({ field, steps }) => `${field}: ${steps}`).join(", ")}`);
  });
  out.line("}");
}
