// Builds WAT text: one function's locals and lines, and a few common instructions. It knows the syntax of the text format,
// but no kernels.

export type WatType = "i32" | "i64" | "f32" | "f64" | "v128";

/** The body of a function under construction. Expressions are folded texts; locals are made on demand. */
export interface Code {
  line(text: string): void;
  /** `head` opens a form that `body` fills: `(if … (then`. */
  form(head: string, body: () => void, close?: string): void;
  /** A new local, as `$name`. */
  local(type: WatType, hint: string): string;
  /** A new label, as `$name`. */
  label(hint: string): string;
}

export interface Parameter {
  readonly name: string;
  readonly type: WatType;
}

/** Writes one function; `name` without the dollar sign. */
export function functionText(
  name: string,
  parameters: readonly Parameter[],
  body: (code: Code) => void,
  options: {
    readonly exported?: boolean;
    readonly result?: WatType | undefined;
    readonly comment?: readonly string[];
  } = {},
): string {
  const lines: string[] = [];
  const locals: string[] = [];
  const counters = new Map<string, number>();
  let depth = 1;
  const fresh = (hint: string): string => {
    const next = counters.get(hint) ?? 0;
    counters.set(hint, next + 1);
    return next === 0 ? `$${hint}` : `$${hint}.${next}`;
  };
  for (const { name: taken } of parameters) counters.set(taken, 1);
  const code: Code = {
    line: (text) => void lines.push("  ".repeat(depth) + text),
    form(head, inner, close = ")") {
      lines.push("  ".repeat(depth) + head);
      depth++;
      inner();
      depth--;
      lines.push("  ".repeat(depth) + close);
    },
    local(type, hint) {
      const made = fresh(hint);
      locals.push(`(local ${made} ${type})`);
      return made;
    },
    label: (hint) => fresh(`${hint}_`),
  };
  body(code);
  const head = [
    `(func $${name}`,
    ...(options.exported === true ? [`(export "${name}")`] : []),
    ...parameters.map((p) => `(param $${p.name} ${p.type})`),
    ...(options.result === undefined ? [] : [`(result ${options.result})`]),
  ].join(" ");
  const declared: string[] = [];
  for (let i = 0; i < locals.length; i += 6) declared.push(`  ${locals.slice(i, i + 6).join(" ")}`);
  const comments = (options.comment ?? []).map((line) => `;; ${line}`);
  return [...comments, head, ...declared, ...lines, ")"].join("\n");
}

/** A module of fields. */
export const moduleOf = (parts: readonly string[]): string => `(module\n${parts.join("\n\n")}\n)\n`;

export const get = (local: string): string => `(local.get ${local})`;
export const i32 = (value: number): string => `(i32.const ${value})`;

const constantOf = (text: string): number | undefined => {
  const found = /^\(i32\.const (-?\d+)\)$/.exec(text);
  return found === null ? undefined : Number(found[1]);
};

/** `a + b`, computed now if both are numbers. */
export function addI32(a: string, b: string): string {
  const x = constantOf(a);
  const y = constantOf(b);
  if (x !== undefined && y !== undefined) return i32(x + y);
  if (x === 0) return b;
  if (y === 0) return a;
  return `(i32.add ${a} ${b})`;
}

/** `a · factor`, computed now if possible. */
export function scaleI32(a: string, factor: number): string {
  const x = constantOf(a);
  if (x !== undefined) return i32(x * factor);
  if (factor === 0) return i32(0);
  if (factor === 1) return a;
  return `(i32.mul ${a} ${i32(factor)})`;
}

/** `a / b` of whole numbers, rounded up. */
export const quotient = (a: string, b: string): string =>
  `(i32.div_u (i32.add ${a} (i32.sub ${b} (i32.const 1))) ${b})`;

export const setLocal = (code: Code, local: string, value: string): void => code.line(`(local.set ${local} ${value})`);

/** `for (variable = from; variable < to; variable += step) body`; the body may not run at all. */
export function forLoop(
  code: Code,
  variable: string,
  from: string,
  to: string,
  step: number,
  body: () => void,
  atLeastOnce = false,
): void {
  setLocal(code, variable, from);
  const loop = (): void => {
    const label = code.label("loop");
    code.form(`(loop ${label}`, () => {
      body();
      code.line(`(br_if ${label} (i32.lt_s (local.tee ${variable} (i32.add ${get(variable)} ${i32(step)})) ${to}))`);
    });
  };
  if (atLeastOnce) loop();
  else code.form(`(if (i32.lt_s ${get(variable)} ${to}) (then`, loop, "))");
}

/** A number as an f32 literal: hexadecimal, so that it reads back exactly. */
export function f32Literal(value: number): string {
  const x = Math.fround(value);
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "-inf";
  return Object.is(x, -0) ? "-0" : String(x);
}
