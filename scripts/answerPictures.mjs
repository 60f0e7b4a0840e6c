// Makes pictures for docs/models of inputs with what a model says of them. Needs `npm run build` before; PREDICTIONS come from
// `nnc predict --format jsonl`.
//
//   node scripts/answerPictures.mjs photos PREDICTIONS ARCHIVE FILE.svg        pictures of test/CLASS
//   node scripts/answerPictures.mjs clips PREDICTIONS ARCHIVE INDEX FILE.svg   six frames of clips whose repetition is 2
//   node scripts/answerPictures.mjs digits PREDICTIONS IMAGES LABELS FILE.svg  pictures of an IDX file that it gets wrong
//   node scripts/answerPictures.mjs sounds TENSORS OUTPUT PREDICTIONS INDEX FILE.svg
//                                                   bands of pitch, from `nnc predict -o TENSORS` of a model that yields them
//   node scripts/answerPictures.mjs future PREDICTIONS TABLE COLUMN START FILE.svg
//                                                   a measure of a table, and what is predicted from row START on
//   node scripts/answerPictures.mjs kept PREDICTIONS TABLE COUNT               sentences as Markdown, struck through where words go

import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { decode as decodePng, encode as encodePng } from "fast-png";
import { unzipSync } from "fflate";
import jpeg from "jpeg-js";
import { lineChart } from "../dist/report/chart.js";
import { readSafetensors } from "../dist/runtime/core/formats/safetensors.js";

const style = `text{fill:#5a6370;font:12px system-ui,sans-serif}.wrong{fill:#c2530a}.grid{stroke:#d5dae1}.curve{fill:none;stroke-width:2}
.curve.look0{stroke:#2563b0}.curve.look1{stroke:#c2530a;stroke-dasharray:6 4}image{image-rendering:pixelated}
@media(prefers-color-scheme:dark){text{fill:#a0a9b6}.wrong{fill:#ffa05c}.grid{stroke:#333a45}.curve.look0{stroke:#6aa8ff}.curve.look1{stroke:#ffa05c}}`;

const unpacked = (file) => {
  const bytes = readFileSync(file);
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
};
const objectsOf = (file) => unpacked(file).toString("utf8").trim().split("\n").map(JSON.parse);
const cellsOf = (file, between) =>
  unpacked(file)
    .toString("utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(between));

/** The class that is said, and its share. */
function said(object) {
  const [name] = Object.keys(object);
  const label = String(object[name]);
  return { label, share: object[`${name}[${label}]`] };
}

const decoded = (name, bytes) =>
  name.endsWith(".png") ? decodePng(bytes) : { ...jpeg.decode(bytes, { useTArray: true }), channels: 4 };

/** Evenly chosen, so many of them. */
const some = (all, count) => Array.from({ length: count }, (_, i) => all[Math.floor(((i + 0.5) * all.length) / count)]);

/** Pictures in rows, below each what is said of it; the right answer beside a wrong one. */
function sheet(pictures, { columns, scale, file, what }) {
  const [{ width, height }] = pictures;
  const [wide, high] = [width * scale + 12, height * scale + 24];
  const parts = pictures.map(({ bytes, channels, right, answer: { label, share } }, i) => {
    const [x, y] = [(i % columns) * wide, Math.floor(i / columns) * high];
    const png = Buffer.from(encodePng({ width, height, data: bytes, channels, depth: 8 })).toString("base64");
    const words = label === right ? `${label}, ${Math.round(share * 100)} %` : `${label}, not ${right}`;
    const place = `x="${x + (width * scale) / 2}" y="${y + height * scale + 15}" text-anchor="middle"`;
    return `<image x="${x}" y="${y}" width="${width * scale}" height="${height * scale}" href="data:image/png;base64,${png}"/><text ${place}${label === right ? "" : ' class="wrong"'}>${words}</text>`;
  });
  const size = `width="${columns * wide}" height="${Math.ceil(pictures.length / columns) * high}"`;
  writeFileSync(
    file,
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${what}"><style>${style}</style>${parts.join("")}</svg>\n`,
  );
}

function photos(predictions, archive, file) {
  const files = unzipSync(readFileSync(archive));
  const names = Object.keys(files)
    .filter((name) => /(^|\/)test\/[^/]+\/[^/]+\.jpe?g$/.test(name))
    .sort();
  const answers = objectsOf(predictions).map(said);
  const chosen = some(
    names.map((_, i) => i),
    20,
  );
  const pictures = chosen.map((i) => {
    const { width, height, data } = jpeg.decode(files[names[i]], { useTArray: true });
    return { width, height, bytes: data, channels: 4, right: names[i].split("/").at(-2), answer: answers[i] };
  });
  sheet(pictures, { columns: 5, scale: 3, file, what: "photographs, and what the network says they are" });
}

function clips(predictions, archive, index, file) {
  const files = unzipSync(readFileSync(archive));
  const [head, ...lines] = cellsOf(index, ",");
  const part = lines.filter((line) => line[head.indexOf("repetition")] === "2");
  const letterOf = (label) => String.fromCharCode(65 + Number(label));
  const answers = objectsOf(predictions).map(said);
  const chosen = some(
    part.map((_, i) => i),
    8,
  );
  const pictures = chosen.map((i) => {
    const folder = part[i][head.indexOf("clip")];
    const frames = Object.keys(files)
      .filter((name) => name.startsWith(`${folder}/`) && /\.(png|jpe?g)$/.test(name))
      .sort();
    const shown = some(frames, 6).map((name) => decoded(name, files[name]));
    const [{ width, height, channels }] = shown;
    const bytes = new Uint8Array(width * height * 6);
    for (const [k, frame] of shown.entries())
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) bytes[y * width * 6 + k * width + x] = frame.data[(y * width + x) * channels];
    const answer = { ...answers[i], label: letterOf(answers[i].label) };
    return { width: width * 6, height, bytes, channels: 1, right: letterOf(part[i][head.indexOf("label")]), answer };
  });
  sheet(pictures, { columns: 1, scale: 1.5, file, what: "frames of mouths, and the letters that the network reads" });
}

function digits(predictions, images, labels, file) {
  const [pixels, right] = [unpacked(images).subarray(16), unpacked(labels).subarray(8)];
  const wrong = objectsOf(predictions)
    .map((object, i) => ({ i, answer: said(object) }))
    .filter(({ i, answer }) => answer.label !== String(right[i]));
  const pictures = some(wrong, 24).map(({ i, answer }) => {
    const bytes = pixels.subarray(i * 784, (i + 1) * 784);
    return { width: 28, height: 28, bytes, channels: 1, right: String(right[i]), answer };
  });
  sheet(pictures, { columns: 8, scale: 2, file, what: `24 of ${wrong.length} digits that the network gets wrong` });
}

function sounds(tensors, output, predictions, index, file) {
  const { shape, bytes } = readSafetensors(readFileSync(tensors), tensors).tensors.get(output);
  const values = new Float32Array(Uint8Array.from(bytes).buffer);
  const [, height, width] = shape;
  const [head, ...lines] = cellsOf(index, ",");
  const part = lines.filter((line) => line[head.indexOf("split")] === "test");
  const answers = objectsOf(predictions).map(said);
  const chosen = some(
    part.map((_, i) => i),
    10,
  );
  const pictures = chosen.map((i) => {
    const own = values.subarray(i * height * width, (i + 1) * height * width);
    const [least, most] = [Math.min(...own), Math.max(...own)];
    // High pitches stand above.
    const data = Uint8Array.from({ length: own.length }, (_, at) => {
      const [y, x] = [Math.floor(at / width), at % width];
      return Math.round((255 * (own[(height - 1 - y) * width + x] - least)) / (most - least));
    });
    return { width, height, bytes: data, channels: 1, right: part[i][head.indexOf("label")], answer: answers[i] };
  });
  sheet(pictures, {
    columns: 5,
    scale: 2,
    file,
    what: "sound by pitch and time, and the digits that the network hears",
  });
}

function future(predictions, table, column, start, file) {
  const [head, ...rows] = cellsOf(table, ",");
  const at = head.indexOf(column);
  const first = Number(start);
  const values = Object.values(objectsOf(predictions)[first]);
  const measures = head.length - 1;
  const steps = values.length / measures;
  const measured = rows.slice(first, first + 2 * steps).map((row, i) => [i - steps, Number(row[at])]);
  const predicted = Array.from({ length: steps }, (_, i) => [i, values[i * measures + at - 1]]);
  const series = [
    { name: "measured", look: 0, points: measured },
    { name: "predicted", look: 1, points: predicted },
  ];
  const chart = lineChart({ id: "future", title: column, series });
  const figure = String(chart.text ?? chart);
  const svg = figure.slice(figure.indexOf("<svg"), figure.indexOf("</svg>") + 6).replace(">epoch<", ">hour<");
  const size = 'xmlns="http://www.w3.org/2000/svg" width="540" height="315"';
  writeFileSync(file, `${svg.replace("<svg ", `<svg ${size} `).replace(">", `><style>${style}</style>`)}\n`);
}

function kept(predictions, table, count) {
  const [head, ...rows] = cellsOf(table, "\t");
  const part = rows.filter((row) => row[head.indexOf("split")] !== "train");
  const answers = objectsOf(predictions);
  for (const i of some(
    part.map((_, k) => k),
    Number(count),
  )) {
    const words = part[i][head.indexOf("original")].split(" ");
    const keeps = answers[i].keep.split(" ");
    const marked = words.map((word, k) => (keeps[k] === "1" ? word : `~~${word}~~`));
    console.log(`> ${marked.join(" ").replaceAll("~~ ~~", " ")}\n`);
  }
}

const [kind, ...rest] = process.argv.slice(2);
const kinds = { photos, clips, digits, sounds, future, kept };
if (kinds[kind] === undefined) throw new Error(`the first word is one of ${Object.keys(kinds).join(", ")}`);
kinds[kind](...rest);
