// Whole programs on every backend: those of models/ and bench/, and a small one with each optimizer. Equal to the f64 reference
// evaluator: predictions, gradients of every parameter, and weights, state and metrics after three training steps.

import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "vitest";
import { allDefinitions } from "../../src/ops/registry.ts";
import { allBackends } from "../support/backends.ts";
import { everything } from "../support/extent.ts";
import { checkCase, type ParityCase } from "./case.ts";
import { objectivePrograms, programCase, smallProgram } from "./programs.ts";
import { parityOf } from "./record.ts";

/** The residual network of models/ is a model alone; here it trains. */
const training = `
dataset Photos {
  source idx("images", "labels", shape: 8x8x3, classes: 10)
  input  image: f32[8, 8, 3] = pixels / 255
  target kind: class(10) = label
}
train ResNet20 on Photos {
  loss      categorical_crossentropy
  optimizer sgd(0.01, momentum: 0.9)
}
`;
/**
 * The same network as models/mnist.nn; batch normalisation over pictures that become single numbers here; and the bias of keys,
 * whose gradient is 0 but for rounding, which Adam makes a step of. Four networks have a `relu` or a maximum that numbers of 32 bits
 * decide otherwise than those of 64: some backends, which ones depends on the draw, have another gradient there.
 */
const unfit = new Set([
  ...["bench/mnist-cnn.nn", "models/recognised-digits.nn", "bench/mobilenet.nn", "bench/gpt.nn", "models/char-gpt.nn"],
  ...["models/segment.nn", "models/road-scenes.nn", "models/speech-digits.nn", "models/gan.nn"],
  ...["models/translate-en-de.nn"],
]);
const files = ["models", "bench"].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".nn"))
    .map((name) => `${folder}/${name}`)
    .filter((path) => !unfit.has(path)),
);

/** Fewer samples where each costs much. */
const samples: Readonly<Record<string, number>> = { "models/mnist.nn": 2, "models/digits.nn": 2 };

/** Sizes that stand in several places of a program, and smaller ones: pictures, and the frames of a clip. */
const smaller: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "models/cifar-resnet.nn": { "32x32": "8x8" },
  "models/lip-reading.nn": { "24": "4" },
  "models/detect.nn": { "120": "24", "160": "32" },
  "models/speech-sequence.nn": { "24000": "2560", "188": "21" },
};

/** Photos of 32 × 32 and more are made 8 × 8: every layer is there, at a sixteenth of the arithmetic or less. */
function fromFile(path: string): ParityCase {
  const photos = readFileSync(path, "utf8").replace(/\b(?:32|64|96)(x|, )(?:32|64|96)(x|, )3\b/g, "8$18$23");
  const sizes = Object.entries(smaller[path] ?? {});
  const text = sizes.reduce(
    (kept, [size, less]) => kept.replace(new RegExp(`(?<!\\d)${size}(?!\\d)`, "g"), less),
    photos,
  );
  return programCase(`program ${path}`, /^train /m.test(text) ? text : text + training, samples[path]);
}
const withOptimizer = (name: string): ParityCase =>
  programCase(`training with ${name}`, smallProgram(`loss categorical_crossentropy\n  optimizer ${name}()`));
const optimizers = allDefinitions().flatMap(({ tier, name }) => (tier === "optimizer" ? [name] : []));
/** `npm test` takes the small ones. */
const small = new Set(["models/digits.nn", "bench/mlp.nn"]);
const cases = [
  ...files.filter((path) => everything || small.has(path)).map(fromFile),
  ...objectivePrograms.map(([subject, text]) => programCase(`training with ${subject}`, text)),
];
const isDrawn = ({ subject }: ParityCase): boolean => !subject.startsWith("program ");
const trainings = optimizers.map(withOptimizer);

for (const { name, open } of await allBackends())
  describe.skipIf(open === undefined)(name, () => {
    // `npm test` trains with every optimizer, and programs of files, on the target that users get.
    for (const one of everything || name === "wasm" ? [...cases, ...trainings] : cases.filter(isDrawn))
      test(one.subject, ({ task }) => checkCase(one, open!, parityOf(task, name, one.subject)));
  });
