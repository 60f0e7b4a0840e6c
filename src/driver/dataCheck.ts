// A data set → a program that looks at its rows. It needs no model and no training: whatever else is wrong in the file, the data can be
// looked at.

import type { CheckedDataset, DataField } from "../check/model.ts";
import { diagnose } from "../diagnostics/catalogue.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { findSource } from "../ops/registry.ts";
import { hasRows, type SchemaColumn, schemaKey } from "../ops/schema.ts";
import { AS_TEXT, type DataPlan, type PlanField } from "../runtime/core/data/plan.ts";
import type { ColumnInfo } from "../runtime/core/program.ts";
import { checkerFiles } from "../targets/checker.ts";
import { checkEverything } from "./check.ts";
import { isWhole } from "./choice.ts";
import type { CompileOptions, CompileResult, Sources } from "./options.ts";
import { asLiteral, columnsOf, fileName } from "./trainer.ts";

export interface DataCheckOptions extends Pick<CompileOptions, "set" | "seed"> {
  /** The data set to look at; by default that of the first training, else the first one. */
  readonly dataset?: string;
}

export interface DataCheckResult extends CompileResult {
  /** The data source: `mnist`. */
  readonly source?: string;
  /** The other data sets of the program. */
  readonly others?: readonly string[];
}

/** Returns the files of a program that checks the data; none, with diagnostics, where the data set itself has errors. */
export function dataChecker(sources: Sources, options: DataCheckOptions): DataCheckResult {
  const checked = checkEverything(sources, options);
  const { diagnostics, missing, unread } = checked;
  const nothing = (more: readonly Diagnostic[] = []): DataCheckResult => ({
    ...{ diagnostics: [...diagnostics, ...more], missing, outputs: new Map() },
    ...(unread === undefined ? {} : { unread }),
  });
  if (!isWhole(sources, checked)) return nothing();
  const { datasets, trainings } = checked.program;
  const tree = checked.files.get(sources.entry);
  const declarations = tree?.declarations ?? [];
  const trained = declarations.flatMap((one) =>
    one.kind === "train" && one.dataset !== undefined ? [one.dataset.text] : [],
  );
  const declared = declarations.flatMap((one) => (one.kind === "dataset" ? [one.name.text] : []));
  const name = options.dataset ?? trained[0] ?? declared[0];
  const dataset = datasets.find((one) => one.name === name);
  if (dataset === undefined) {
    const span = { file: sources.entry, start: 0, end: 0 };
    if (name !== undefined && (declared.includes(name) || trained.includes(name))) return nothing();
    return nothing([
      name === undefined
        ? diagnose({ code: "NN010", span, owner: "program", missing: "declaration" })
        : diagnose({ code: "NN002", span, what: "dataset", name, nearest: datasets.map((one) => one.name) }),
    ]);
  }
  const training = trainings.find((one) => one.dataset === dataset.name);
  const plan = planOf(dataset, sources, options.seed ?? training?.seed ?? 0);
  const title = `${fileName(sources.entry)}: checks the data of ${dataset.name}. Made by nnc; do not edit.`;
  const outputs = checkerFiles({ plan: asLiteral(plan), source: dataset.source.name, title });
  if (outputs === undefined) throw new Error(`the runtime has no reader for the source '${dataset.source.name}'`);
  const others = [...new Set([...declared, ...trained])].filter((one) => one !== dataset.name);
  return { diagnostics, missing, outputs, source: dataset.source.name, others };
}

const asText = (name: string): ColumnInfo => ({
  ...{ name, dtype: "i32", shape: [1] },
  encoder: { module: AS_TEXT, options: {} },
});

/** What the file says of its columns, if it is at hand. */
function columnsOfFile({ source }: CheckedDataset, { schemas }: Sources): readonly SchemaColumn[] {
  const request = findSource(source.name)?.schema?.(source.options);
  const answer = request === undefined ? undefined : schemas?.get(schemaKey(request));
  return request !== undefined && hasRows(request) && answer?.kind === "read" ? answer.schema.columns : [];
}

function planOf(dataset: CheckedDataset, sources: Sources, seed: number): DataPlan {
  const { source, fields, split, name } = dataset;
  const def = findSource(source.name);
  const series = def?.window?.(source.options) !== undefined;
  const all = def?.columns(source.options) ?? [];
  // A source's own column hides one of its index, as it does for fields.
  const hidden = new Set(all.map(({ name }) => name));
  const listed = columnsOfFile(dataset, sources).filter(
    ({ name, shape = [] }) => shape.length === 0 && !hidden.has(name),
  );
  const own = all.filter(({ text }) => text === true).map(({ name }) => name);
  // Cells are read as they stand in the file: whatever a program cannot take, it is to be told here.
  const texts = new Set([...listed.map(({ name }) => name), ...(def?.contiguous === true ? [] : own)]);
  const read = columnsOf(fields).filter(({ name, from = [name] }) => !from.every((one) => texts.has(one)));
  const { window, stride, ...options } = source.options;
  return {
    ...{ file: fileName(sources.entry), dataset: name, split, seed, fields: fields.map(planFieldOf) },
    source: { name: source.name, options: series ? options : source.options },
    columns: [...[...texts].map(asText), ...read],
    ...(series ? { series } : {}),
    ...missingOf(source.options.missing),
  };
}

const missingOf = (option: unknown): Pick<DataPlan, "missing"> =>
  option === "drop" ? { missing: "drop" } : typeof option === "number" ? { missing: option } : {};

function planFieldOf({ name, role, type, columns, nodes }: DataField): PlanField {
  const encoders = columns.flatMap(({ encoder }) => (encoder === undefined ? [] : [encoder]));
  const ofText = columns.some(({ encoder }) => encoder !== undefined && encoder.numbers !== true);
  const { element } = type;
  const classes = element.kind === "class" && typeof element.count === "number" ? { classes: element.count } : {};
  const single = type.shape.length === 0;
  const whole = ofText && element.kind === "token" && single;
  const called = nodes.some((node) => node.kind === "call");
  return {
    ...{ name, role, from: [...new Set(columns.flatMap(({ from }) => from))], ...classes },
    ...(ofText && element.kind === "class" && single ? { labels: true as const } : {}),
    ...(whole || (encoders.some(({ whole: keys }) => keys === true) && single) ? { whole: true as const } : {}),
    ...(!called && encoders.length === 0 && element.kind === "f32" ? { plain: true as const } : {}),
    ...(ofText ? {} : { numbers: true as const }),
  };
}
