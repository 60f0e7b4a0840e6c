// Kills a training at random moments and starts it again, as often as asked: each time it ends, its weights must be those of a
// training that nobody killed. `node bench/kills.mjs [--kills 200] [--data pictures|tables|sequences]`

import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const training = (metrics, epochs) => `
  optimizer adam(cosine_decay(3e-3), use_ema: true)
  metrics   [${metrics}]
  early_stopping validation.loss patience 3 restore best
  epochs    ${epochs}
  batch     16
}
`;
const lines = (count, line) => Array.from({ length: count }, (_, i) => line(i)).join("\n");

/** A program for each kind of data, and the file that it reads. */
const kinds = {
  pictures: {
    program: `dataset Drawn {
  source digits(train: 3000, test: 200)
  input image: f32[28, 28, 1] = pixels / 255
  target digit: class(10) = label
  split train 90%, validation 10%
}
model Net(image: f32[28, 28, 1]) {
  Conv2D(8, 3x3, strides: 2, relu) -> BatchNormalization() -> Dropout(0.2) -> Flatten() -> Dense(10, softmax)
}
train Net on Drawn {
  loss categorical_crossentropy${training("accuracy, auc", 6)}`,
  },
  tables: {
    program: `dataset Houses {
  source csv("houses.csv")
  input  district: token(20) = vocabulary(district)
  input  measures: f32[3] = rest -> Normalization()
  target sold: class(2)
  split  train 80%, validation 10%, test 10%
}
model Sale(district: token(20), measures: f32[3]) {
  concatenate(measures, district -> Embedding(20, 8))
  Dense(64, relu) -> Dropout(0.2)
  Dense(2, softmax)
}
train Sale on Houses {
  loss categorical_crossentropy${training("accuracy", 60)}`,
    file: [
      "houses.csv",
      `district,width,height,price,sold\n${lines(3000, (i) => `d${(i * 7) % 13},${(i * 31) % 97},${(i * 17) % 89},${((i * i) % 997) / 10},${((i * 31) % 97) + ((i * 17) % 89) > 90 ? 1 : 0}`)}\n`,
    ],
  },
  sequences: {
    program: `dataset Song {
  source text("song.txt")
  input  text: token(32)[32] = characters
  target next: token(32)[32] = shift(text, 1)
  split  train 80%, validation 20%
}
model Net(text: token(32)[32]) {
  Embedding(32, 16) -> GRU(24, return_sequences: true) -> Dropout(0.1) -> Dense(32, softmax)
}
train Net on Song {
  loss categorical_crossentropy${training("accuracy", 8)}`,
    file: ["song.txt", lines(1500, (i) => `bottle ${i % 10} on the wall, take ${(i * 7) % 10} down`)],
  },
};

const { values } = parseArgs({
  options: { kills: { type: "string", default: "200" }, data: { type: "string", default: "pictures" } },
});
const wanted = Number(values.kills);
const kind = kinds[values.data];
if (kind === undefined) throw new Error(`--data is one of ${Object.keys(kinds).join(", ")}`);
const nnc = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "nnc-kills-"));
writeFileSync(join(folder, "net.nn"), kind.program);
if (kind.file !== undefined) writeFileSync(join(folder, kind.file[0]), kind.file[1]);
spawnSync(process.execPath, [nnc, "compile", "net.nn", "-o", "out"], { cwd: folder, stdio: "inherit" });
const hashOf = (name) =>
  createHash("sha256")
    .update(readFileSync(join(folder, name)))
    .digest("hex");
const args = (...more) => ["out/train.js", "--quiet", "--data", ".", ...more];
const begun = performance.now();
const whole = spawnSync(process.execPath, args("--save", "whole.safetensors"), { cwd: folder, stdio: "inherit" });
if (whole.status !== 0) process.exit(1);
const right = hashOf("whole.safetensors");
// Kills fall anywhere from the start of the process to the end of a training.
const longest = Math.max(1000, 1.2 * (performance.now() - begun));
let kills = 0;
let ended = 0;
let same = 0;
while (kills < wanted) {
  const going = args("--checkpoint", "state", "--checkpoint-every", "0.02", "--resume", "--save", "w.safetensors");
  const child = spawn(process.execPath, going, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  const timer = setTimeout(() => child.kill("SIGKILL"), 50 + Math.random() * longest);
  const [code, signal] = await new Promise((settle) => child.once("exit", (...end) => settle(end)));
  clearTimeout(timer);
  if (signal === "SIGKILL") kills++;
  else if (code !== 0) {
    console.error(`the training ended with ${code ?? signal} after ${kills} kills`);
    process.exit(1);
  } else {
    ended++;
    same += Number(hashOf("w.safetensors") === right);
    rmSync(join(folder, "state"), { recursive: true });
  }
}
rmSync(folder, { recursive: true });
console.log(`${kills} kills; ${ended} trainings ended, ${same} of them with the same bits`);
process.exitCode = same === ended && ended > 0 ? 0 : 1;
