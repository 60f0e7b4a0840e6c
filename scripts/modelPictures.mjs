// Makes the pictures of docs/models from what nnc writes. Needs `npm run build` before.
//
//   node scripts/modelPictures.mjs curve RUN METRIC FILE.svg    curves of a metric, from the folder of `nnc train --log RUN`
//   node scripts/modelPictures.mjs drawn TENSORS OUTPUT LOW HIGH FILE.png [CLASS]
//                                                               pictures from `nnc predict -o TENSORS`; rows by the output CLASS
//   node scripts/modelPictures.mjs again TENSORS OUTPUT IMAGES FILE.png
//                                                               pictures of an IDX file, each above what the output makes of it
//   node scripts/modelPictures.mjs pairs TENSORS ABOVE BELOW FILE.png
//                                                               pictures of one output, each above that of another
//   node scripts/modelPictures.mjs confusion RUN FILE.svg       right and predicted classes, from `nnc train --log RUN --report …`
//   node scripts/modelPictures.mjs mistakes RUN FILE.png        the pictures of which it was surest and wrong
//   node scripts/modelPictures.mjs masks PREDICTIONS ARCHIVE INDEX SIZE FILE.png
//                                                               pictures, right masks and predicted ones, from `nnc predict --format jsonl`
//   node scripts/modelPictures.mjs boxes PREDICTIONS ARCHIVE INDEX BOXES FILE.png
//                                                               pictures with marked boxes, and beside them with those found

import { createReadStream, readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { gunzipSync } from "node:zlib";
import { decode as decodePng, encode as encodePng } from "fast-png";
import { unzipSync } from "fflate";
import jpeg from "jpeg-js";
import { lineChart } from "../dist/report/chart.js";
import { readSafetensors } from "../dist/runtime/core/formats/safetensors.js";

const colours = [
  [70, 130, 180],
  [150, 75, 60],
  [190, 190, 120],
  [110, 100, 120],
  [230, 120, 200],
  [60, 140, 60],
  [240, 200, 40],
  [160, 120, 80],
  [40, 60, 200],
  [220, 40, 60],
  [250, 140, 30],
  [0, 0, 0],
];

/** Of the classes of boxes, in the order of their characters. */
const boxColours = [
  [20, 130, 40],
  [200, 30, 40],
  [40, 60, 220],
];

const style = `text{fill:#5a6370;font:12px system-ui,sans-serif}.grid{stroke:#d5dae1}.curve{fill:none;stroke-width:2}
.curve.look0{stroke:#2563b0}.curve.look1{stroke:#c2530a;stroke-dasharray:6 4}.dot.look0{fill:#2563b0}.dot.look1{fill:#c2530a}
@media(prefers-color-scheme:dark){text{fill:#a0a9b6}.grid{stroke:#333a45}.curve.look0{stroke:#6aa8ff}.curve.look1{stroke:#ffa05c}.dot.look0{fill:#6aa8ff}.dot.look1{fill:#ffa05c}}`;

function curve(folder, metric, file) {
  const epochs = readFileSync(`${folder}/history.jsonl`, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const series = [
    ["training", "metrics"],
    ["validation", "validation"],
  ].flatMap(([name, part], look) => {
    const points = epochs
      .filter((one) => typeof one[part]?.[metric] === "number")
      .map((one) => [one.epoch, one[part][metric]]);
    return points.length > 0 ? [{ name, look, points }] : [];
  });
  const figure = String(
    lineChart({ id: "curve", title: metric, series }).text ?? lineChart({ id: "curve", title: metric, series }),
  );
  const svg = figure.slice(figure.indexOf("<svg"), figure.indexOf("</svg>") + 6);
  writeFileSync(
    file,
    `${svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" width="360" height="210" ').replace(">", `><style>${style}</style>`)}\n`,
  );
}

/** A sheet of pictures in rows, each of the same size and channels. */
function sheet(pictures, columns, [height, width], file) {
  const rows = Math.ceil(pictures.length / columns);
  const [high, wide] = [rows * (height + 2), columns * (width + 2)];
  const data = new Uint8Array(high * wide * 3).fill(255);
  for (const [i, picture] of pictures.entries())
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let c = 0; c < 3; c++) {
          const at = (Math.floor(i / columns) * (height + 2) + y) * wide + (i % columns) * (width + 2) + x;
          data[at * 3 + c] = picture(y, x, c);
        }
  writeFileSync(file, encodePng({ width: wide, height: high, data, channels: 3, depth: 8 }));
}

async function* objectsIn(file) {
  for await (const line of createInterface({ input: createReadStream(file) })) if (line !== "") yield JSON.parse(line);
}

/** The numbers of an output, `picture[0]`, `picture[1]` and so on. */
const numbersOf = (object, name) => {
  const values = [];
  for (let i = 0; `${name}[${i}]` in object; i++) values.push(object[`${name}[${i}]`]);
  return values;
};

/** The numbers and the shape of a tensor. */
function tensorIn(file, name) {
  const { dtype, shape, bytes } = readSafetensors(readFileSync(file), file).tensors.get(name);
  const copy = Uint8Array.from(bytes);
  return {
    shape,
    values: dtype === "F32" ? new Float32Array(copy.buffer) : dtype === "I32" ? new Int32Array(copy.buffer) : copy,
  };
}

const grey = (value, low, high) => Math.round(255 * Math.min(1, Math.max(0, (value - low) / (high - low))));

function drawn(tensors, output, low, high, file, byClass) {
  const { shape, values } = tensorIn(tensors, output);
  const [count, height, width] = shape;
  const picture = (i) => (y, x) => grey(values[(i * height + y) * width + x], Number(low), Number(high));
  let rows = Array.from({ length: 100 }, (_, i) => i);
  if (byClass !== undefined) {
    const classes = tensorIn(tensors, byClass).values;
    const all = Array.from({ length: count }, (_, i) => i);
    rows = Array.from({ length: Math.max(...classes) + 1 }, (_, k) =>
      all.filter((i) => classes[i] === k).slice(0, 20),
    ).flat();
  }
  sheet(rows.map(picture), 20, [height, width], file);
}

function again(tensors, output, images, file) {
  const { shape, values } = tensorIn(tensors, output);
  const [, height, width] = shape;
  const bytes = gunzipSync(readFileSync(images)).subarray(16);
  const before = (i) => (y, x) => bytes[(i * height + y) * width + x];
  const after = (i) => (y, x) => grey(values[(i * height + y) * width + x], 0, 1);
  aboveEachOther(before, after, [height, width], file);
}

/** Forty pictures, each above another one. */
function aboveEachOther(before, after, size, file) {
  const firsts = [0, 20].map((start) => Array.from({ length: 20 }, (_, i) => start + i));
  sheet(
    firsts.flatMap((rows) => [...rows.map(before), ...rows.map(after)]),
    20,
    size,
    file,
  );
}

function pairs(tensors, above, below, file) {
  const [before, after] = [above, below].map((output) => {
    const { shape, values } = tensorIn(tensors, output);
    const [, height, width] = shape;
    return { size: [height, width], of: (i) => (y, x) => grey(values[(i * height + y) * width + x], 0, 1) };
  });
  aboveEachOther(before.of, after.of, before.size, file);
}

const examplesIn = (run) => JSON.parse(readFileSync(`${run}/examples.json`, "utf8"));

function confusion(run, file) {
  const [{ labels, counts }] = examplesIn(run).confusions;
  const [cell, left, top] = [34, 60, 40];
  const size = labels.length * cell;
  const cells = counts.flatMap((row, y) => {
    const sum = row.reduce((a, b) => a + b, 0);
    return row.map((count, x) => {
      const share = count / Math.max(1, sum);
      const text = `<text x="${left + x * cell + cell / 2}" y="${top + y * cell + cell / 2 + 4}" text-anchor="middle"${share > 0.5 ? ' class="on"' : ""}>${count === 0 ? "" : count}</text>`;
      return `<rect x="${left + x * cell}" y="${top + y * cell}" width="${cell - 2}" height="${cell - 2}" rx="3" class="${x === y ? "right" : "wrong"}" opacity="${(x === y ? share : Math.min(1, share * 8)).toFixed(3)}"/>${text}`;
    });
  });
  const names = labels.flatMap((label, i) => [
    `<text x="${left + i * cell + cell / 2}" y="${top - 8}" text-anchor="middle">${label}</text>`,
    `<text x="${left - 8}" y="${top + i * cell + cell / 2 + 4}" text-anchor="end">${label}</text>`,
  ]);
  const titles = `<text x="${left + size / 2}" y="14" text-anchor="middle">predicted</text><text x="14" y="${top + size / 2}" text-anchor="middle" transform="rotate(-90 14 ${top + size / 2})">right</text>`;
  const look = `${style}.right{fill:#2563b0}.wrong{fill:#c2530a}.on{fill:#fff}@media(prefers-color-scheme:dark){.on{fill:#fff}}`;
  writeFileSync(
    file,
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + size + 10}" height="${top + size + 10}" role="img" aria-label="right and predicted classes"><style>${look}</style>${titles}${names.join("")}${cells.join("")}</svg>\n`,
  );
}

function mistakes(run, file) {
  const { worst } = examplesIn(run);
  const looks = worst.map(({ looks: [look] }) => ({ ...look, bytes: Buffer.from(look.pixels, "base64") }));
  const [{ height, width }] = looks;
  const pictures = looks.map(
    ({ bytes, channels }) =>
      (y, x, c) =>
        bytes[(y * width + x) * channels + (channels === 3 ? c : 0)],
  );
  sheet(pictures, 12, [height, width], file);
  for (const { place, answers } of worst)
    console.log(place, ...answers.map(({ right, said }) => `${right}, said ${said}`));
}

async function masks(predictions, archive, index, size, file) {
  const [height, width] = size.split("x").map(Number);
  const files = unzipSync(readFileSync(archive));
  const [head, ...lines] = readFileSync(index, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(","));
  const part = lines.filter((line) => line[head.indexOf("split")] !== "train");
  const pictures = [];
  let row = 0;
  for await (const object of objectsIn(predictions)) {
    const line = part[row++];
    if (row % Math.ceil(part.length / 6) !== 1) continue;
    const photo = jpeg.decode(files[line[head.indexOf("image")]], { useTArray: true });
    const mask = decodePng(files[line[head.indexOf("mask")]]).data;
    const name = Object.keys(object)
      .find((one) => one.endsWith("[0]"))
      .slice(0, -3);
    const values = numbersOf(object, name);
    const classes = values.length / (height * width);
    const best = (at) => {
      let found = 0;
      for (let k = 1; k < classes; k++) if (values[at * classes + k] > values[at * classes + found]) found = k;
      return found;
    };
    const colour = (k) => (classes === 2 ? (k === 1 ? [240, 200, 40] : [30, 35, 60]) : colours[k]);
    pictures.push((y, x, c) => photo.data[(y * width + x) * 4 + c]);
    pictures.push((y, x, c) => colour(mask[y * width + x])[c]);
    pictures.push((y, x, c) => colour(best(y * width + x))[c]);
  }
  sheet(pictures, 6, [height, width], file);
}

const cellsOf = (file) =>
  readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(","));

async function boxes(predictions, archive, index, table, file) {
  const files = unzipSync(readFileSync(archive));
  const [head, ...lines] = cellsOf(index);
  const [, ...marked] = cellsOf(table);
  const kinds = [...new Set(marked.map(([, kind]) => kind))].sort();
  const part = lines.filter((line) => line[head.indexOf("split")] !== "train");
  const pictures = [];
  let row = 0;
  const scale = 2;
  let size = [0, 0];
  for await (const object of objectsIn(predictions)) {
    const [name] = part[row++];
    if (row % Math.ceil(part.length / 6) !== 1) continue;
    const photo = jpeg.decode(files[name], { useTArray: true });
    size = [photo.height * scale, photo.width * scale];
    const found = Object.values(object)[0].filter(({ score }) => score >= 0.4);
    const right = marked
      .filter(([own]) => own === name)
      .map(([, kind, ...sides]) => ({ class: kind, box: sides.map(Number) }));
    for (const list of [right, found]) {
      const edges = list.map((one) => ({ ...one, box: one.box.map((side) => Math.round(side * scale)) }));
      pictures.push((y, x, c) => {
        const near = (a, b) => Math.abs(a - b) < 1;
        const on = edges.find(({ box: [left, top, right, bottom] }) => {
          const inside = x >= left - 1 && x <= right && y >= top - 1 && y <= bottom;
          return inside && (near(x, left) || near(x, right - 1) || near(y, top) || near(y, bottom - 1));
        });
        const at = (Math.floor(y / scale) * photo.width + Math.floor(x / scale)) * 4;
        return on === undefined ? photo.data[at + c] : boxColours[kinds.indexOf(on.class)][c];
      });
    }
  }
  sheet(pictures, 4, size, file);
}

const [kind, ...rest] = process.argv.slice(2);
const kinds = { curve, drawn, again, pairs, confusion, mistakes, masks, boxes };
if (kinds[kind] === undefined) throw new Error(`the first word is one of ${Object.keys(kinds).join(", ")}`);
await kinds[kind](...rest);
