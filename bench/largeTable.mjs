// Writes a large table to train on: a line has a name, twelve numbers and a class that depends on them.
//
//     node bench/largeTable.mjs large.csv 4GB

import { closeSync, openSync, writeSync } from "node:fs";
import { argv, exit } from "node:process";

const [, , path, size = "4GB"] = argv;
const units = { GB: 1e9, MB: 1e6, kB: 1e3 };
const [, number, unit] = /^(\d+(?:\.\d+)?)(GB|MB|kB)$/.exec(size) ?? [];
if (path === undefined || unit === undefined) {
  console.error("usage: node bench/largeTable.mjs FILE.csv SIZE, with a size such as 4GB");
  exit(2);
}
const wanted = Number(number) * units[unit];
const names = ["north", "south", "east", "west", "middle"];
const columns = 12;

let state = 1;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
// Drawing and printing every number anew would take most of the time.
const numbers = Array.from({ length: 2 ** 16 }, normal);
const texts = numbers.map((value) => value.toFixed(4));

const file = openSync(path, "w");
let written = writeSync(file, `name,${Array.from({ length: columns }, (_, i) => `x${i + 1}`).join(",")},y\n`);
while (written < wanted) {
  const lines = [];
  for (let i = 0; i < 10_000; i++) {
    const name = Math.floor(random() * names.length);
    let line = names[name];
    let sum = name - 2;
    for (let column = 0; column < columns; column++) {
      const at = Math.floor(random() * texts.length);
      line += `,${texts[at]}`;
      sum += column % 2 === 0 ? numbers[at] : -numbers[at] / 2;
    }
    lines.push(`${line},${sum > 0 ? 1 : 0}\n`);
  }
  written += writeSync(file, lines.join(""));
}
closeSync(file);
