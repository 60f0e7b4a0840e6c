// The types of fields as encoders see them: they make numbers of columns of text while data is loaded.

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
