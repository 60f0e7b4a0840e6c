// Joins recordings of single digits into recordings of several, for models/speech-sequence.nn.
//
//   node scripts/joinRecordings.mjs recordings.zip index.csv FOLDER
//
// Writes FOLDER/sequences.zip and FOLDER/sequences.csv with the columns `file`, `digits` and `split`. Each recording is of one
// speaker and one part: what is to test with never stands beside what trains, nor in it. The same files give the same bytes.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { unzipSync, zipSync } from "fflate";

const RATE = 8000;
/** The most samples of a recording. */
const LENGTH = 24_000;
/** How often each recording is used. */
const ROUNDS = { train: 4, test: 2 };
const [FEWEST, MOST] = [2, 5];
const words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

let state = 1;
/** A whole number from 0 to before `count` (Marsaglia 2003, Xorshift RNGs). */
function below(count) {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return Math.floor(((state >>> 0) / 2 ** 32) * count);
}

function shuffled(list) {
  const made = [...list];
  for (let i = made.length - 1; i > 0; i--) {
    const j = below(i + 1);
    [made[i], made[j]] = [made[j], made[i]];
  }
  return made;
}

/** The samples of a WAV file of 16 bits, one channel and RATE samples a second. */
function samplesOf(bytes, name) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [channels, rate, bits] = [view.getUint16(22, true), view.getUint32(24, true), view.getUint16(34, true)];
  const [kind, length] = [String.fromCharCode(...bytes.subarray(36, 40)), view.getUint32(40, true)];
  if (channels !== 1 || rate !== RATE || bits !== 16 || kind !== "data") throw new Error(`${name} is of another form`);
  return Int16Array.from({ length: length / 2 }, (_, i) => view.getInt16(44 + 2 * i, true));
}

function wavOf(parts) {
  const count = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(44 + 2 * count);
  const view = new DataView(bytes.buffer);
  const text = (at, word) => {
    for (let i = 0; i < word.length; i++) bytes[at + i] = word.charCodeAt(i);
  };
  text(0, "RIFF");
  view.setUint32(4, 36 + 2 * count, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, 2 * RATE, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, 2 * count, true);
  let at = 44;
  for (const part of parts)
    for (const sample of part) {
      view.setInt16(at, sample, true);
      at += 2;
    }
  return bytes;
}

const [archive, index, folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: node scripts/joinRecordings.mjs recordings.zip index.csv FOLDER");
const files = unzipSync(readFileSync(archive));
const [head, ...lines] = readFileSync(index, "utf8")
  .trim()
  .split("\n")
  .map((line) => line.split(","));
const cell = (line, name) => line[head.indexOf(name)];
const joined = {};
const rows = ["file,digits,split"];
for (const split of Object.keys(ROUNDS))
  for (const speaker of [...new Set(lines.map((line) => cell(line, "speaker")))].sort()) {
    const own = lines.filter((line) => cell(line, "split") === split && cell(line, "speaker") === speaker);
    const rest = Array.from({ length: ROUNDS[split] }, () => shuffled(own)).flat();
    for (let number = 0; rest.length > 0; number++) {
      const [parts, digits, wanted] = [[], [], FEWEST + below(MOST - FEWEST + 1)];
      let length = 0;
      while (digits.length < wanted && rest.length > 0) {
        const sound = samplesOf(files[cell(rest[0], "file")], cell(rest[0], "file"));
        const pause = digits.length === 0 ? 0 : below(RATE / 10);
        if (length + pause + sound.length > LENGTH) break;
        parts.push(new Int16Array(pause), sound);
        digits.push(words[Number(cell(rest.shift(), "label"))]);
        length += pause + sound.length;
      }
      const name = `${split}/${speaker}_${String(number).padStart(4, "0")}.wav`;
      joined[name] = [wavOf(parts), { level: 1, mtime: new Date(1980, 0, 1) }];
      rows.push(`${name},${digits.join(" ")},${split}`);
    }
  }
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}/sequences.zip`, zipSync(joined));
writeFileSync(`${folder}/sequences.csv`, `${rows.join("\n")}\n`);
console.log(`${rows.length - 1} recordings of ${FEWEST} to ${MOST} digits in ${folder}`);
