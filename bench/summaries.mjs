// Scores the summaries of models/summarise.nn as words: token F1 and ROUGE-L over the sentences to test with.
//   nnc predict models/summarise.nn --data DIR --weights W.safetensors --format jsonl -o kept.jsonl
//   node bench/summaries.mjs kept.jsonl DIR/pairs.tsv.gz

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const [predictions, file] = process.argv.slice(2);
const bytes = readFileSync(file);
const lines = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString().trim().split("\n").slice(1);
const pairs = lines.map((line) => line.split("\t")).filter(([, , part]) => part !== "train");
const answers = readFileSync(predictions, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));
if (answers.length !== pairs.length) throw new Error(`${answers.length} answers for ${pairs.length} sentences`);

const wordsOf = (text) => text.split(" ").filter((word) => word !== "");

/** The first places in the sentence that give the words of its summary. */
function keptIn(words, summary) {
  let at = 0;
  return words.map((word) => word === summary[at] && ++at > 0);
}

/** The length of the longest common subsequence. */
function common(a, b) {
  let row = new Array(b.length + 1).fill(0);
  for (const word of a) {
    const next = [0];
    for (const [j, other] of b.entries()) next.push(word === other ? row[j] + 1 : Math.max(row[j + 1], next[j]));
    row = next;
  }
  return row.at(-1);
}

let [right, said, wanted, rouge] = [0, 0, 0, 0];
for (const [i, [original, compressed]] of pairs.entries()) {
  const [words, summary] = [wordsOf(original), wordsOf(compressed)];
  const truth = keptIn(words, summary);
  // 1 for each word to keep, 0 for the others. Words beyond the network's length are left out.
  const classes = answers[i].keep.split(" ");
  const kept = words.map((_, t) => classes[t] === "1");
  right += truth.filter((one, t) => one && kept[t]).length;
  said += kept.filter(Boolean).length;
  wanted += truth.filter(Boolean).length;
  const made = words.filter((_, t) => kept[t]);
  const shared = common(made, summary);
  rouge += made.length === 0 ? 0 : (2 * shared) / (made.length + summary.length);
}
const f1 = (2 * right) / (said + wanted);
process.stdout.write(
  `token F1 ${f1.toFixed(4)}, ROUGE-L ${(rouge / pairs.length).toFixed(4)} on ${pairs.length} sentences\n`,
);
