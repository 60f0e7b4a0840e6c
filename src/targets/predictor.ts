// A small predictor as text: the forward pass of a trained model as one module of JavaScript, and its types. It holds nothing of
// training, and nothing that only Node has.

import type { LoopProgram } from "../ir/loops.ts";
import { comment, type Literal, literal, literalKey } from "./literal.ts";
import { packedNumbers } from "./pack.ts";
import { runtimeScript } from "./runtime.ts";
import { asJavaScript } from "./types.ts";

/** A field of a row or of a prediction, for the types. */
export interface PredictorField {
  readonly key: string;
  /** `ArrayLike<number>` */
  readonly type: string;
  readonly doc: string;
}

export interface PredictorRequest {
  readonly program: LoopProgram;
  /** The first line of each file, without the slashes. */
  readonly title: string;
  /** The facts of runtime/core/predictor.ts. */
  readonly facts: Literal;
  readonly encoders: readonly string[];
  /** Whether its answers are texts that it writes. */
  readonly writes: boolean;
  readonly inputs: readonly PredictorField[];
  readonly outputs: readonly PredictorField[];
  /** The weights, one after another. */
  readonly weights: Uint8Array;
  /** Whether they are a file of their own. */
  readonly beside: boolean;
  /** Whether each weight has two bytes in place of four. */
  readonly half: boolean;
}

/** `function openCode()`, which returns the forward pass in its memory, and the modules of the runtime that it calls. */
export interface PredictorCodeText {
  readonly text: string;
  readonly modules: readonly string[];
}

export const WEIGHTS_FILE = "weights.bin";

const exampleOf = (inputs: readonly PredictorField[]): string =>
  `{ ${inputs.map(({ key }) => literalKey(key).replace(/^"([A-Za-z_$][\w$]*)"$/, "$1")).join(", ")} }`;

function usageLines({ beside, inputs }: PredictorRequest): readonly string[] {
  const row = comment(exampleOf(inputs)).join(" ");
  if (!beside) return ['//   import { predict } from "./predict.js";', `//   predict(${row});`];
  return [
    '//   import { createPredictor } from "./predict.js";',
    `//   const { predict } = createPredictor(bytes);  // those of ${WEIGHTS_FILE}: a Uint8Array or an ArrayBuffer`,
    `//   predict(${row});`,
  ];
}

function script(request: PredictorRequest, code: PredictorCodeText): string {
  const { title, facts, encoders, weights, beside, writes } = request;
  const modules = ["core/predictor", ...encoders.map((name) => `core/encoders/${name}`), ...code.modules];
  if (!beside) modules.push("core/packed");
  const known = `{ ${encoders.map((name) => `${name}: ${name}Encoder`).join(", ")} }`;
  const begin = writes ? ["  const code = openCode();"] : [];
  const opened = (bytes: string): string =>
    writes
      ? `  return openPredictor(facts, code, ${known}, ${bytes}, textWriter(facts, code, ${known}));`
      : `  return openPredictor(facts, openCode(), ${known}, ${bytes});`;
  const own = beside
    ? [
        `/** Makes the predictor with the bytes of ${WEIGHTS_FILE}. */`,
        "export function createPredictor(weights) {",
        ...begin,
        opened("weights"),
        "}",
      ]
    : [
        "let ready;",
        "",
        "/** Makes a predictor with memory of its own. */",
        "export function createPredictor() {",
        ...begin,
        opened("unpackNumbers(weights)"),
        "}",
        "",
        "/** What the model says about a row, or about each row of a list. */",
        "export function predict(rows) {",
        "  ready ??= createPredictor();",
        "  return ready.predict(rows);",
        "}",
      ];
  const program = asJavaScript(code.text).trim();
  return [
    ...comment(title).map((line) => `// ${line}`),
    ...usageLines(request),
    "",
    `const facts = ${literal(facts)};`,
    "",
    ...own,
    "",
    program,
    "",
    runtimeScript(modules, [...own, program].join("\n")),
    ...(beside ? [] : ["", `const weights = ${packedNumbers(weights, request.half)};`]),
    "",
  ].join("\n");
}

function declarations({ title, inputs, outputs, beside }: PredictorRequest): string {
  const fields = (list: readonly PredictorField[]): readonly string[] =>
    list.flatMap(({ key, type, doc }) => [
      `  /** ${comment(doc).join(" ")} */`,
      `  readonly ${literalKey(key)}: ${type};`,
    ]);
  const signatures = (start: string): readonly string[] => [
    `${start}(row: Row): Prediction;`,
    `${start}(rows: readonly Row[]): Prediction[];`,
  ];
  return [
    ...comment(title).map((line) => `// ${line}`),
    "",
    "/** What the model is asked about. */",
    "export interface Row {",
    ...fields(inputs),
    "}",
    "",
    "/** What it says. */",
    "export interface Prediction {",
    ...fields(outputs),
    "}",
    "",
    "export interface Predictor {",
    ...signatures("  predict"),
    "}",
    "",
    beside ? `/** Takes the bytes of ${WEIGHTS_FILE}. */` : "/** A predictor with memory of its own. */",
    `export function createPredictor(${beside ? "weights: Uint8Array | ArrayBuffer" : ""}): Predictor;`,
    ...(beside ? [] : ["", ...signatures("export function predict")]),
    "",
  ].join("\n");
}

/** The files of a predictor's folder. */
export function predictorFiles(
  request: PredictorRequest,
  code: PredictorCodeText,
): ReadonlyMap<string, string | Uint8Array> {
  return new Map<string, string | Uint8Array>([
    ["package.json", `${JSON.stringify({ type: "module" }, undefined, 2)}\n`],
    ["predict.js", script(request, code)],
    ["predict.d.ts", declarations(request)],
    ...(request.beside ? [[WEIGHTS_FILE, request.weights] as const] : []),
  ]);
}
