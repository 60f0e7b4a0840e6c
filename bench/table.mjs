// Measures how fast a table is read: its bytes a second, checked and made into columns of numbers, on one thread.
//
//     node bench/largeTable.mjs DIR/large.csv 200MB
//     node bench/table.mjs DIR [--rounds N]

import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { argv, cpuUsage, exit } from "node:process";
import { loadSource } from "../dist/runtime/core/sources/csv.js";
import { dataFilesIn } from "../dist/runtime/node/files.js";

const [, , given] = argv;
if (given === undefined) {
  console.error("usage: node bench/table.mjs DIR, with DIR/large.csv");
  exit(2);
}
const data = resolve(given);
const { size } = statSync(join(data, "large.csv"));
const rounds = argv.includes("--rounds") ? Number(argv[argv.indexOf("--rounds") + 1]) : 3;
const request = {
  name: "csv",
  options: { file: "large.csv", missing: "error" },
  columns: [
    { name: "name", dtype: "i32", shape: [], encoder: { module: "stringLookup", options: { max_tokens: 8 } } },
    { name: "rest", dtype: "f32", shape: [12], except: ["name", "y"] },
    { name: "y", dtype: "u8", shape: [], classes: 2 },
  ],
  seed: 0,
};
for (let round = 0; round < rounds; round++) {
  const [started, before] = [performance.now(), cpuUsage()];
  const { train } = await loadSource(
    request,
    dataFilesIn({ data: [data], source: "csv" }, () => {}),
  );
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = cpuUsage(before);
  const rate = (time) => `${(size / 1e6 / time).toFixed(1)} MB/s`;
  console.log(`${train.count} rows: ${rate(seconds)}, ${rate((user + system) / 1e6)} of processor time`);
}
