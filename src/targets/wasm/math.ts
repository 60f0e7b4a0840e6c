// Prints the decompositions of scalar functions as functions of WebAssembly text, for four lanes and for one. It knows no
// kernels, and does not know which functions are single instructions.

import type { Algebra } from "../../ir/scalar/algebra.ts";
import { decomposedNames, decomposition } from "../../ir/scalar/decompositions.ts";

export interface MathFunction {
  /** `(func $exp_v (param $x v128) (result v128) …)`: f32x4 in, f32x4 out. A second parameter is called `$y`. */
  readonly vector: string;
  /** `(func $exp_s (param $x f32) (result f32) …)`. It calls `vector`, so it returns the same bits as a lane. */
  readonly scalar: string;
  /** The names of other functions whose vector form this one calls. */
  readonly calls: readonly string[];
  /** The globals that it reads, `(global $f32x4_0.5 v128 …)`: its constants. Equal ones have equal texts in all functions. */
  readonly constants: readonly string[];
}

/** The names that `mathFunction` knows. */
export const mathFunctionNames = decomposedNames;

/** The function called `name`; undefined if it has no decomposition. */
export function mathFunction(name: string): MathFunction | undefined {
  const found = decomposition(name);
  if (found === undefined) return undefined;
  const printer = newPrinter();
  const parameters = found.arity === 1 ? ["$x"] : ["$x", "$y"];
  const x = printer.parameter("$x");
  const result =
    found.arity === 1 ? found.define(printer.algebra, x) : found.define(printer.algebra, x, printer.parameter("$y"));
  const { locals, statements, value } = printBody(result);
  const declared = parameters.map((p) => `(param ${p} v128)`).join(" ");
  const vector = [
    `(func $${name}_v ${declared} (result v128)`,
    ...(locals.length > 0 ? [`  ${locals.map((local) => `(local ${local} v128)`).join(" ")}`] : []),
    ...statements.map((statement) => `  ${statement}`),
    `  ${value})`,
  ].join("\n");
  const scalar = [
    `(func $${name}_s ${parameters.map((p) => `(param ${p} f32)`).join(" ")} (result f32)`,
    `  (f32x4.extract_lane 0 (call $${name}_v ${parameters.map((p) => `(f32x4.splat (local.get ${p}))`).join(" ")})))`,
  ].join("\n");
  return { vector, scalar, calls: printer.calls(), constants: printer.constants() };
}

/** An instruction over the values of other nodes. Each `#` in the text is the place of the next argument. */
interface Node {
  readonly text: string;
  readonly args: readonly Node[];
}

interface Printer {
  readonly algebra: Algebra<Node, Node>;
  parameter(name: string): Node;
  calls(): readonly string[];
  constants(): readonly string[];
}

type MakeNode = (text: string, ...args: readonly Node[]) => Node;

/** Makes nodes; two of the same text over the same arguments are one node. */
function nodeMaker(): MakeNode {
  const nodes = new Map<string, Node>();
  const ids = new Map<Node, number>();
  return (text, ...args) => {
    const key = `${text} ${args.map((arg) => ids.get(arg)).join(" ")}`;
    const known = nodes.get(key);
    if (known !== undefined) return known;
    const made = { text, args };
    nodes.set(key, made);
    ids.set(made, ids.size);
    return made;
  };
}

/** An algebra whose values are nodes. */
function newPrinter(): Printer {
  const node = nodeMaker();
  const calls = new Set<string>();
  const constants = new Set<string>();
  /** V8 makes a constant of 128 bits anew at every use, from numbers; it loads a global. docs/design/tiles.md */
  const constant = (type: string, value: string): Node => {
    const name = `$${type}_${value}`;
    constants.add(`(global ${name} v128 (v128.const ${type}${` ${value}`.repeat(4)}))`);
    return node(`(global.get ${name})`);
  };
  const rarely: Algebra<Node, Node>["rarely"] = (mask, name, x, common) => {
    calls.add(name);
    const call = `(v128.bitselect (call $${name}_v #) # #)`;
    return node(`(if (result v128) (v128.any_true #) (then ${call}) (else #))`, mask, x, common, mask, common);
  };
  return {
    algebra: { ...instructions(node, constant), rarely },
    parameter: (name) => node(`(local.get ${name})`),
    calls: () => [...calls],
    constants: () => [...constants],
  };
}

/** The operations of the algebra that are instructions. */
function instructions(
  node: MakeNode,
  constant: (type: string, value: string) => Node,
): Omit<Algebra<Node, Node>, "rarely"> {
  const unary = (instruction: string) => (a: Node) => node(`(${instruction} #)`, a);
  const binary = (instruction: string) => (a: Node, b: Node) => node(`(${instruction} # #)`, a, b);
  const shift = (instruction: string) => (a: Node, distance: number) =>
    node(`(${instruction} # (i32.const ${distance}))`, a);
  const select = (mask: Node, a: Node, b: Node): Node => node("(v128.bitselect # # #)", a, b, mask);
  return {
    f32: (value) => constant("f32x4", floatText(value)),
    i32: (value) => constant("i32x4", String(value)),
    add: binary("f32x4.add"),
    sub: binary("f32x4.sub"),
    mul: binary("f32x4.mul"),
    div: binary("f32x4.div"),
    sqrt: unary("f32x4.sqrt"),
    min: binary("f32x4.pmin"),
    max: binary("f32x4.pmax"),
    abs: unary("f32x4.abs"),
    neg: unary("f32x4.neg"),
    floor: unary("f32x4.floor"),
    ceil: unary("f32x4.ceil"),
    nearest: unary("f32x4.nearest"),
    trunc: unary("f32x4.trunc"),
    eq: binary("f32x4.eq"),
    ne: binary("f32x4.ne"),
    lt: binary("f32x4.lt"),
    le: binary("f32x4.le"),
    gt: binary("f32x4.gt"),
    ge: binary("f32x4.ge"),
    select,
    selectBits: select,
    and: binary("v128.and"),
    or: binary("v128.or"),
    xor: binary("v128.xor"),
    andNot: binary("v128.andnot"),
    bits: (a) => a,
    fromBits: (a) => a,
    toFloat: unary("f32x4.convert_i32x4_s"),
    toInt: unary("i32x4.trunc_sat_f32x4_s"),
    addInt: binary("i32x4.add"),
    subInt: binary("i32x4.sub"),
    mulInt: binary("i32x4.mul"),
    eqInt: binary("i32x4.eq"),
    shiftLeft: shift("i32x4.shl"),
    shiftRight: shift("i32x4.shr_s"),
    shiftRightZeros: shift("i32x4.shr_u"),
  };
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return Object.is(value, -0) ? "-0" : String(Math.fround(value));
}

/** Puts values with several uses into locals, in the order of use. Constants and parameters are cheap to repeat. */
function printBody(result: Node): {
  readonly locals: readonly string[];
  readonly statements: readonly string[];
  readonly value: string;
} {
  const uses = new Map<Node, number>();
  const count = (node: Node): void => {
    const before = uses.get(node) ?? 0;
    uses.set(node, before + 1);
    if (before === 0) node.args.forEach(count);
  };
  count(result);
  const locals: string[] = [];
  const statements: string[] = [];
  const named = new Map<Node, string>();
  const print = (node: Node): string => {
    const local = named.get(node);
    if (local !== undefined) return `(local.get ${local})`;
    const args = node.args.map(print);
    let next = 0;
    const text = node.text.replaceAll("#", () => args[next++] ?? "");
    if (node.args.length === 0 || (uses.get(node) ?? 0) < 2) return text;
    const name = `$t${locals.length}`;
    locals.push(name);
    statements.push(`(local.set ${name} ${text})`);
    named.set(node, name);
    return `(local.get ${name})`;
  };
  const value = print(result);
  return { locals, statements, value };
}
