// The source `text(file)`: running text in windows, as long as the program's columns are.

import { type DataFiles, elementsOf, type SourceData, type SourceRequest } from "../dataset.ts";
import { RunError } from "../error.ts";
import { utf8Reader } from "../formats/csv.ts";
import { stretchesOf } from "../running.ts";
import { safeText, spaced } from "../text.ts";

/** Windows of running text lie in memory. */
const MOST_CHARACTERS = 200_000_000;

/** Reads the column `text`: windows of characters, or of words where an encoder splits texts at blanks. */
export async function loadSource(request: SourceRequest, files: DataFiles): Promise<SourceData> {
  const { options, columns, signal } = request;
  const { path, chunks } = await files.stream(String(options.file));
  const reader = utf8Reader(path);
  const pieces: string[] = [];
  let line = 1;
  let length = 0;
  for await (const chunk of chunks) {
    if (signal?.aborted === true) break;
    const piece = reader.push(chunk, line);
    for (let at = piece.indexOf("\n"); at >= 0; at = piece.indexOf("\n", at + 1)) line++;
    pieces.push(piece);
    length += piece.length;
    if (length > MOST_CHARACTERS)
      throw new RunError(
        `${safeText(path)}: has over ${MOST_CHARACTERS} characters, the most that nnc holds in memory`,
      );
  }
  pieces.push(reader.end(line));
  const words = columns.some(({ encoder }) => encoder?.options.split === "whitespace");
  const whole = pieces.join("").replaceAll("\r\n", "\n");
  if (columns.some(({ encoder }) => encoder?.options.unit === "token"))
    return { train: stretchesOf(whole, path, options.stride) };
  const units = words ? spaced(whole) : [...whole];
  const width = Math.max(...columns.map(({ shape }) => elementsOf(shape)));
  const reach = Math.max(...columns.map((info) => elementsOf(info.shape) + Number(info.encoder?.options.shift ?? 0)));
  const stride = options.stride === undefined ? width : Number(options.stride);
  const count = Math.floor((units.length - reach) / stride) + 1;
  if (count < 1)
    throw new RunError(
      `${safeText(path)}: has ${units.length} ${words ? "words" : "characters"}, but a window takes ${reach} of them`,
    );
  const windows = Array.from({ length: count }, (_, i) =>
    units.slice(i * stride, i * stride + reach).join(words ? " " : ""),
  );
  const place = (row: number): string =>
    `${safeText(path)}, from ${words ? "word" : "character"} ${row * stride + 1} on`;
  return { train: { count, columns: {}, texts: { text: windows }, place } };
}
