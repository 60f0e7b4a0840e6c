// Measures the pipeline of pictures beside tf.data: JPEG pictures decoded, and augmented, a second, on two cores. Both take turns.
// nnc decodes a picture once for a training and augments it in every step; tf.data is measured so, with its cache, and without.
//
//     node bench/pictures.mjs DIR --python PYTHON [--rounds N]
//
// DIR holds camvid.zip, and PYTHON has TensorFlow. The program trains a network that is next to nothing, so that steps augment and do
// little else.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { argv, exit } from "node:process";
import { fileURLToPath } from "node:url";
import { loadSource } from "../dist/runtime/core/sources/images.js";
import { dataFilesIn } from "../dist/runtime/node/files.js";

const value = (name, otherwise) => (argv.includes(name) ? argv[argv.indexOf(name) + 1] : otherwise);
const [, , given] = argv;
const python = value("--python");
if (given === undefined || python === undefined) {
  console.error("usage: node bench/pictures.mjs DIR --python PYTHON, with DIR/camvid.zip and TensorFlow in PYTHON");
  exit(2);
}
const data = resolve(given);
const here = dirname(fileURLToPath(import.meta.url));
const nnc = join(here, "../dist/cli/main.js");

const program = `dataset Streets {
  source images("camvid.zip", size: 120x160, index: "index.csv")
  input  picture: f32[120, 160, 3] = pixels / 255 -> RandomFlip(horizontal) -> RandomTranslation(0.1, 0.1, fill_mode: constant) -> RandomContrast(0.2, value_range: [0, 1])
  target colour: f32[3] = pixels / 255 -> GlobalAveragePooling2D()
}
model Least(picture: f32[120, 160, 3]) {
  GlobalAveragePooling2D()
  Dense(3)
}
train Least on Streets {
  loss mse
  optimizer sgd(1e-3)
  batch 32
  epochs 20
}
`;

/** Pictures decoded a second, on one thread. */
async function decoded() {
  const files = dataFilesIn({ data: [data], source: "images" }, () => {});
  const request = {
    name: "images",
    options: { file: "camvid.zip", size: [120, 160], channels: 3, index: "index.csv" },
    columns: [{ name: "pixels", dtype: "u8", shape: [120, 160, 3] }],
    seed: 0,
  };
  const started = performance.now();
  const { train, test } = await loadSource(request, files);
  return (train.count + (test?.count ?? 0)) / ((performance.now() - started) / 1000);
}

/** Pictures augmented a second, on two threads: in the steps of a training that does little else, without its first epoch. */
function augmented(folder) {
  const args = [nnc, "train", "p.nn", "--data", data, "--threads", "2", "--json"];
  const lines = execFileSync(process.execPath, args, {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const epochs = lines
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
    .filter(({ event, epoch }) => event === "epoch" && epoch > 1);
  return Math.max(...epochs.map(({ samplesPerSecond }) => samplesPerSecond));
}

/** The same of tf.data: pictures decoded, decoded and augmented, and augmented from its cache. */
const tensorflow = () =>
  JSON.parse(
    execFileSync(python, [join(here, "pictures_tf.py"), join(data, "camvid.zip")], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }),
  );

const rounds = Number(value("--rounds", "3"));
const folder = mkdtempSync(join(tmpdir(), "nnc-bench-"));
try {
  writeFileSync(join(folder, "p.nn"), program);
  const found = { decoded: [], augmented: [], tfDecoded: [], tfBoth: [], tfAugmented: [] };
  for (let round = 0; round < rounds; round++) {
    found.decoded.push(await decoded());
    found.augmented.push(augmented(folder));
    const other = tensorflow();
    found.tfDecoded.push(other.decoded);
    found.tfBoth.push(other.both);
    found.tfAugmented.push(other.augmented);
  }
  const middle = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
  for (const [name, list] of Object.entries(found))
    console.log(`${name.padEnd(12)} ${Math.round(middle(list))} pictures/s  (${list.map(Math.round).join(", ")})`);
  const once = 1 / (1 / middle(found.decoded) + 1 / middle(found.augmented));
  console.log(`first epoch  ${Math.round(once)} pictures/s: decoded on one thread, then augmented on two`);
} finally {
  rmSync(folder, { recursive: true });
}
