// Prints and parses each kind of node: one entry for each kind holds both directions.

import type {
  Access,
  Address,
  Call,
  NamedLoop,
  Node,
  Op,
  OptionRecord,
  OptionValue,
  PrimGraph,
  PrimNode,
  ValueId,
  WindowAxis,
} from "../graph.ts";
import type { ScalarName } from "../scalar/names.ts";
import { isScalarName } from "../scalar.ts";
import { printSize } from "../size.ts";
import type { TensorType } from "../types.ts";
import { printList, printNumber, type Scanner } from "./scanner.ts";

type AnyNode = Op;
type Kind = AnyNode["kind"];
type Of<K extends Kind> = Extract<AnyNode, { readonly kind: K }>;

interface Form<K extends Kind> {
  /** Prints the node without the kind's name. */
  print(node: Of<K>): string;
  /** Parses the text after the kind's name. */
  parse(s: Scanner): Omit<Of<K>, "kind">;
}

const printIds = (ids: readonly number[]): string => ids.map((id) => `%${id}`).join(", ");

function ids(s: Scanner): readonly number[] {
  const found = [s.id()];
  while (s.accept(",")) found.push(s.id());
  return found;
}

function option<T>(s: Scanner, name: string, read: () => T): T {
  s.expect(`${name}=`);
  return read();
}

const integers = (s: Scanner): readonly number[] => s.list("[", "]", s.integer);
const numbers = (s: Scanner): readonly number[] => s.list("[", "]", s.number);

function oneOf<const T extends string>(s: Scanner, words: readonly T[]): T {
  const word = s.word();
  return words.find((known) => known === word) ?? s.fail(`expected ${words.join(" or ")}`);
}

function scalarName(s: Scanner): ScalarName {
  const word = s.word();
  return isScalarName(word) ? word : s.fail(`there is no scalar function '${word}'`);
}

// ── affine indices ───────────────────────────────────────────────────────────────────────────────────────────────────

/** `2*y + ky - 1` */
export function printAffine({ offset, strides }: Address): string {
  const terms = Object.entries(strides).flatMap(([loop, stride]) =>
    stride === 0 ? [] : [{ minus: stride < 0, text: Math.abs(stride) === 1 ? loop : `${Math.abs(stride)}*${loop}` }],
  );
  if (offset !== 0 || terms.length === 0) terms.push({ minus: offset < 0, text: String(Math.abs(offset)) });
  return terms
    .map(({ minus, text }, i) => (i === 0 ? (minus ? `-${text}` : text) : `${minus ? " - " : " + "}${text}`))
    .join("");
}

/** `[n, 2*y + ky - 1, c]` */
export const printAccess = (access: Access): string => printList(access, printAffine);

function parseAffine(s: Scanner): Address {
  let offset = 0;
  const strides: Record<string, number> = {};
  let sign = s.accept("-") ? -1 : 1;
  for (;;) {
    const number = s.peekDigit() ? s.integer() : undefined;
    if (number === undefined || s.accept("*")) {
      const loop = s.word();
      strides[loop] = (strides[loop] ?? 0) + sign * (number ?? 1);
    } else offset += sign * number;
    if (s.accept("+")) sign = 1;
    else if (s.accept("-")) sign = -1;
    else return { offset, strides };
  }
}
const parseAccess = (s: Scanner): Access => s.list("[", "]", () => parseAffine(s));

const printLoops = (loops: readonly NamedLoop[]): string =>
  `{${loops.map(({ name, extent }) => `${name}=${printSize(extent)}`).join(", ")}}`;
const parseLoops = (s: Scanner): readonly NamedLoop[] =>
  s.list("{", "}", () => {
    const name = s.word();
    s.expect("=");
    return { name, extent: s.size() };
  });

// ── windows ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** `3 stride 2 dilation 2 pad 1 0`, without the parts that have their defaults. */
const printWindow = ({ size, stride, dilation, before, after }: WindowAxis): string =>
  [
    String(size),
    stride === 1 ? "" : ` stride ${stride}`,
    dilation === 1 ? "" : ` dilation ${dilation}`,
    before === 0 && after === 0 ? "" : ` pad ${before} ${after}`,
  ].join("");

function parseWindow(s: Scanner): WindowAxis {
  const size = s.integer();
  const stride = s.accept("stride") ? s.integer() : 1;
  const dilation = s.accept("dilation") ? s.integer() : 1;
  const padded = s.accept("pad");
  return { size, stride, dilation, before: padded ? s.integer() : 0, after: padded ? s.integer() : 0 };
}
const windows = (s: Scanner): readonly WindowAxis[] => s.list("[", "]", () => parseWindow(s));

// ── options of calls ─────────────────────────────────────────────────────────────────────────────────────────────────

const isUse = (value: OptionValue): value is { readonly name: string; readonly options: OptionRecord } =>
  typeof value === "object" && !Array.isArray(value);

/** Numbers, texts, `true`, `none`, lists, and `use "relu" {…}` for a value with a name and its own options. */
function printOption(value: OptionValue): string {
  if (value === undefined) return "none";
  if (typeof value === "number") return printNumber(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "boolean") return String(value);
  if (isUse(value)) return `use ${JSON.stringify(value.name)} ${printOptions(value.options)}`;
  return printList(value, printOption);
}
const printOptions = (options: OptionRecord): string =>
  `{${Object.entries(options)
    .map(([name, value]) => `${name}=${printOption(value)}`)
    .join(", ")}}`;

function parseOption(s: Scanner): OptionValue {
  if (s.accept("none")) return undefined;
  if (s.accept("true")) return true;
  if (s.accept("false")) return false;
  if (s.accept("use")) return { name: s.string(), options: parseOptions(s) };
  if (s.peek('"')) return s.string();
  if (s.peek("[")) return s.list("[", "]", () => parseOption(s));
  return s.number();
}
const parseOptions = (s: Scanner): OptionRecord =>
  Object.fromEntries(
    s.list("{", "}", () => {
      const name = s.word();
      s.expect("=");
      return [name, parseOption(s)] as const;
    }),
  );

/** `%1, mask=%2`: a name where the arguments are not simply the inputs in order. */
const printArguments = (args: readonly number[], given: readonly string[] | undefined): string =>
  given === undefined ? printIds(args) : args.map((id, i) => `${given[i]}=%${id}`).join(", ");

function parseArguments(s: Scanner): Pick<Call, "args" | "given"> & { readonly given?: readonly string[] } {
  const given: string[] = [];
  const args = s.list("(", ")", () => {
    if (s.peek("%")) return s.id();
    given.push(s.word());
    s.expect("=");
    return s.id();
  });
  return given.length === 0 ? { args } : { args, given };
}

// ── bodies of loops ──────────────────────────────────────────────────────────────────────────────────────────────────

/** The nodes of a body, one on each line between braces, and its results. */
const printBody = ({ nodes, outputs }: PrimGraph): string =>
  [
    "{",
    ...nodes.map((node) => `  ${printNode(node).replaceAll("\n", "\n  ")}`),
    `  results(${printIds(outputs.map(({ value }) => value))})`,
    "}",
  ].join("\n");

function parseBody(s: Scanner): PrimGraph {
  const nodes: PrimNode[] = [];
  s.expect("{");
  while (s.peek("%")) {
    const node = parseNode(s);
    if (node.kind === "call" || node.kind === "gradient") return s.fail(`a ${node.kind} in the body of a loop`);
    nodes.push(node);
  }
  s.expect("results");
  const results = s.list("(", ")", s.id);
  s.expect("}");
  return { name: "body", nodes, outputs: results.map((value, i) => ({ name: String(i), value })), updates: [] };
}

function argumentList(s: Scanner, name: string): readonly ValueId[] {
  s.expect(name);
  return s.list("(", ")", s.id);
}

// ── nodes ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const named = <K extends string>(key: K) => ({
  print: (node: Readonly<Record<K, string>>) => JSON.stringify(node[key]),
  parse: (s: Scanner) => ({ [key]: s.string() }) as Record<K, string>,
});

const forms: { readonly [K in Kind]: Form<K> } = {
  input: named("name"),
  param: named("slot"),
  const: {
    print: ({ value }) => (typeof value === "number" ? printNumber(value) : printList(value, printNumber)),
    parse: (s) => ({ value: s.peek("[") ? numbers(s) : s.number() }),
  },
  size: { print: (node) => printSize(node.size), parse: (s) => ({ size: s.size() }) },
  iota: { print: (node) => `axis=${node.axis}`, parse: (s) => ({ axis: option(s, "axis", s.integer) }) },
  random: {
    print: (node) => `seed=%${node.seed} step=%${node.step} stream=${node.stream}`,
    parse: (s) => ({
      seed: option(s, "seed", s.id),
      step: option(s, "step", s.id),
      stream: option(s, "stream", s.integer),
    }),
  },
  map: { print: (node) => `${node.fn} ${printIds(node.args)}`, parse: (s) => ({ fn: scalarName(s), args: ids(s) }) },
  reduce: {
    print: (node) => `${node.op} %${node.arg} axes=${printList(node.axes)}`,
    parse: (s) => ({ op: oneOf(s, ["sum", "max", "min"]), arg: s.id(), axes: option(s, "axes", () => integers(s)) }),
  },
  arg_reduce: {
    print: (node) => `${node.op} %${node.arg} axis=${node.axis}`,
    parse: (s) => ({ op: oneOf(s, ["max", "min"]), arg: s.id(), axis: option(s, "axis", s.integer) }),
  },
  contract: {
    print: ({ loops, out, lhs, left, rhs, right, onto }) =>
      `%${lhs}${printAccess(left)} * %${rhs}${printAccess(right)} -> ${printAccess(out)} ${printLoops(loops)}` +
      (onto === undefined ? "" : ` onto %${onto}`),
    parse: (s) => {
      const lhs = s.id();
      const left = parseAccess(s);
      s.expect("*");
      const rhs = s.id();
      const right = parseAccess(s);
      s.expect("->");
      const out = parseAccess(s);
      const loops = parseLoops(s);
      return { loops, out, lhs, left, rhs, right, ...(s.accept("onto") ? { onto: s.id() } : {}) };
    },
  },
  window_reduce: {
    print: (node) => `${node.op} %${node.arg} ${printList(node.window, printWindow)}`,
    parse: (s) => ({ op: oneOf(s, ["sum", "max"]), arg: s.id(), window: windows(s) }),
  },
  window_scatter: {
    print: (node) => `${node.op} %${node.arg} gradient=%${node.gradient} ${printList(node.window, printWindow)}`,
    parse: (s) => ({
      op: oneOf(s, ["sum", "max"]),
      arg: s.id(),
      gradient: option(s, "gradient", s.id),
      window: windows(s),
    }),
  },
  gather: {
    print: (node) => `%${node.arg} indices=%${node.indices} axis=${node.axis} batch=${node.batch}`,
    parse: (s) => ({
      arg: s.id(),
      indices: option(s, "indices", s.id),
      axis: option(s, "axis", s.integer),
      batch: option(s, "batch", s.integer),
    }),
  },
  scatter_add: {
    print: (node) => `%${node.updates} indices=%${node.indices} axis=${node.axis} batch=${node.batch}`,
    parse: (s) => ({
      updates: s.id(),
      indices: option(s, "indices", s.id),
      axis: option(s, "axis", s.integer),
      batch: option(s, "batch", s.integer),
    }),
  },
  reshape: { print: (node) => `%${node.arg}`, parse: (s) => ({ arg: s.id() }) },
  transpose: {
    print: (node) => `%${node.arg} ${printList(node.permutation)}`,
    parse: (s) => ({ arg: s.id(), permutation: integers(s) }),
  },
  broadcast: {
    print: (node) => `%${node.arg} axes=${printList(node.axes)}`,
    parse: (s) => ({ arg: s.id(), axes: option(s, "axes", () => integers(s)) }),
  },
  slice: {
    print: (node) => `%${node.arg} starts=${printList(node.starts)} strides=${printList(node.strides)}`,
    parse: (s) => ({
      arg: s.id(),
      starts: option(s, "starts", () => integers(s)),
      strides: option(s, "strides", () => integers(s)),
    }),
  },
  pad: {
    print: (node) =>
      `%${node.arg} before=${printList(node.before)} after=${printList(node.after)} value=${printNumber(node.value)}`,
    parse: (s) => ({
      arg: s.id(),
      before: option(s, "before", () => integers(s)),
      after: option(s, "after", () => integers(s)),
      value: option(s, "value", s.number),
    }),
  },
  concat: {
    print: (node) => `${printIds(node.args)} axis=${node.axis}`,
    parse: (s) => ({ args: ids(s), axis: option(s, "axis", s.integer) }),
  },
  scan: {
    print: ({ length, reverse, init, over, captures, body }) =>
      `${length}${reverse ? " reverse" : ""} init(${printIds(init)}) over(${printIds(over)}) captures(${printIds(captures)}) ${printBody(body)}`,
    parse: (s) => ({
      length: s.integer(),
      reverse: s.accept("reverse"),
      init: argumentList(s, "init"),
      over: argumentList(s, "over"),
      captures: argumentList(s, "captures"),
      body: parseBody(s),
    }),
  },
  part: {
    print: (node) => `${node.index} of %${node.of}`,
    parse: (s) => {
      const index = s.integer();
      s.expect("of");
      return { index, of: s.id() };
    },
  },
  call: {
    print: ({ op, args, given, weights, training, use = 0, mask, assigns, options }) =>
      `${JSON.stringify(op)} (${printArguments(args, given)}) (${printIds(weights)})${training ? " training" : ""}${use > 0 ? ` use=${use}` : ""}${mask === undefined ? "" : ` mask=${printList(mask)}`}${assigns === undefined ? "" : ` assigns=${printList(assigns)}`} ${printOptions(options)}`,
    parse: (s) => ({
      op: s.string(),
      ...parseArguments(s),
      weights: s.list("(", ")", s.id),
      training: s.accept("training"),
      ...(s.peek("use") ? { use: option(s, "use", s.integer) } : {}),
      ...(s.peek("mask") ? { mask: option(s, "mask", () => integers(s)) } : {}),
      ...(s.peek("assigns") ? { assigns: option(s, "assigns", () => integers(s)) } : {}),
      options: parseOptions(s),
    }),
  },
  gradient: {
    print: (node) => `%${node.of} by %${node.wrt}`,
    parse: (s) => {
      const of = s.id();
      s.expect("by");
      return { of, wrt: s.id() };
    },
  },
};

/** `reduce sum %3 axes=[0]`; without id, type and origin. */
export const printOperation = (node: AnyNode): string => `${node.kind} ${(forms[node.kind] as Form<Kind>).print(node)}`;

/** Parses the text of printOperation. */
export function parseOperation(s: Scanner): AnyNode {
  const kind = s.word();
  const form = Object.hasOwn(forms, kind)
    ? (forms[kind as Kind] as Form<Kind>)
    : s.fail(`'${kind}' is no kind of node`);
  return { kind, ...form.parse(s) } as AnyNode;
}

/** `f32[?,28,28,1]` */
export const printType = ({ dtype, shape }: TensorType): string => `${dtype}[${shape.map(printSize).join(",")}]`;

/** `%3: f32[32] = map exp %2 @ "conv2d"`; a node with a body has several lines. */
export const printNode = (node: Node<AnyNode>): string =>
  `%${node.id}: ${[node.type, ...(node.more ?? [])].map(printType).join(", ")} = ${printOperation(node)} @ ${JSON.stringify(node.origin)}`;

/** Parses the text of printNode. */
export function parseNode(s: Scanner): Node<AnyNode> {
  const id = s.id();
  s.expect(":");
  const type = s.type();
  const more: TensorType[] = [];
  while (s.accept(",")) more.push(s.type());
  s.expect("=");
  const operation = parseOperation(s);
  s.expect("@");
  return { ...operation, id, type, ...(more.length === 0 ? {} : { more }), origin: s.string() };
}
