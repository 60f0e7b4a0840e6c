// The kinds of values that options take. The checker converts a value by its kind.

/** The kind of value that an option takes in a `.nn` file, with its range. */
export type OptionKind =
  | { readonly kind: "int"; readonly min?: number; readonly max?: number }
  | {
      readonly kind: "float";
      readonly min?: number;
      readonly max?: number;
      readonly openMin?: boolean;
      readonly openMax?: boolean;
      /** Words that may stand in the place of a number. The record then holds the word. */
      readonly words?: readonly string[];
    }
  | { readonly kind: "bool" }
  | { readonly kind: "choice"; readonly values: readonly string[] }
  /** `3`, `3x3` or `[3, 3]`: always `rank` integers in the record. */
  | { readonly kind: "size"; readonly rank: number; readonly min: number }
  /**
   * Amounts before and after for each of `rank` axes, flattened: `1`, `[1, 2]` or `[[1, 0], [2, 1]]`. Without `rank` one
   * pair is for all axes.
   */
  | { readonly kind: "padding"; readonly rank?: number }
  /** A list of sizes: `[4, 4, 16]`. `-1` or `_` stands for an open one, at most once unless `anyOpen`. */
  | { readonly kind: "shape"; readonly anyOpen?: true }
  /** Counted from 1 (0 is the batch), or negative from the end. In the record: always relative to the batched shape. */
  | { readonly kind: "axis" }
  /**
   * A list of axes. With `of: "inputs"` one for each input, and a single one stands for all. With `of: "weight"` those of a
   * weight; the record counts them from 0.
   */
  | { readonly kind: "axes"; readonly of?: "inputs" | "weight" }
  /**
   * A list of numbers: `[0.1, 0.01]`. With `single` it may be one number, with `whole` all are integers; with `nested` it
   * may be a list of lists, which are one list in the record. Of `words` one may stand in its place.
   */
  | {
      readonly kind: "numbers";
      readonly single?: boolean;
      readonly whole?: boolean;
      readonly nested?: boolean;
      readonly words?: readonly string[];
      /** Keras has a dictionary: its keys in the order of the list, each with the number that it need not name. */
      readonly named?: Readonly<Record<string, number>>;
      readonly min?: number;
      readonly max?: number;
    }
  /** The name of a function of src/ops/functions that keeps the shape, with its options: `relu`, `elu(alpha: 0.5)`. */
  | { readonly kind: "activation" }
  /** An initializer by name, with options: `he_normal`, `random_normal(stddev: 0.02)`. */
  | { readonly kind: "initializer" }
  /** A penalty on a weight or on results, by name with options: `l2(1e-4)`. */
  | { readonly kind: "regularizer" }
  /** A rule that weights keep, by name with options: `max_norm(2)`. */
  | { readonly kind: "constraint" }
  /** A number or a learning-rate schedule. */
  | { readonly kind: "rate" }
  /**
   * A layer with its options, `Dense(8)`; with `several` one or a list. In the record a name with options, or a list. With
   * `blocks` it may be a block or a named layer, too; the record then holds a template.
   */
  | { readonly kind: "layer"; readonly several?: boolean; readonly blocks?: true }
  /** A text; with `bare` a single name may stand without quotes. */
  | { readonly kind: "string"; readonly bare?: true }
  /** A list of texts: `["embed", "head"]`. */
  | { readonly kind: "strings" };
