// A run, as its log tells it: settings, epochs, result, and what nnc said of the program. Reads the texts of the files; knows no
// folders.

import type { Network } from "../graph/index.ts";
import {
  anyNumber,
  type Fields,
  fieldsOf,
  json,
  listOf,
  NotARun,
  numberOf,
  optional,
  required,
  textOf,
  wholeOf,
} from "./decode.ts";
import { type Examples, readExamples } from "./examples.ts";
import { readNetwork } from "./readNetwork.ts";

/** Numbers by the names of metrics. What has several numbers, such as a confusion matrix, is not among them. */
export type Metrics = Readonly<Record<string, number>>;

export interface Epoch {
  readonly epoch: number;
  readonly seconds: number;
  readonly metrics: Metrics;
  readonly validation?: Metrics;
}

export interface Layer {
  readonly path: string;
  readonly text: string;
  readonly shape: string;
  readonly parameters: number;
  readonly flops: number;
  /** The places of the layers that it reads. */
  readonly from: readonly number[];
}

/** What nnc said of the program when the training began. */
export interface ProgramFacts {
  readonly version: string;
  /** The options of the command, as a person wrote them. */
  readonly options: readonly (readonly [name: string, value: string])[];
  readonly files: readonly { readonly name: string; readonly text: string }[];
  readonly layers: readonly Layer[];
  readonly network?: Network;
  readonly peakBytes?: number;
  /** The metrics of which a higher number is better. */
  readonly higher: readonly string[];
}

export interface Run {
  /** The folder, as the command named it. */
  readonly name: string;
  readonly file: string;
  readonly model: string;
  readonly dataset: string;
  readonly target: string;
  readonly threads: number;
  readonly variant?: string;
  readonly strictMath: boolean;
  readonly batch: number;
  readonly parameters: number;
  readonly seed: number;
  /** The epochs that were asked for. */
  readonly wanted: number;
  readonly examplesOf: { readonly train: number; readonly validation: number; readonly test: number };
  readonly started?: string;
  readonly ended?: string;
  readonly node?: string;
  readonly system?: string;
  readonly epochs: readonly Epoch[];
  /** Missing while the training runs, and if it failed. */
  readonly result?: {
    readonly test?: Metrics;
    readonly interrupted?: { readonly epoch: number; readonly step: number };
    /** It ended because its budget of steps or time was spent. */
    readonly spent?: { readonly epoch: number; readonly step: number };
    /** A number stopped being finite. */
    readonly damaged?: { readonly epoch: number; readonly step: number };
    readonly stopped?: number;
    readonly restored?: number;
  };
  readonly program?: ProgramFacts;
  readonly examples?: Examples;
  readonly profile?: Profile;
}

/** Where the time of a step goes. */
export interface Profile {
  readonly samples: number;
  readonly stepMilliseconds: number;
  /** A share of the time. */
  readonly waitingForData: number;
  readonly layers: readonly { readonly name: string; readonly forward: number; readonly backward: number }[];
}

/** The texts of a run's folder. */
export interface RunTexts {
  readonly run: string;
  readonly history: string;
  readonly program?: string;
  readonly examples?: string;
  readonly profile?: string;
}

const metricsOf = (value: unknown, where: string): Metrics =>
  Object.fromEntries(
    Object.entries(fieldsOf(value, where)).flatMap(([name, one]) =>
      Array.isArray(one) ? [] : [[name, anyNumber(one, `${where}: '${name}'`)]],
    ),
  );

function epochOf(text: string, where: string): Epoch {
  const fields = fieldsOf(json(text, where), where);
  const validation = optional(fields, "validation", where, metricsOf);
  return {
    epoch: required(fields, "epoch", where, wholeOf),
    seconds: required(fields, "seconds", where, numberOf),
    metrics: required(fields, "metrics", where, metricsOf),
    ...(validation === undefined ? {} : { validation }),
  };
}

/** Reads the lines of a history. A last line without its end is still being written. */
function epochsOf(text: string): readonly Epoch[] {
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  return whole
    .split("\n")
    .slice(0, -1)
    .map((line, i) => epochOf(line, `history.jsonl, line ${i + 1}`));
}

function layerOf(value: unknown, where: string): Layer {
  const fields = fieldsOf(value, where);
  return {
    path: required(fields, "path", where, textOf),
    text: required(fields, "text", where, textOf),
    shape: required(fields, "shape", where, textOf),
    parameters: required(fields, "parameters", where, numberOf),
    flops: required(fields, "flops", where, numberOf),
    from: required(fields, "from", where, (list, at) => listOf(list, at, wholeOf)),
  };
}

function programOf(text: string): ProgramFacts {
  const where = "program.json";
  const fields = fieldsOf(json(text, where), where);
  const summary = fieldsOf(fields.summary, `${where}: 'summary'`);
  const peakBytes = optional(summary, "peakBytes", where, numberOf);
  const network = optional(fields, "network", where, readNetwork);
  const file = (value: unknown, at: string) => {
    const one = fieldsOf(value, at);
    return { name: required(one, "name", at, textOf), text: required(one, "text", at, textOf) };
  };
  return {
    version: required(fields, "nnc", where, textOf),
    options: Object.entries(required(fields, "options", where, fieldsOf)).map(([name, value]) => [name, String(value)]),
    files: required(fields, "files", where, (list, at) => listOf(list, at, file)),
    layers: required(summary, "layers", where, (list, at) => listOf(list, at, layerOf)),
    higher: required(fields, "higher", where, (list, at) => listOf(list, at, textOf)),
    ...(peakBytes === undefined ? {} : { peakBytes }),
    ...(network === undefined ? {} : { network }),
  };
}

function profileOf(text: string): Profile {
  const where = "profile.json";
  const fields = fieldsOf(json(text, where), where);
  const layer = (value: unknown, at: string) => {
    const one = fieldsOf(value, at);
    return {
      name: required(one, "name", at, textOf),
      forward: required(one, "forward", at, numberOf),
      backward: required(one, "backward", at, numberOf),
    };
  };
  return {
    samples: required(fields, "samples", where, wholeOf),
    stepMilliseconds: required(fields, "stepMilliseconds", where, numberOf),
    waitingForData: required(fields, "waitingForData", where, numberOf),
    layers: required(fields, "layers", where, (list, at) => listOf(list, at, layer)),
  };
}

function resultOf(value: unknown, where: string): NonNullable<Run["result"]> {
  const fields = fieldsOf(value, where);
  const test = optional(fields, "test", where, metricsOf);
  const stopped = optional(fields, "stopped", where, wholeOf);
  const restored = optional(fields, "restored", where, wholeOf);
  const placeOf = (one: unknown, at: string) => {
    const place = fieldsOf(one, at);
    return { epoch: required(place, "epoch", at, wholeOf), step: required(place, "step", at, wholeOf) };
  };
  const interrupted = optional(fields, "interrupted", where, placeOf);
  const spent = optional(fields, "spent", where, placeOf);
  const damaged = optional(fields, "damaged", where, placeOf);
  return {
    ...(spent === undefined ? {} : { spent }),
    ...(damaged === undefined ? {} : { damaged }),
    ...(test === undefined ? {} : { test }),
    ...(interrupted === undefined ? {} : { interrupted }),
    ...(stopped === undefined ? {} : { stopped }),
    ...(restored === undefined ? {} : { restored }),
  };
}

type Optional = "variant" | "started" | "ended" | "node" | "system";
const optionalTexts: readonly Optional[] = ["variant", "started", "ended", "node", "system"];

function aboutOf(fields: Fields): Omit<Run, "name" | "epochs"> {
  const where = "run.json";
  const settings = required(fields, "settings", where, fieldsOf);
  const counts = required(settings, "examples", where, fieldsOf);
  const result = optional(fields, "result", where, resultOf);
  const texts = optionalTexts.flatMap((name) => {
    const text = optional(fields, name, where, textOf);
    return text === undefined ? [] : [[name, text]];
  });
  return {
    file: required(fields, "file", where, textOf),
    model: required(fields, "model", where, textOf),
    dataset: required(fields, "dataset", where, textOf),
    target: required(fields, "target", where, textOf),
    threads: required(fields, "threads", where, wholeOf),
    strictMath: fields.strictMath === true,
    batch: required(fields, "batch", where, wholeOf),
    parameters: required(fields, "parameters", where, wholeOf),
    seed: required(settings, "seed", where, wholeOf),
    wanted: required(settings, "epochs", where, wholeOf),
    examplesOf: {
      train: required(counts, "train", where, wholeOf),
      validation: required(counts, "validation", where, wholeOf),
      test: required(counts, "test", where, wholeOf),
    },
    ...(Object.fromEntries(texts) as Partial<Record<Optional, string>>),
    ...(result === undefined ? {} : { result }),
  };
}

/** Reads a run; one sentence says what is wrong with its files. */
export function readRun(
  name: string,
  { run, history, program, examples, profile }: RunTexts,
): Run | { readonly problem: string } {
  try {
    return {
      name,
      ...aboutOf(fieldsOf(json(run, "run.json"), "run.json")),
      epochs: epochsOf(history),
      ...(program === undefined ? {} : { program: programOf(program) }),
      ...(examples === undefined ? {} : { examples: readExamples(examples) }),
      ...(profile === undefined ? {} : { profile: profileOf(profile) }),
    };
  } catch (error) {
    if (error instanceof NotARun) return { problem: error.message };
    throw error;
  }
}

/** The names of the metrics of a run, in the order of its log. */
export const metricNames = ({ epochs, result }: Run): readonly string[] => [
  ...new Set([...epochs.flatMap(({ metrics }) => Object.keys(metrics)), ...Object.keys(result?.test ?? {})]),
];
