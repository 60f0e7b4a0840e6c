// What a check of data knows of the program, and what it tells of the data.

import type { ColumnInfo, Manifest } from "../program.ts";
import type { SplitRule } from "../split.ts";

/** A field of the data set. */
export interface PlanField {
  readonly name: string;
  readonly role: "input" | "target" | "weight";
  /** The columns of the source that it reads. */
  readonly from: readonly string[];
  /** The number of its classes. */
  readonly classes?: number;
  /** Whether it has a class for each text. */
  readonly labels?: true;
  /** Whether its numbers stand in the file as the model gets them. */
  readonly plain?: true;
  /** Whether a whole text, or a whole number as a key, becomes a token. */
  readonly whole?: true;
  /** Whether it needs a number in each row. */
  readonly numbers?: true;
}

export interface DataPlan {
  readonly file: string;
  readonly dataset: string;
  readonly source: Manifest["source"];
  readonly split: SplitRule;
  readonly seed: number;
  /** The columns to ask the source for; those with the encoder `text` are wanted as they stand in the file. */
  readonly columns: readonly ColumnInfo[];
  readonly fields: readonly PlanField[];
  /** Whether rows are lines of a series, and examples windows over them. */
  readonly series?: true;
  /** The option of the source that says what a missing number means. */
  readonly missing?: "error" | "drop" | number;
}

/** The encoder that a plan asks for where it wants the text of a column. */
export const AS_TEXT = "text";

/** `error`: what certainly spoils the training or its result; `warning`: what mostly does; `note`: what is good to know. */
export type FindingLevel = "error" | "warning" | "note";

export interface DataFinding {
  readonly level: FindingLevel;
  readonly kind: string;
  readonly column?: string;
  readonly message: string;
  /** The first places, as people find them. */
  readonly places?: readonly string[];
  readonly help?: string;
}

export interface NumberSpread {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly deviation: number;
  /** The quarter of the numbers below it, half of them, and three quarters. */
  readonly quarters: readonly [number, number, number];
  /** The numbers in ten steps from the least to the largest. */
  readonly steps: readonly number[];
}

export interface ColumnReport {
  readonly name: string;
  readonly role: string;
  /** The number of different values; of long columns in memory nobody counts them. */
  readonly values?: number;
  readonly missing: number;
  readonly spread?: NumberSpread;
  /** The most frequent texts. */
  readonly texts?: readonly { readonly text: string; readonly count: number }[];
  readonly shape?: readonly number[];
}

export const PARTS = ["train", "validation", "test"] as const;
export type PartName = (typeof PARTS)[number];

export interface ClassReport {
  readonly name: string;
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

export interface DataReport {
  readonly file: string;
  readonly dataset: string;
  readonly source: string;
  /** The rows that were looked at, and whether these are all. */
  readonly rows: { readonly all: number; readonly whole: boolean } & Readonly<Record<PartName, number>>;
  readonly left: number;
  readonly targets: readonly { readonly name: string; readonly classes: readonly ClassReport[] }[];
  readonly columns: readonly ColumnReport[];
  readonly findings: readonly DataFinding[];
}
