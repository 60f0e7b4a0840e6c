// Spells each scalar function of ir/scalar.ts in WebAssembly, for one value and for four lanes; complete by type. math.ts
// prints functions that take more than a few instructions. It knows no kernels.

import { CompilerBug } from "../../base/compilerBug.ts";
import { type DecomposedName, decomposedNames } from "../../ir/scalar/decompositions.ts";
import type { ScalarName } from "../../ir/scalar/names.ts";
import { type Code, f32Literal, get, i32 } from "./wat.ts";

/** The kind of a value: `bool` is 0 or 1 as a single i32, and 0 or −1 (all bits) in a lane. */
export type Kind = "f32" | "i32" | "bool";
export type Lanes = 1 | 4;

/** A value as folded text. */
export interface Term {
  readonly text: string;
  readonly kind: Kind;
  readonly lanes: Lanes;
}

/** The context of a function's text: the locals for temporaries, and the functions of the module that it calls. */
export interface Spelling {
  readonly code: Code;
  readonly calls: Set<string>;
}

const prefix = (kind: "f32" | "i32", lanes: Lanes): string => (lanes === 1 ? kind : `${kind}x4`);

export const constantTerm = (value: number, kind: "f32" | "i32", lanes: Lanes): Term => {
  const text = kind === "f32" ? `(f32.const ${f32Literal(value)})` : i32(value);
  return lanes === 1
    ? { text, kind, lanes }
    : {
        text:
          kind === "f32"
            ? `(v128.const f32x4 ${Array(4).fill(f32Literal(value)).join(" ")})`
            : `(v128.const i32x4 ${Array(4).fill(String(value)).join(" ")})`,
        kind,
        lanes,
      };
};

/** The same value in every lane. */
export function splat(term: Term): Term {
  if (term.lanes === 4) return term;
  if (term.kind === "bool")
    return { text: `(i32x4.splat (i32.sub (i32.const 0) ${term.text}))`, kind: "bool", lanes: 4 };
  return { text: `(${term.kind}x4.splat ${term.text})`, kind: term.kind, lanes: 4 };
}

/** One of four equal values. */
export function firstLane(term: Term): Term {
  if (term.lanes === 1) return term;
  if (term.kind === "f32") return { text: `(f32x4.extract_lane 0 ${term.text})`, kind: "f32", lanes: 1 };
  const lane = `(i32x4.extract_lane 0 ${term.text})`;
  return { text: term.kind === "bool" ? `(i32.sub (i32.const 0) ${lane})` : lane, kind: term.kind, lanes: 1 };
}

/** Converts the value to another kind. Conversion to `i32` rounds towards zero. */
export function convert(term: Term, kind: Kind): Term {
  const { text, lanes } = term;
  if (term.kind === kind) return term;
  if (kind === "f32") {
    if (term.kind === "i32")
      return {
        text: lanes === 1 ? `(f32.convert_i32_s ${text})` : `(f32x4.convert_i32x4_s ${text})`,
        kind,
        lanes,
      };
    return {
      text: lanes === 1 ? `(f32.convert_i32_s ${text})` : `(v128.and ${text} (v128.const f32x4 1 1 1 1))`,
      kind,
      lanes,
    };
  }
  if (kind === "i32") {
    if (term.kind === "f32")
      return {
        text: lanes === 1 ? `(i32.trunc_sat_f32_s ${text})` : `(i32x4.trunc_sat_f32x4_s ${text})`,
        kind,
        lanes,
      };
    return { text: lanes === 1 ? text : `(v128.and ${text} (v128.const i32x4 1 1 1 1))`, kind, lanes };
  }
  const zero = constantTerm(0, term.kind === "f32" ? "f32" : "i32", lanes).text;
  return { text: `(${prefix(term.kind === "f32" ? "f32" : "i32", lanes)}.ne ${text} ${zero})`, kind, lanes };
}

type Numeric = "f32" | "i32";
type Write = (args: readonly string[], kind: Numeric, lanes: Lanes, spelling: Spelling) => string;

/** Uses a text twice through a local. */
function twice(text: string, kind: Numeric, lanes: Lanes, { code }: Spelling, use: (a: string, b: string) => string) {
  const local = code.local(lanes === 1 ? kind : "v128", "t");
  return use(`(local.tee ${local} ${text})`, get(local));
}

const binary =
  (name: string): Write =>
  ([a = "", b = ""], kind, lanes) =>
    `(${prefix(kind, lanes)}.${name} ${a} ${b})`;
const unary =
  (name: string): Write =>
  ([a = ""], kind, lanes) =>
    `(${prefix(kind, lanes)}.${name} ${a})`;

/** Rounds floats to whole numbers; integers are whole. */
const rounded =
  (name: "floor" | "ceil" | "nearest"): Write =>
  ([a = ""], kind, lanes) =>
    kind === "i32" ? a : `(${prefix(kind, lanes)}.${name} ${a})`;

/** `a < b ? b : a` for single integers; SIMD has an instruction. */
const integerExtreme =
  (name: "max" | "min"): Write =>
  ([a = "", b = ""], kind, lanes, spelling) => {
    if (kind === "f32" || lanes === 4)
      return kind === "f32" ? binary(name)([a, b], kind, lanes, spelling) : `(i32x4.${name}_s ${a} ${b})`;
    const x = spelling.code.local("i32", "t");
    const y = spelling.code.local("i32", "t");
    const test = name === "max" ? "gt_s" : "lt_s";
    return `(select (local.tee ${x} ${a}) (local.tee ${y} ${b}) (i32.${test} ${get(x)} ${get(y)}))`;
  };

/** A call of a function of math.ts. */
function mathCall(fn: DecomposedName, args: readonly string[], lanes: Lanes, { calls }: Spelling): string {
  const name = `${fn}_${lanes === 1 ? "s" : "v"}`;
  calls.add(name);
  return `(call $${name} ${args.join(" ")})`;
}

/** The widest kind: f32 before i32; booleans count as i32. */
export const widestKind = (kinds: readonly Kind[]): Numeric => (kinds.includes("f32") ? "f32" : "i32");

/** Whether there is a form with four lanes. */
export const hasLanes = (fn: ScalarName, kinds: readonly Kind[]): boolean =>
  fn !== "mod" || widestKind(kinds) === "f32";

/** One function: the kind of its result, and its text over arguments with equal numbers of lanes. */
interface Spelled {
  result(kinds: readonly Kind[]): Kind;
  write(args: Arguments, result: Kind, lanes: Lanes, spelling: Spelling): string;
}

/** The arguments of a call, converted to the kind that is asked for. */
interface Arguments {
  readonly kinds: readonly Kind[];
  text(index: number, kind: Kind): string;
}

const texts = (args: Arguments, kind: Kind): readonly string[] => args.kinds.map((_, i) => args.text(i, kind));

/** Arithmetic in the widest kind of the arguments. */
const widest = (write: Write): Spelled => ({
  result: widestKind,
  write: (args, _, lanes, spelling) =>
    write(texts(args, widestKind(args.kinds)), widestKind(args.kinds), lanes, spelling),
});
/** Arithmetic that exists for floats only. */
const floats = (write: Write): Spelled => ({
  result: () => "f32",
  write: (args, _, lanes, spelling) => write(texts(args, "f32"), "f32", lanes, spelling),
});
/** A function of math.ts. */
const composed = (fn: DecomposedName): Spelled =>
  floats((args, _, lanes, spelling) => mathCall(fn, args, lanes, spelling));
const comparison = (f32: string, i32 = f32): Spelled => ({
  result: () => "bool",
  write(args, _, lanes) {
    const as = widestKind(args.kinds);
    return `(${prefix(as, lanes)}.${as === "f32" ? f32 : i32} ${args.text(0, as)} ${args.text(1, as)})`;
  },
});
const connective = (name: "and" | "or"): Spelled => ({
  result: () => "bool",
  write: (args, _, lanes) =>
    `(${lanes === 1 ? "i32" : "v128"}.${name} ${args.text(0, "bool")} ${args.text(1, "bool")})`,
});
const conversion = (kind: Kind): Spelled => ({ result: () => kind, write: (args) => args.text(0, kind) });

const spellings = {
  add: widest(binary("add")),
  sub: widest(binary("sub")),
  mul: widest(binary("mul")),
  div: floats(binary("div")),
  max: widest(integerExtreme("max")),
  min: widest(integerExtreme("min")),
  neg: widest(([a = ""], kind, lanes) =>
    kind === "f32" || lanes === 4 ? `(${prefix(kind, lanes)}.neg ${a})` : `(i32.sub (i32.const 0) ${a})`,
  ),
  abs: widest(([a = ""], kind, lanes, spelling) =>
    kind === "f32" || lanes === 4
      ? `(${prefix(kind, lanes)}.abs ${a})`
      : twice(
          a,
          kind,
          lanes,
          spelling,
          (x, y) => `(select ${x} (i32.sub (i32.const 0) ${y}) (i32.ge_s ${y} (i32.const 0)))`,
        ),
  ),
  square: widest(([a = ""], kind, lanes, spelling) =>
    twice(a, kind, lanes, spelling, (x, y) => `(${prefix(kind, lanes)}.mul ${x} ${y})`),
  ),
  sqrt: floats(unary("sqrt")),
  rsqrt: floats(
    ([a = ""], kind, lanes) =>
      `(${prefix(kind, lanes)}.div ${constantTerm(1, "f32", lanes).text} (${prefix(kind, lanes)}.sqrt ${a}))`,
  ),
  reciprocal: floats(
    ([a = ""], kind, lanes) => `(${prefix(kind, lanes)}.div ${constantTerm(1, "f32", lanes).text} ${a})`,
  ),
  /** `pmax(x, 0)` is `x < 0 ? 0 : x`: one instruction on x86, and a NaN stays one. */
  relu: widest(([a = ""], kind, lanes, spelling) =>
    kind === "f32" && lanes === 4
      ? `(f32x4.pmax ${a} (v128.const f32x4 0 0 0 0))`
      : integerExtreme("max")([a, constantTerm(0, kind, lanes).text], kind, lanes, spelling),
  ),
  floor: widest(rounded("floor")),
  ceil: widest(rounded("ceil")),
  round: widest(rounded("nearest")),
  /** The sign as ±1; 0 and NaN stay. The first operand is evaluated first, so it fills the local. */
  sign: widest(([a = ""], kind, lanes, spelling) =>
    twice(a, kind, lanes, spelling, (x, y) => {
      if (kind === "i32")
        return lanes === 1
          ? `(i32.or (i32.shr_s ${x} (i32.const 31)) (i32.ne ${y} (i32.const 0)))`
          : `(v128.or (i32x4.shr_s ${x} (i32.const 31)) (v128.and (i32x4.gt_s ${y} (v128.const i32x4 0 0 0 0)) (v128.const i32x4 1 1 1 1)))`;
      return lanes === 1
        ? `(select (f32.copysign (f32.const 1) ${x}) ${y} (f32.gt (f32.abs ${y}) (f32.const 0)))`
        : `(v128.bitselect (v128.or (v128.const f32x4 1 1 1 1) (v128.and ${x} (v128.const f32x4 -0 -0 -0 -0))) ${y} (f32x4.gt (f32x4.abs ${y}) (v128.const f32x4 0 0 0 0)))`;
    }),
  ),
  /** `a − floor(a / b) · b`. For floats it is a function, because the quotient must not round up. */
  mod: widest(([a = "", b = ""], kind, lanes, spelling) => {
    if (kind === "f32") return mathCall("mod", [a, b], lanes, spelling);
    const y = spelling.code.local("i32", "t");
    // ((a % b) + b) % b has the sign of b.
    return `(i32.rem_s (i32.add (i32.rem_s ${a} (local.tee ${y} ${b})) ${get(y)}) ${get(y)})`;
  }),
  pow: composed("pow"),
  exp: composed("exp"),
  expm1: composed("expm1"),
  log: composed("log"),
  log1p: composed("log1p"),
  tanh: composed("tanh"),
  sigmoid: composed("sigmoid"),
  softplus: composed("softplus"),
  sin: composed("sin"),
  cos: composed("cos"),
  tan: composed("tan"),
  atan: composed("atan"),
  erf: composed("erf"),
  erfinv: composed("erfinv"),
  eq: comparison("eq"),
  ne: comparison("ne"),
  lt: comparison("lt", "lt_s"),
  le: comparison("le", "le_s"),
  gt: comparison("gt", "gt_s"),
  ge: comparison("ge", "ge_s"),
  and: connective("and"),
  or: connective("or"),
  not: {
    result: () => "bool",
    write: (args, _, lanes) => `(${lanes === 1 ? "i32.eqz" : "v128.not"} ${args.text(0, "bool")})`,
  },
  is_finite: {
    result: () => "bool",
    write(args, _, lanes) {
      const p = prefix("f32", lanes);
      return `(${p}.lt (${p}.abs ${args.text(0, "f32")}) ${constantTerm(Infinity, "f32", lanes).text})`;
    },
  },
  select: {
    result: ([, yes, no]) => (yes === "bool" && no === "bool" ? "bool" : widestKind([yes ?? "i32", no ?? "i32"])),
    write(args, kind, lanes) {
      const [yes, no, test] = [args.text(1, kind), args.text(2, kind), args.text(0, "bool")];
      return lanes === 1 ? `(select ${yes} ${no} ${test})` : `(v128.bitselect ${yes} ${no} ${test})`;
    },
  },
  f32: conversion("f32"),
  i32: conversion("i32"),
  bool: conversion("bool"),
  u8: {
    result: () => "i32",
    write: (args, _, lanes) =>
      `(${lanes === 1 ? "i32" : "v128"}.and ${args.text(0, "i32")} ${constantTerm(255, "i32", lanes).text})`,
  },
  stop_gradient: {
    result: ([kind = "f32"]) => kind,
    write: (args, kind) => args.text(0, kind),
  },
} satisfies { readonly [F in ScalarName]: Spelled };

const composedNames: ReadonlySet<string> = new Set(decomposedNames);
/** Whether a function takes many instructions. */
export const isComposed = (fn: ScalarName): boolean => composedNames.has(fn);

/** Returns the kind of `fn`'s result. */
export const resultKind = (fn: ScalarName, kinds: readonly Kind[]): Kind => (spellings[fn] as Spelled).result(kinds);

/** Applies `fn` to terms with equal numbers of lanes. */
export function applyFunction(fn: ScalarName, args: readonly Term[], spelling: Spelling): Term {
  const lanes = args[0]?.lanes ?? 1;
  const kinds = args.map(({ kind }) => kind);
  const text = (index: number, kind: Kind): string => {
    const arg = args[index];
    if (arg === undefined) throw new CompilerBug(`${fn} without argument ${index}`);
    return convert(arg, kind).text;
  };
  const kind = resultKind(fn, kinds);
  return { text: spellings[fn].write({ kinds, text }, kind, lanes, spelling), kind, lanes };
}
