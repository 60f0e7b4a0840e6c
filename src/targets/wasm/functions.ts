// Spells each scalar function of ir/scalar.ts in WebAssembly, for one value and for four lanes. math.ts prints functions that
// take more than a few instructions. It knows no kernels.

import { CompilerBug } from "../../base/compilerBug.ts";
import { mathFunctionNames } from "./math.ts";
import { type Code, f32Literal, get, i32 } from "./wat.ts";

/** The kind of a value: `bool` is 0 or 1 as a single i32, and 0 or −1 (all bits) in a lane. */
export type Kind = "f32" | "i32" | "bool";
export type Lanes = 1 | 4;

const mathNames: ReadonlySet<string> = new Set(mathFunctionNames);

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
function mathCall(fn: string, args: readonly string[], lanes: Lanes, { calls }: Spelling): string {
  const name = `${fn}_${lanes === 1 ? "s" : "v"}`;
  calls.add(name);
  return `(call $${name} ${args.join(" ")})`;
}

/** Arithmetic whose result has the widest kind of its arguments. Some operations exist for floats only. */
const arithmetic: Readonly<Record<string, { readonly float?: true; readonly write: Write }>> = {
  add: { write: binary("add") },
  sub: { write: binary("sub") },
  mul: { write: binary("mul") },
  div: { float: true, write: binary("div") },
  max: { write: integerExtreme("max") },
  min: { write: integerExtreme("min") },
  neg: {
    write: ([a = ""], kind, lanes) =>
      kind === "f32" || lanes === 4 ? `(${prefix(kind, lanes)}.neg ${a})` : `(i32.sub (i32.const 0) ${a})`,
  },
  abs: {
    write: ([a = ""], kind, lanes, spelling) =>
      kind === "f32" || lanes === 4
        ? `(${prefix(kind, lanes)}.abs ${a})`
        : twice(
            a,
            kind,
            lanes,
            spelling,
            (x, y) => `(select ${x} (i32.sub (i32.const 0) ${y}) (i32.ge_s ${y} (i32.const 0)))`,
          ),
  },
  square: {
    write: ([a = ""], kind, lanes, spelling) =>
      twice(a, kind, lanes, spelling, (x, y) => `(${prefix(kind, lanes)}.mul ${x} ${y})`),
  },
  sqrt: { float: true, write: unary("sqrt") },
  rsqrt: {
    float: true,
    write: ([a = ""], kind, lanes) =>
      `(${prefix(kind, lanes)}.div ${constantTerm(1, "f32", lanes).text} (${prefix(kind, lanes)}.sqrt ${a}))`,
  },
  reciprocal: {
    float: true,
    write: ([a = ""], kind, lanes) => `(${prefix(kind, lanes)}.div ${constantTerm(1, "f32", lanes).text} ${a})`,
  },
  /** `pmax(x, 0)` is `x < 0 ? 0 : x`: one instruction on x86, and a NaN stays one. */
  relu: {
    write: ([a = ""], kind, lanes, spelling) =>
      kind === "f32" && lanes === 4
        ? `(f32x4.pmax ${a} (v128.const f32x4 0 0 0 0))`
        : integerExtreme("max")([a, constantTerm(0, kind, lanes).text], kind, lanes, spelling),
  },
  floor: { write: ([a = ""], kind, lanes) => (kind === "i32" ? a : `(${prefix(kind, lanes)}.floor ${a})`) },
  ceil: { write: ([a = ""], kind, lanes) => (kind === "i32" ? a : `(${prefix(kind, lanes)}.ceil ${a})`) },
  round: { write: ([a = ""], kind, lanes) => (kind === "i32" ? a : `(${prefix(kind, lanes)}.nearest ${a})`) },
  /** The sign as ±1; 0 and NaN stay. The first operand is evaluated first, so it fills the local. */
  sign: {
    write: ([a = ""], kind, lanes, spelling) =>
      twice(a, kind, lanes, spelling, (x, y) => {
        if (kind === "i32")
          return lanes === 1
            ? `(i32.or (i32.shr_s ${x} (i32.const 31)) (i32.ne ${y} (i32.const 0)))`
            : `(v128.or (i32x4.shr_s ${x} (i32.const 31)) (v128.and (i32x4.gt_s ${y} (v128.const i32x4 0 0 0 0)) (v128.const i32x4 1 1 1 1)))`;
        return lanes === 1
          ? `(select (f32.copysign (f32.const 1) ${x}) ${y} (f32.gt (f32.abs ${y}) (f32.const 0)))`
          : `(v128.bitselect (v128.or (v128.const f32x4 1 1 1 1) (v128.and ${x} (v128.const f32x4 -0 -0 -0 -0))) ${y} (f32x4.gt (f32x4.abs ${y}) (v128.const f32x4 0 0 0 0)))`;
      }),
  },
  /** `a − floor(a / b) · b`. For floats it is a function, because the quotient must not round up. */
  mod: {
    write: ([a = "", b = ""], kind, lanes, spelling) => {
      if (kind === "f32") return mathCall("mod", [a, b], lanes, spelling);
      const y = spelling.code.local("i32", "t");
      // ((a % b) + b) % b has the sign of b.
      return `(i32.rem_s (i32.add (i32.rem_s ${a} (local.tee ${y} ${b})) ${get(y)}) ${get(y)})`;
    },
  },
};

const comparisons: Readonly<Record<string, { readonly f32: string; readonly i32: string }>> = {
  eq: { f32: "eq", i32: "eq" },
  ne: { f32: "ne", i32: "ne" },
  lt: { f32: "lt", i32: "lt_s" },
  le: { f32: "le", i32: "le_s" },
  gt: { f32: "gt", i32: "gt_s" },
  ge: { f32: "ge", i32: "ge_s" },
};

const conversions: Readonly<Record<string, Kind>> = { f32: "f32", i32: "i32", bool: "bool" };

/** The widest kind: f32 before i32; booleans count as i32. */
export const widestKind = (kinds: readonly Kind[]): Numeric => (kinds.includes("f32") ? "f32" : "i32");

/** Whether there is a form with four lanes. */
export const hasLanes = (fn: string, kinds: readonly Kind[]): boolean => fn !== "mod" || widestKind(kinds) === "f32";

/** Every function that has a spelling here or in math.ts. */
export const isSpelled = (fn: string): boolean =>
  Object.hasOwn(arithmetic, fn) ||
  Object.hasOwn(comparisons, fn) ||
  Object.hasOwn(conversions, fn) ||
  ["and", "or", "not", "is_finite", "select", "u8", "stop_gradient"].includes(fn) ||
  mathNames.has(fn);

/** The kind of `fn`'s result. */
export function resultKind(fn: string, kinds: readonly Kind[]): Kind {
  if (Object.hasOwn(comparisons, fn) || ["and", "or", "not", "is_finite", "bool"].includes(fn)) return "bool";
  if (fn === "i32" || fn === "u8") return "i32";
  if (fn === "f32") return "f32";
  if (fn === "stop_gradient") return kinds[0] ?? "f32";
  if (fn === "select") return kinds[1] === "bool" && kinds[2] === "bool" ? "bool" : widestKind(kinds.slice(1));
  const entry = Object.hasOwn(arithmetic, fn) ? arithmetic[fn] : undefined;
  return entry === undefined || entry.float === true ? "f32" : widestKind(kinds);
}

/** `fn` of terms with equal numbers of lanes. Throws for a name that is no scalar function: a compiler bug. */
export function applyFunction(fn: string, args: readonly Term[], spelling: Spelling): Term {
  const lanes = args[0]?.lanes ?? 1;
  const kinds = args.map((a) => a.kind);
  const text = (i: number, kind: Kind): string => {
    const arg = args[i];
    if (arg === undefined) throw new CompilerBug(`${fn} without argument ${i}`);
    return convert(arg, kind).text;
  };
  const kind = resultKind(fn, kinds);
  if (Object.hasOwn(conversions, fn)) return convert(args[0] as Term, conversions[fn] as Kind);
  if (fn === "stop_gradient") return args[0] as Term;
  if (fn === "u8") {
    const mask = constantTerm(255, "i32", lanes).text;
    return { text: `(${lanes === 1 ? "i32" : "v128"}.and ${text(0, "i32")} ${mask})`, kind: "i32", lanes };
  }
  const compared = Object.hasOwn(comparisons, fn) ? comparisons[fn] : undefined;
  if (compared !== undefined) {
    const as = widestKind(kinds);
    return { text: `(${prefix(as, lanes)}.${compared[as]} ${text(0, as)} ${text(1, as)})`, kind, lanes };
  }
  if (fn === "and" || fn === "or")
    return { text: `(${lanes === 1 ? "i32" : "v128"}.${fn} ${text(0, "bool")} ${text(1, "bool")})`, kind, lanes };
  if (fn === "not")
    return { text: lanes === 1 ? `(i32.eqz ${text(0, "bool")})` : `(v128.not ${text(0, "bool")})`, kind, lanes };
  if (fn === "is_finite") {
    const p = prefix("f32", lanes);
    return { text: `(${p}.lt (${p}.abs ${text(0, "f32")}) ${constantTerm(Infinity, "f32", lanes).text})`, kind, lanes };
  }
  if (fn === "select") {
    const [yes, no, test] = [text(1, kind), text(2, kind), text(0, "bool")];
    return {
      text: lanes === 1 ? `(select ${yes} ${no} ${test})` : `(v128.bitselect ${yes} ${no} ${test})`,
      kind,
      lanes,
    };
  }
  const entry = Object.hasOwn(arithmetic, fn) ? arithmetic[fn] : undefined;
  if (entry !== undefined) {
    const as = entry.float === true ? "f32" : widestKind(kinds);
    return {
      text: entry.write(
        args.map((_, i) => text(i, as)),
        as,
        lanes,
        spelling,
      ),
      kind: as,
      lanes,
    };
  }
  if (!mathNames.has(fn)) throw new CompilerBug(`no spelling of '${fn}' in WebAssembly`);
  const texts = args.map((_, i) => text(i, "f32"));
  return { text: mathCall(fn, texts, lanes, spelling), kind: "f32", lanes };
}
