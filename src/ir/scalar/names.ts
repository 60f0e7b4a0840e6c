// The names of the scalar functions, by how many arguments they take. The union is closed, so that a table that lacks
// one does not compile. This file does not know what they compute.

export type UnaryName =
  | "neg"
  | "square"
  | "sqrt"
  | "rsqrt"
  | "reciprocal"
  | "abs"
  | "relu"
  | "sign"
  | "floor"
  | "ceil"
  | "round"
  | "not"
  | "is_finite"
  | "f32"
  | "i32"
  | "u8"
  | "bool"
  | "stop_gradient"
  | "exp"
  | "expm1"
  | "log"
  | "log1p"
  | "tanh"
  | "sigmoid"
  | "softplus"
  | "sin"
  | "cos"
  | "tan"
  | "atan"
  | "erf"
  | "erfinv";

export type BinaryName =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "mod"
  | "pow"
  | "max"
  | "min"
  | "eq"
  | "ne"
  | "lt"
  | "le"
  | "gt"
  | "ge"
  | "and"
  | "or";

export type TernaryName = "select";

export type ScalarName = UnaryName | BinaryName | TernaryName;

/** The arguments of a scalar function, as many as it takes. */
export type ArgumentsOf<F extends ScalarName, T> = F extends UnaryName
  ? readonly [T]
  : F extends BinaryName
    ? readonly [T, T]
    : readonly [T, T, T];
