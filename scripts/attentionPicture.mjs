// Draws where a translation looks, from the output `attention` of a model that writes texts, for a row of predictions:
//
//   nnc compile models/translate-en-de.nn --batch 1 -o TRAINER
//   nnc predict … --format jsonl -o PREDICTIONS
//   node scripts/attentionPicture.mjs TRAINER WEIGHTS PREDICTIONS ROW FILE.svg

import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

/** The numbers of words by what a training learned, with 0 behind them. */
function tokensOf(words, { shape: [length], learned }) {
  const to = new Int32Array(length);
  for (const [i, word] of words.slice(0, length).entries())
    to[i] = learned.includes(word) ? learned.indexOf(word) + 2 : 1;
  return to;
}

async function attention(folder, weights, predictions, row, file) {
  const { createModel } = await import(pathToFileURL(`${folder}/train.js`).href);
  const model = createModel();
  const bytes = readFileSync(weights);
  model.load(bytes);
  const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))));
  const learned = JSON.parse(header.__metadata__.learned);
  const [read, write] = Object.keys(learned).map((name) => learned[name]);
  const [input, soFar] = model.program.manifest.inputs;
  const line = readFileSync(predictions, "utf8").trim().split("\n")[Number(row)];
  const { source, generated } = JSON.parse(line);
  const [from, to] = [source.split(" "), generated.split(" ")];
  const said = model.predict(
    {
      [input.name]: tokensOf(from, { ...input, learned: read }),
      [soFar.name]: tokensOf(["[start]", ...to], { ...soFar, learned: write }),
    },
    1,
  );
  const [steps] = soFar.shape;
  const [places] = input.shape;
  const heads = said.attention.length / (steps * places);
  /** The mean over the heads. */
  const weight = (step, place) => {
    let sum = 0;
    for (let head = 0; head < heads; head++) sum += said.attention[(head * steps + step) * places + place];
    return sum / heads;
  };
  const [left, top, side] = [130, 110, 22];
  const [width, height] = [left + from.length * side + 60, top + to.length * side + 10];
  const text = (words, x, y, more) => `<text x="${x}" y="${y}" ${more}>${escaped(words)}</text>`;
  const body = [
    ...from.map((word, i) => {
      const [x, y] = [left + i * side + 15, top - 6];
      return text(word, x, y, `transform="rotate(-50 ${x} ${y})"`);
    }),
    ...to.flatMap((word, step) => [
      text(word, left - 6, top + step * side + 15, 'text-anchor="end"'),
      ...from.map((_, place) => {
        const [x, y] = [left + place * side + 1, top + step * side + 1];
        const opacity = weight(step, place).toFixed(2);
        return `<rect class="look" x="${x}" y="${y}" width="${side - 2}" height="${side - 2}" fill-opacity="${opacity}"/>`;
      }),
    ]),
  ];
  const look = "text{fill:#5a6370;font:12px system-ui,sans-serif}.look{fill:#2563b0;stroke:#d5dae1;stroke-width:.5}";
  const dark = "@media(prefers-color-scheme:dark){text{fill:#a0a9b6}.look{fill:#6aa8ff;stroke:#333a45}}";
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  const title = `<title>${escaped(`Where each word of “${generated}” looks in “${source}”`)}</title>`;
  writeFileSync(
    file,
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img">${title}<style>${look}\n${dark}</style>\n${body.join("\n")}\n</svg>\n`,
  );
  model.close();
}

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

await attention(...process.argv.slice(2));
