// Shows where the time of a training step goes. For each kernel of a program on target wasm, on one thread, it prints the share
// of the step, the rate, and the fraction of the best tile of registers, which it measures in the same run.
//   node bench/kernels.mjs [FILE] [--variant plain|relaxed|wide] [--function train_step] [--rounds 60] [--json]

import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import v8 from "node:v8";
import { parseLoops } from "../dist/ir/loopParse.js";
import { assemble } from "../dist/targets/wasm/assemble.js";
import { isRepeatRow, wordsOf } from "../dist/targets/wasm/calls.js";
import { tileFunction, tileName } from "../dist/targets/wasm/contract/micro.js";
import { moduleText, sharedProgram } from "../dist/targets/wasm/module.js";
import { variants } from "../dist/targets/wasm/variants.js";
import { moduleOf } from "../dist/targets/wasm/wat.js";

const here = dirname(fileURLToPath(import.meta.url));
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    variant: { type: "string", default: "relaxed" },
    function: { type: "string", default: "train_step" },
    rounds: { type: "string", default: "60" },
    json: { type: "boolean", default: false },
  },
});
const [file = join(here, "mnist-cnn.nn")] = positionals;
const rounds = Number(options.rounds);
const variant = variants.find(({ name }) => name === options.variant);
if (variant === undefined) throw new Error(`no form of the module is called ${options.variant}`);

if (Number(process.versions.node.split(".")[0]) < 22) v8.setFlagsFromString("--experimental-wasm-relaxed-simd");
if (variant.name === "wide") v8.setFlagsFromString("--experimental-wasm-revectorize");

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const timed = (run) => {
  const start = performance.now();
  run();
  return performance.now() - start;
};
const instance = async (wat, memory) =>
  new WebAssembly.Instance(new WebAssembly.Module(await assemble(wat)), { env: { memory } }).exports;
const memoryOf = (bytes) => {
  const pages = Math.ceil(bytes / 65536);
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
};

/** The tiles alone, on operands that stay in the first cache. */
async function tileRuns() {
  const terms = 64;
  const tiles = Object.entries(variant.choice.rows).map(([vectors, rows]) => ({
    leftRows: Array.from({ length: rows }, (_, row) => row * terms * 4),
    resultRows: Array.from({ length: rows }, (_, row) => row * vectors * 16),
    vectors: Number(vectors),
    leftStep: 4,
    rightStep: vectors * 16,
    continues: false,
  }));
  const text = tiles.map(
    (tile) => `${tileFunction(tile, variant.choice.fused)}
(func (export "${tileName(tile)}") (param $n i32)
  (loop $again
    (call $${tileName(tile)} (i32.const 0) (i32.const 8192) (i32.const 16384) (i32.const ${terms}) (i32.const 1) (i32.const 0))
    (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))`,
  );
  const wat = `(module (import "env" "memory" (memory 1 65536 shared))\n${text.join("\n")})`;
  const exports = await instance(wat, memoryOf(65536));
  const calls = 2000;
  return tiles.map((tile) => ({
    name: tileName(tile).replace(/^tile_(\d+x\d+).*/, "$1"),
    run: () => exports[tileName(tile)](calls),
    flops: 2 * calls * tile.leftRows.length * tile.vectors * 4 * terms,
    times: [],
  }));
}

const command = join(here, "../dist/cli/main.js");
const emitted = spawnSync(process.execPath, [command, "compile", file, "--emit", "loops"], {
  encoding: "utf8",
  maxBuffer: 2 ** 28,
});
if (emitted.status !== 0) throw new Error(emitted.stderr);
const program = parseLoops(emitted.stdout);
const made = moduleText(sharedProgram(program), { choice: variant.choice, exportKernels: true });
const memory = memoryOf(made.scratchStart + made.scratchBytes);
const exports = await instance(moduleOf(made.parts), memory);
const { batch } = program;

const arrays = { f32: Float32Array, u8: Uint8Array, i32: Int32Array };
const view = (name) => {
  const { dtype, offset, length } = program.buffers.find((buffer) => buffer.name === name);
  return new arrays[dtype](memory.buffer, offset, length);
};
for (const { name, data } of program.buffers) if (data !== undefined) view(name).set(data);
const words = made.programs.flatMap(({ rows }) => wordsOf(rows));
new Int32Array(memory.buffer, made.callsStart, words.length).set(words);
const fn = program.functions.find(({ name }) => name === options.function);
if (fn === undefined) throw new Error(`the program has no ${options.function}`);
for (const { name, buffer } of fn.inputs) {
  const values = view(buffer);
  // A label is a column of one number a sample.
  const most = values.length === batch ? 2 : 256;
  for (let i = 0; i < values.length; i++) values[i] = Math.floor(Math.random() * most);
  if (values instanceof Float32Array && name !== "label") for (let i = 0; i < values.length; i++) values[i] /= 256;
}
const start = (name, samples) => {
  exports.begin(
    made.programs.findIndex((one) => one.name === name),
    samples,
    0,
  );
  exports.run();
};
start("initialize", 1);
for (let i = 0; i < 20; i++) start(fn.name, batch);

const { rows: calls, start: firstRow } = made.programs.find(({ name }) => name === fn.name);
let row = made.callsStart + firstRow;
/** The kernels of some rows. In a repeat each runs as in the first turn, and counts for all of them. */
const kernelsOf = (rows, turns = 1) =>
  rows.flatMap((one) => {
    // A row's arguments follow its three first words, and so do the rows of a repeat.
    const args = row + 12;
    if (isRepeatRow(one)) {
      row += 12;
      return kernelsOf(one.rows, turns * one.turns);
    }
    const { kernel, shared } = one.call;
    row += 4 * one.words.length;
    return {
      ...{ name: kernel.name, flops: turns * kernel.flops, bytes: turns * kernel.bytes, turns },
      run() {
        exports[`${shared.name}.prologue`]?.(batch, made.scratchStart, args);
        exports[shared.name](batch, 0, exports[`${shared.name}.units`](batch), made.scratchStart, args);
      },
      times: [],
    };
  });
const kernels = kernelsOf(calls);
const tiles = await tileRuns();
// They take turns, so that a slow moment of the machine hits all of them alike.
for (let round = 0; round < rounds + 10; round++)
  for (const one of [...kernels, ...tiles]) {
    const ms = timed(one.run) * (one.turns ?? 1);
    if (round >= 10) one.times.push(ms);
  }

const rate = ({ flops }, ms) => flops / ms / 1e6;
const best = Math.max(...tiles.map((tile) => rate(tile, median(tile.times))));
const total = kernels.reduce((sum, { times }) => sum + median(times), 0);
const rows = kernels.map((kernel) => {
  const ms = median(kernel.times);
  return {
    kernel: kernel.name.slice(fn.name.length + 1),
    ms,
    share: ms / total,
    gflops: rate(kernel, ms),
    ofBest: rate(kernel, ms) / best,
    gbytes: kernel.bytes / ms / 1e6,
  };
});
if (options.json)
  console.log(JSON.stringify({ node: process.version, variant: variant.name, batch, total, best, kernels: rows }));
else {
  console.log(`${fn.name}, ${batch} samples, one thread, form ${variant.name}, node ${process.version}`);
  const shown = tiles.map((tile) => `${tile.name} ${rate(tile, median(tile.times)).toFixed(1)}`);
  console.log(`tiles of registers, GFLOP/s: ${shown.join(", ")}\n`);
  const line = (cells) => console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(42) : cell.padStart(10))).join(""));
  line(["kernel", "ms", "share", "GFLOP/s", "of best", "GB/s"]);
  const percent = (x) => `${(100 * x).toFixed(1)} %`;
  for (const { kernel, ms, share, gflops, ofBest, gbytes } of rows)
    line([kernel, ms.toFixed(3), percent(share), gflops.toFixed(1), percent(ofBest), gbytes.toFixed(1)]);
  const all = { flops: kernels.reduce((sum, { flops }) => sum + flops, 0) };
  line(["total", total.toFixed(3), "", rate(all, total).toFixed(1), percent(rate(all, total) / best)]);
}
