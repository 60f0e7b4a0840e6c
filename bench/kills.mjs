// Kills a training at random moments and starts it again, as often as asked: each time it ends, its weights must be those of a
// training that nobody killed. `node bench/kills.mjs [--kills 200]`

import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { kills: { type: "string", default: "200" } } });
const wanted = Number(values.kills);
const nnc = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "nnc-kills-"));
writeFileSync(
  join(folder, "net.nn"),
  `dataset Drawn {
  source digits(train: 3000, test: 200)
  input image: f32[28, 28, 1] = pixels / 255
  target digit: class(10) = label
  split train 90%, validation 10%
}
model Net(image: f32[28, 28, 1]) {
  Conv2D(8, 3x3, strides: 2, relu) -> BatchNormalization() -> Dropout(0.2) -> Flatten() -> Dense(10, softmax)
}
train Net on Drawn {
  loss      categorical_crossentropy
  optimizer adam(cosine_decay(3e-3), use_ema: true)
  metrics   [accuracy, auc]
  early_stopping validation.loss patience 3 restore best
  epochs    6
  batch     16
}
`,
);
spawnSync(process.execPath, [nnc, "compile", "net.nn", "-o", "out"], { cwd: folder, stdio: "inherit" });
const hashOf = (name) =>
  createHash("sha256")
    .update(readFileSync(join(folder, name)))
    .digest("hex");
const args = (...more) => ["out/train.js", "--quiet", ...more];
const whole = spawnSync(process.execPath, args("--save", "whole.safetensors"), { cwd: folder, stdio: "inherit" });
if (whole.status !== 0) process.exit(1);
const right = hashOf("whole.safetensors");
let kills = 0;
let ended = 0;
let same = 0;
while (kills < wanted) {
  const going = args("--checkpoint", "state", "--checkpoint-every", "0.02", "--resume", "--save", "w.safetensors");
  const child = spawn(process.execPath, going, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  const timer = setTimeout(() => child.kill("SIGKILL"), 150 + Math.random() * 900);
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
