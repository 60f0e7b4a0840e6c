// NN501, NN502: limits, paths and data outside the program's text.

import { entry, helpOf } from "./entry.ts";

export const system = {
  NN501: entry<
    | { readonly reason: "path"; readonly path: string }
    | {
        readonly reason: "limit";
        /** `layer calls`, `compile-time steps`, `elements of one tensor`. */
        readonly what: string;
        readonly most: string;
        /** What makes it fit. */
        readonly help?: string;
      }
  >({
    name: "path leaves the project, or a limit is passed",
    severity: "error",
    word: (fields) => ({
      message:
        fields.reason === "path"
          ? `'${fields.path}' leaves the folder of the program`
          : `more than ${fields.most} ${fields.what}`,
      ...helpOf(fields.reason === "limit" ? fields.help : undefined),
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
};
