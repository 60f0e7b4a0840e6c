// Makes the pictures of docs/models from what nnc writes. Needs `npm run build` before.
//
//   node scripts/modelPictures.mjs curve RUN METRIC FILE.svg    curves of a metric, from the folder of `nnc train --log RUN`
//   node scripts/modelPictures.mjs drawn PREDICTIONS FILE.png   the first 100 pictures of a generator, by their classes
//   node scripts/modelPictures.mjs masks PREDICTIONS ARCHIVE INDEX SIZE FILE.png
//                                                               pictures, right masks and predicted ones, from `nnc predict --format jsonl`

import { createReadStream, readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { decode as decodePng, encode as encodePng } from "fast-png";
import { unzipSync } from "fflate";
import jpeg from "jpeg-js";
import { lineChart } from "../dist/report/chart.js";

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

async function drawn(predictions, file) {
  const pictures = [];
  for await (const object of objectsIn(predictions)) {
    const values = numbersOf(object, "picture");
    pictures.push((y, x) => Math.round(Math.min(255, Math.max(0, (values[y * 28 + x] + 1) * 127.5))));
    if (pictures.length === 100) break;
  }
  sheet(pictures, 20, [28, 28], file);
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

const [kind, ...rest] = process.argv.slice(2);
const kinds = { curve, drawn, masks };
if (kinds[kind] === undefined) throw new Error(`the first word is one of ${Object.keys(kinds).join(", ")}`);
await kinds[kind](...rest);
