// Measures one workload on nnc as its peers are measured: two warm-up batches, more for about a second, then whole batches
// until three seconds have passed or the samples are done. Training is shuffled. Prints one line of JSON.
// `--variant` picks a form of target wasm's code: plain, relaxed or wide; `--backend` where target tfjs computes.
//   npm run -s bench -- --workload mnist-cnn --threads 2 --batch 64 --samples 9600 --data DIR

import { spawnSync } from "node:child_process";
import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { createGunzip } from "node:zlib";
import { loadTensorFlow } from "../dist/runtime/node/tensorflow.js";

const here = dirname(fileURLToPath(import.meta.url));
const MIN_SECONDS = 3;
const WARM_STEPS = 20;

const text = { type: "string" };
const { values: options } = parseArgs({
  options: {
    workload: { ...text, default: "mnist-cnn" },
    variant: text,
    threads: { ...text, default: "1" },
    batch: { ...text, default: "64" },
    samples: { ...text, default: "9600" },
    data: { ...text, default: "." },
    target: { ...text, default: "wasm" },
    backend: { ...text, default: "tensorflow" },
    "no-revectorize": { type: "boolean", default: false },
  },
});
const batch = Number(options.batch);
const samples = Number(options.samples);

/** The first `wanted` bytes behind the header. It unpacks no more, because memory is measured too. */
async function readIdx(name, header, wanted) {
  for (const folder of [join(options.data, "mnist"), options.data])
    for (const end of ["", ".gz"]) {
      const path = join(folder, name + end);
      if (!existsSync(path)) continue;
      const file = createReadStream(path);
      const bytes = new Uint8Array(wanted);
      let at = -header;
      for await (const part of end === "" ? file : file.pipe(createGunzip())) {
        const skipped = Math.max(0, -at);
        if (skipped < part.length)
          bytes.set(part.subarray(skipped, skipped + wanted - Math.max(0, at)), Math.max(0, at));
        at += part.length;
        if (at >= wanted) break;
      }
      file.destroy();
      return bytes.subarray(0, Math.max(0, at));
    }
  return undefined;
}

/** Bytes for each column: real digits where there are some and the shape fits, otherwise random ones. */
async function columnsFor(manifest) {
  const pictures = ["mnist-cnn", "mlp"].includes(options.workload);
  const digits = pictures ? await readIdx("train-images-idx3-ubyte", 16, samples * 784) : undefined;
  const labels = digits === undefined ? undefined : await readIdx("train-labels-idx1-ubyte", 8, samples);
  let seed = 1;
  const random = (below) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  return manifest.columns.map(({ name, shape, classes }) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const from = classes === undefined ? digits : labels;
    // Enough was read: use it as it is.
    if (from !== undefined && from.length >= samples * size) return { name, size, bytes: from };
    const bytes = new Uint8Array(samples * size);
    for (let i = 0; i < bytes.length; i++)
      bytes[i] = from === undefined ? random(classes ?? 256) : from[i % from.length];
    return { name, size, bytes };
  });
}

function measure(run) {
  const timed = (n) => {
    const start = performance.now();
    run(n);
    return (performance.now() - start) / 1000;
  };
  const whole = (n) => Math.max(1, Math.floor(n / batch)) * batch;
  const first = timed(batch);
  const again = timed(batch);
  let rate = batch / again;
  if (again < 1) {
    const n = Math.min(whole(rate), batch * WARM_STEPS, samples);
    rate = n / timed(n);
  }
  let count = 0;
  let seconds = 0;
  while (count < samples && seconds < MIN_SECONDS) {
    const n = Math.min(whole(rate * (MIN_SECONDS - seconds)) + batch, samples - count);
    seconds += timed(n);
    count += n;
    rate = count / seconds;
  }
  return { rate, samples: count, seconds, first };
}

/** CPU time of processes that have ended, such as the compiler's, which this process does not count. Linux only. */
function childSeconds() {
  if (process.platform !== "linux") return 0;
  const [, fields = ""] = /\) (.*)/.exec(readFileSync("/proc/self/stat", "utf8")) ?? [];
  const [user, system] = fields.split(" ").slice(13, 15).map(Number);
  return (user + system) / 100;
}

const file = join(here, `${options.workload}.nn`);
if (!existsSync(file)) {
  console.log(JSON.stringify({ cannot: `no workload ${options.workload}` }));
} else {
  // In a process of its own, so that memory and time here are the trainer's alone.
  const folder = mkdtempSync(join(tmpdir(), "nnc-bench-"));
  const command = join(here, "../dist/cli/main.js");
  const wanted = ["compile", file, "-o", folder, "--target", options.target, "--batch", String(batch)];
  const compiled = spawnSync(process.execPath, [command, ...wanted], { encoding: "utf8" });
  if (compiled.status !== 0) throw new Error(compiled.stderr);
  const { createModel } = await import(pathToFileURL(join(folder, "train.js")).href);
  rmSync(folder, { recursive: true });

  const threads = Number(options.threads);
  const open = async () => {
    if (options.target === "tfjs") return createModel(await loadTensorFlow(import.meta.url, options.backend), 0);
    const model = createModel(0, {
      threads,
      revectorize: !options["no-revectorize"],
      ...(["plain", "relaxed", "wide"].includes(options.variant) ? { variant: options.variant } : {}),
    });
    if (model.program.threads < threads)
      throw new Error(`target ${options.target} runs on ${model.program.threads} thread`);
    return model;
  };
  const { program } = await open();
  const { manifest } = program;
  const columns = await columnsFor(manifest);
  const order = Uint32Array.from({ length: samples }, (_, i) => i);
  for (let i = samples - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  let loss = Number.NaN;
  const gather = (start, n) => {
    const count = Math.min(batch, n - start);
    for (const { name, size, bytes } of columns)
      for (let i = 0; i < count; i++) {
        const at = order[start + i] * size;
        program.columns[name].set(bytes.subarray(at, at + size), i * size);
      }
  };
  const train = (n) => {
    gather(0, n);
    for (let start = 0; start < n; start += batch)
      loss = program.trainStep(Math.min(batch, n - start), () => gather(start + batch, n));
  };
  const input = manifest.inputs[0];
  const width = input.shape.reduce((a, b) => a * b, 1);
  const { bytes } = columns[0];
  const floats = program.inputs[input.name];
  const infer = (n) => {
    for (let start = 0; start < n; start += batch) {
      const count = Math.min(batch, n - start);
      // Pictures stay bytes; each batch becomes numbers when its turn comes.
      for (let i = 0, from = start * width; i < count * width; i++, from++) floats[i] = bytes[from] / 255;
      program.predict(count);
    }
  };
  const result = { train: measure(train), infer: measure(infer) };
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const form = options.target === "tfjs" ? options.backend : program.variant;
  const version = `nnc ${JSON.parse(readFileSync(join(here, "../package.json"), "utf8")).version}, target ${options.target}${form === undefined ? "" : ` (${form})`}, node ${process.version}`;
  program.close();
  console.log(
    JSON.stringify({
      ...result,
      // Trainable ones, as the peers count them.
      params: program.slots.filter(({ role }) => role === "weight").reduce((sum, { values }) => sum + values.length, 0),
      loss,
      memoryBytes: program.memoryBytes,
      rssMB: maxRSS / 1024,
      cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 + childSeconds(),
      version,
    }),
  );
}
