// The columns of sources, and the types of fields as encoders see them: they make numbers of columns while data is loaded.

import type { OptionRecord } from "../ir/graph.ts";
import type { TensorType } from "../ir/types.ts";

/** A column that a source has. */
export interface SourceColumn {
  readonly name: string;
  /** The type of one sample, without the batch axis. */
  readonly type: TensorType;
  /** The number of classes, if the column holds class indices. */
  readonly classes?: number;
  /** Whether it holds text. An encoder makes numbers of it; `type` is then that of one token. */
  readonly text?: true;
  /** The columns of the file that stand side by side in it, if it is made of several. */
  readonly parts?: readonly string[];
  /** It is made of all columns of numbers but these, which are known once the file is read. */
  readonly except?: readonly string[];
  /** The number of rows in a row that a sample has, as the first axis of `type`. */
  readonly window?: number;
  /** By how many rows it begins after its window. */
  readonly ahead?: number;
  /** Where its rows are boxes and their classes: the names of these, if the program gives them. */
  readonly boxes?: { readonly classes?: readonly string[] };
  readonly doc: string;
}

/** The type that a field declares, as far as it is written: an encoder takes what its options leave open from there. */
export interface DeclaredType {
  readonly element: "f32" | "i32" | "bool" | "class" | "token";
  /** The count of classes or tokens. */
  readonly count?: number;
  readonly shape: readonly number[];
}

/** The numbers that an encoder makes of a column, for one sample. */
export interface EncodedType {
  readonly element: DeclaredType["element"];
  readonly count?: number;
  readonly shape: readonly number[];
}

/** What an encoder makes of a column: a module of the runtime with complete options, and the type. */
export interface Encoding {
  readonly type: EncodedType;
  readonly options: OptionRecord;
  readonly module: string;
}

/** What an encoder knows of the column that it is given. */
export interface EncoderGiven {
  /** What a field before makes of the same column of text. */
  readonly like: Encoding | undefined;
  /** The sizes of a row of a column of numbers. */
  readonly column: readonly number[];
}

/** An encoding, with the encoder's own module if it names none; or a text that says what is missing. */
export type EncoderAnswer = (Omit<Encoding, "module"> & { readonly module?: string }) | { readonly missing: string };
