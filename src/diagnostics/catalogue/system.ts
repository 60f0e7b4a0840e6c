// NN501–NN504: limits, and what lies outside the program's text: paths, data, weights, formats of others.

import { entry, helpOf } from "./entry.ts";

/** What is counted. */
const limits = {
  axes: "axes in one tensor",
  brackets: "brackets inside each other",
  bracketsOfStack: "brackets inside each other, or as many as the stack of calls holds",
  bytes: "bytes in one file",
  characters: "characters in one file",
  elements: "elements in one tensor",
  files: "files in one program",
  layerCalls: "layer calls",
  memory: "bytes of memory",
  nesting: "expressions and blocks inside each other",
  operators: "operators in one expression",
  steps: "compile-time steps",
  terms: "terms in a size",
  tokens: "words and signs in one file",
  values: "values inside each other",
  weights: "numbers in the weights of one model",
} as const;
export type Limit = keyof typeof limits;

const largest = 2 ** 53;
const countText = (count: number): string => (count === largest ? "2^53" : count.toLocaleString("en-US"));

function needsText(needs: { readonly bytes: number; readonly batch: number } | undefined): string | undefined {
  if (needs === undefined) return undefined;
  return `this model needs ${countText(needs.bytes)} bytes for a batch of ${needs.batch}; a smaller batch needs less`;
}

export const system = {
  NN501: entry<
    | { readonly reason: "path"; readonly path: string }
    | {
        readonly reason: "limit";
        readonly what: keyof typeof limits;
        readonly most: number;
        /** Of memory: what the model takes. */
        readonly needs?: { readonly bytes: number; readonly batch: number };
      }
  >({
    name: "path leaves the project, or a limit is passed",
    severity: "error",
    word: (fields) => ({
      message:
        fields.reason === "path"
          ? `'${fields.path}' leaves the folder of the program`
          : `more than ${countText(fields.most)} ${limits[fields.what]}`,
      ...helpOf(fields.reason === "limit" ? needsText(fields.needs) : undefined),
    }),
    explain: {
      cause: "An import points outside the program's folder, or the program is larger than the compiler allows.",
      wrong: 'import "../../secret.nn"',
      right: 'import "layers.nn"',
      why: "A program compiles in bounded time, and reads only what lies beside it.",
    },
  }),

  NN502: entry<{
    /** What was looked for: `train-images-idx3-ubyte.gz`. */
    readonly what: string;
    /** `is not there`, `ends after 12 bytes` */
    readonly problem: string;
    /** Where it was looked for. */
    readonly places?: readonly string[];
    /** What to do. */
    readonly advice?: string;
  }>({
    name: "data cannot be read",
    severity: "error",
    word: ({ what, problem, places = [], advice }) => ({
      message: `${what} ${problem}`,
      ...helpOf(
        [
          ...(places.length === 0 ? [] : [`looked in ${places.join(", ")}`]),
          ...(advice === undefined ? [] : [advice]),
        ].join("; ") || undefined,
      ),
    }),
    explain: {
      cause: "A file of data is missing, cut short, or not of the format its source expects.",
      wrong: "nnc train mnist.nn --data nowhere",
      right: "nnc train mnist.nn --data ~/data",
      why: "Nothing falls back silently to other data.",
    },
  }),

  NN503: entry<{
    /** The file of weights, as it was named. */
    readonly file: string;
    readonly model: string;
    /** Names of weights that the file lacks. */
    readonly missing: readonly string[];
    /** `F32 [3, 4]` each. */
    readonly different: readonly { readonly name: string; readonly found: string; readonly wanted: string }[];
    /** Names of weights that the model lacks. */
    readonly extra: readonly string[];
  }>({
    name: "weights do not fit the model",
    severity: "error",
    word: ({ file, model, missing, different, extra }) => {
      const problems = [
        ...different.map(({ name, found, wanted }) => `'${name}' is ${found} there and ${wanted} here`),
        ...missing.map((name) => `it has no '${name}'`),
        ...extra.map((name) => `the model has no '${name}'`),
      ];
      const [first, ...others] = problems;
      const shown = others.slice(0, 5);
      const rest = others.length - shown.length;
      const more = rest > 0 ? [...shown, `${rest} more`] : shown;
      return {
        message: `${file} does not fit ${model}: ${first}`,
        help: [
          ...(more.length > 0 ? [`also: ${more.join("; ")}`] : []),
          "nnc train --save writes the weights of a model as it is now",
        ],
      };
    },
    explain: {
      cause: "A file of weights was saved by another model, or by this one before its layers changed.",
      wrong: "nnc export mnist.nn --format tfjs --weights cifar.safetensors",
      right:
        "nnc train mnist.nn --save mnist.safetensors\nnnc export mnist.nn --format tfjs --weights mnist.safetensors",
      why: "Weights go by name and shape; a layer without its own would compute nonsense.",
    },
  }),

  NN504: entry<{
    readonly model: string;
    /** `tfjs` */
    readonly format: string;
    /** What it has no form for: `random numbers`. */
    readonly what: string;
  }>({
    name: "a format cannot hold the model",
    severity: "error",
    word: ({ model, format, what }) => ({
      message: `${model} cannot be exported to ${format}, which has no form for ${what}`,
      help: ["nnc compile makes a trainer of it that predicts, in Node and in browsers"],
    }),
    explain: {
      cause: "A layer computes something that the other program's format has no operation for.",
      wrong: "nnc export noise.nn --format tfjs --weights noise.safetensors",
      right: "nnc compile noise.nn -o noise",
      why: "An exported model predicts what nnc predicts, or there is none.",
    },
  }),
};
