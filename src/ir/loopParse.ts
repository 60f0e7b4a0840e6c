// Parses the text that loopText.ts prints, for the compiler's tests and its developers. It throws at the first mistake and
// names the line. The text holds no spans.

import type {
  Address,
  Buffer,
  Expr,
  Extent,
  Guard,
  Kernel,
  Let,
  Loop,
  LoopFunction,
  LoopProgram,
  Repeat,
  SlotPlace,
  Stage,
  Step,
  Store,
} from "./loops.ts";
import { isScalarName } from "./scalar.ts";
import type { DType } from "./types.ts";

type Token = string;

const pattern = /\s*("(?:[^"\\]|\\.)*"|%?[A-Za-z_]\w*|[\d.]+(?:e[+-]?\d+)?|\+=|->|<=|[-+*[\](),:=<])/y;

function tokenize(line: string): readonly Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < line.trimEnd().length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(line);
    if (match?.[1] === undefined) throw new Error(`cannot read '${line.slice(at)}'`);
    tokens.push(match[1]);
  }
  return tokens;
}

interface Reader {
  peek(ahead?: number): Token | undefined;
  next(): Token;
  expect(token: Token): void;
  accept(token: Token): boolean;
}

function reader(tokens: readonly Token[]): Reader {
  let at = 0;
  const r: Reader = {
    peek: (ahead = 0) => tokens[at + ahead],
    next() {
      const token = tokens[at++];
      if (token === undefined) throw new Error("the line ends too early");
      return token;
    },
    expect(token) {
      const found = r.next();
      if (found !== token) throw new Error(`'${found}' stands where '${token}' should`);
    },
    accept(token) {
      if (tokens[at] !== token) return false;
      at++;
      return true;
    },
  };
  return r;
}

function number(r: Reader): number {
  const sign = r.accept("-") ? -1 : 1;
  const token = r.next();
  const value = token === "Infinity" ? Number.POSITIVE_INFINITY : token === "NaN" ? Number.NaN : Number(token);
  if (Number.isNaN(value) && token !== "NaN") throw new Error(`'${token}' is no number`);
  return sign * value;
}

function list<T>(r: Reader, open: Token, close: Token, item: () => T): readonly T[] {
  r.expect(open);
  const items: T[] = [];
  if (r.accept(close)) return items;
  do items.push(item());
  while (r.accept(","));
  r.expect(close);
  return items;
}

function extent(r: Reader): Extent {
  if (r.accept("<=")) return { batch: number(r) };
  r.expect("<");
  return number(r);
}

const loops = (r: Reader): readonly Loop[] =>
  list(r, "[", "]", () => {
    const loop = { name: r.next(), extent: extent(r) };
    return r.accept("at") ? { ...loop, at: expr(r) } : loop;
  });

function address(r: Reader): Address {
  let offset = 0;
  const strides: Record<string, number> = {};
  let sign = r.accept("-") ? -1 : 1;
  for (;;) {
    const token = r.next();
    if (/^\d/.test(token)) {
      if (r.accept("*")) strides[r.next()] = sign * Number(token);
      else offset += sign * Number(token);
    } else strides[token] = sign;
    if (r.accept("+")) sign = 1;
    else if (r.accept("-")) sign = -1;
    else return { offset, strides };
  }
}

function guards(r: Reader): readonly Guard[] {
  const result: Guard[] = [];
  do {
    const index = address(r);
    r.expect("in");
    result.push({ index, size: extent(r) });
  } while (r.accept("and"));
  return result;
}

function expr(r: Reader): Expr {
  const token = r.peek();
  if (token === undefined) throw new Error("an expression is missing");
  if (token === "-" || /^[\d.]/.test(token) || ((token === "Infinity" || token === "NaN") && r.peek(1) !== "["))
    return { kind: "number", value: number(r) };
  r.next();
  if (token.startsWith("%")) return { kind: "local", name: token.slice(1) };
  if (r.accept("[")) {
    const where = address(r);
    const conditions = r.accept("if") ? guards(r) : [];
    if (conditions.length > 0) r.expect("else");
    const otherwise = conditions.length > 0 ? number(r) : 0;
    r.expect("]");
    return { kind: "load", buffer: token, address: where, guards: conditions, otherwise };
  }
  r.expect("(");
  if (token === "index") {
    const where = address(r);
    r.expect(")");
    return { kind: "index", address: where };
  }
  if (token === "batch") {
    const factor = number(r);
    r.expect(")");
    return { kind: "batch", factor };
  }
  if (token === "random") {
    const seed = expr(r);
    r.expect(",");
    const step = expr(r);
    r.expect(",");
    const stream = number(r);
    r.expect(",");
    const element = address(r);
    r.expect(")");
    return { kind: "random", seed, step, stream, element };
  }
  if (token === "guarded") {
    const value = expr(r);
    r.expect("if");
    const conditions = guards(r);
    r.expect("else");
    const otherwise = number(r);
    r.expect(")");
    return { kind: "guarded", guards: conditions, value, otherwise };
  }
  const args: Expr[] = [];
  if (!r.accept(")")) {
    do args.push(expr(r));
    while (r.accept(","));
    r.expect(")");
  }
  if (!isScalarName(token)) throw new Error(`there is no scalar function '${token}'`);
  return { kind: "apply", fn: token, args };
}

function place(r: Reader): { readonly buffer: string; readonly address: Address } {
  const buffer = r.next();
  r.expect("[");
  const where = address(r);
  r.expect("]");
  return { buffer, address: where };
}

interface Line {
  readonly depth: number;
  readonly text: string;
  readonly number: number;
}

function point(
  lines: readonly Line[],
  at: (line: Line) => Reader,
): { readonly lets: readonly Let[]; readonly stores: readonly Store[] } {
  const lets: Let[] = [];
  const stores: Store[] = [];
  for (const line of lines) {
    const r = at(line);
    if (r.accept("let")) {
      const name = r.next().slice(1);
      r.expect(":");
      const dtype = r.next() as DType;
      r.expect("=");
      lets.push({ name, dtype, value: expr(r) });
    } else {
      const adds = r.accept("add");
      if (!adds) r.expect("store");
      const { buffer, address: where } = place(r);
      r.expect("=");
      stores.push({ buffer, address: where, value: expr(r), ...(adds ? { adds } : {}) });
    }
  }
  return { lets, stores };
}

function stage(head: Line, body: readonly Line[], at: (line: Line) => Reader): Stage {
  const r = at(head);
  const kind = r.next();
  if (kind === "fill") {
    const { buffer, address: where } = place(r);
    r.expect("count");
    const count = number(r);
    r.expect("=");
    return { kind: "fill", buffer, range: { address: where, count }, value: number(r) };
  }
  if (kind === "each") return { kind: "each", loops: loops(r), ...point(body, at) };
  if (kind === "reduce") {
    const op = r.next() as Extract<Stage, { kind: "reduce" }>["op"];
    const own = loops(r);
    r.expect("over");
    const over = loops(r);
    r.expect("chunk");
    const chunk = number(r);
    const [first, ...rest] = body;
    if (first === undefined) throw new Error("a reduction without a term");
    const term = at(first);
    const result = term.next().slice(1);
    term.expect("=");
    return { kind: "reduce", op, loops: own, over, chunk, result, term: expr(term), ...point(rest, at) };
  }
  if (kind !== "scatter") throw new Error(`'${kind}' is no stage`);
  const op = r.next() as "sum" | "max";
  const own = loops(r);
  r.expect("over");
  const over = loops(r);
  const [clearLine, termLine, addLine] = body;
  if (clearLine === undefined || termLine === undefined || addLine === undefined)
    throw new Error("a scatter has three lines");
  const clear = at(clearLine);
  clear.expect("clear");
  const cleared = place(clear);
  clear.expect("count");
  const count = number(clear);
  const term = at(termLine);
  term.expect("term");
  const value = expr(term);
  const conditions = term.accept("if") ? guards(term) : [];
  const add = at(addLine);
  add.expect("add");
  const target = place(add);
  add.expect("+=");
  return {
    kind: "scatter",
    op,
    loops: own,
    over,
    term: value,
    guards: conditions,
    ...target,
    value: expr(add),
    clear: { address: cleared.address, count },
  };
}

/** The lines from `start` on that are indented deeper than `depth`. */
function below(lines: readonly Line[], start: number, depth: number): readonly Line[] {
  let end = start;
  while (end < lines.length && (lines[end]?.depth ?? 0) > depth) end++;
  return lines.slice(start, end);
}

function kernel(head: Line, body: readonly Line[], at: (line: Line) => Reader): Kernel {
  const r = at(head);
  r.expect("kernel");
  const name = r.next();
  const own = loops(r);
  r.expect("flops");
  const flops = number(r);
  r.expect("bytes");
  const bytes = number(r);
  r.expect("origins");
  const origins = list(r, "[", "]", () => JSON.parse(r.next()) as string);
  // Formulas are for people, and follow from the stages.
  const rest = body.filter((l) => !l.text.startsWith("# "));
  const stages: Stage[] = [];
  for (let i = 0; i < rest.length; ) {
    const first = rest[i] as Line;
    const inner = below(rest, i + 1, first.depth);
    stages.push(stage(first, inner, at));
    i += 1 + inner.length;
  }
  return { name, loops: own, stages, origins, flops, bytes };
}

/** The steps that some lines describe. */
function stepsOf(lines: readonly Line[], at: (line: Line) => Reader): readonly Step[] {
  const steps: Step[] = [];
  for (let i = 0; i < lines.length; ) {
    const head = lines[i] as Line;
    const inner = below(lines, i + 1, head.depth);
    steps.push(at(head).peek() === "repeat" ? repeat(head, inner, at) : kernel(head, inner, at));
    i += 1 + inner.length;
  }
  return steps;
}

function repeat(head: Line, body: readonly Line[], at: (line: Line) => Reader): Repeat {
  const r = at(head);
  r.expect("repeat");
  const turns = number(r);
  const moves = list(r, "(", ")", (): [string, number] => {
    const buffer = r.next();
    const sign = r.accept("-") ? -1 : 1;
    if (sign > 0) r.expect("+");
    return [buffer, sign * number(r)];
  });
  return { turns, moves: new Map(moves), steps: stepsOf(body, at) };
}

const pairs = (r: Reader): LoopFunction["inputs"] =>
  list(r, "(", ")", () => {
    const name = JSON.parse(r.next()) as string;
    r.expect(":");
    return { name, buffer: r.next() };
  });

/** Throws an Error that names the line and the mistake. */
export function parseLoops(text: string): LoopProgram {
  const lines: readonly Line[] = text
    .split("\n")
    .map((full, i) => ({ depth: full.length - full.trimStart().length, text: full.trim(), number: i + 1 }))
    .filter((line) => line.text !== "");
  let current = 0;
  const at = (line: Line): Reader => {
    current = line.number;
    return reader(tokenize(line.text));
  };
  try {
    return program(lines, at);
  } catch (error) {
    throw new Error(`line ${current}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function program(lines: readonly Line[], at: (line: Line) => Reader): LoopProgram {
  const buffers: Buffer[] = [];
  const slots: SlotPlace[] = [];
  const functions: LoopFunction[] = [];
  const [first] = lines;
  if (first === undefined) throw new Error("the text is empty");
  const head = at(first);
  head.expect("loops");
  head.expect("batch");
  const batch = number(head);
  head.expect("arena");
  const arenaBytes = number(head);
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i] as Line;
    const r = at(line);
    const kind = r.next();
    if (kind === "buffer") {
      const name = r.next();
      r.expect(":");
      const dtype = r.next() as DType;
      const [length = 0] = list(r, "[", "]", () => number(r));
      const role = r.next() as Buffer["role"];
      r.expect("at");
      const offset = number(r);
      const data = r.accept("=") ? list(r, "[", "]", () => number(r)) : undefined;
      buffers.push({ name, dtype, length, role, offset, ...(data === undefined ? {} : { data }) });
    } else if (kind === "slot") {
      const name = JSON.parse(r.next()) as string;
      r.expect(":");
      const dtype = r.next() as DType;
      const shape = list(r, "[", "]", () => number(r));
      const role = r.next() as SlotPlace["role"];
      r.expect("in");
      const buffer = r.next();
      r.expect("from");
      slots.push({ name, dtype, shape, role, buffer, start: number(r) });
    } else if (kind === "function") {
      const name = r.next();
      const inputs = pairs(r);
      r.expect("->");
      const outputs = pairs(r);
      const body = below(lines, i + 1, line.depth);
      i += body.length;
      functions.push({ name, inputs, outputs, steps: stepsOf(body, at) });
    } else throw new Error(`'${kind}' begins no line here`);
  }
  return { batch, arenaBytes, buffers, slots, functions };
}
