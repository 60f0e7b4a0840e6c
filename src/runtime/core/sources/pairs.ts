// The source `pairs(file, other)`: lines of two files that belong together, or two texts on each line of one file.

import { type DataFiles, type DataPart, madeOf, type SourceData, type SourceRequest } from "../dataset.ts";
import { RunError } from "../error.ts";
import { FormatError } from "../formats/formatError.ts";
import { linesReader, type TextLine } from "../formats/lines.ts";
import { countText, safeText } from "../text.ts";

/** Reads the columns `first` and `second`, and a test part if `test` and `test_other` name one. */
export async function loadSource(request: SourceRequest, files: DataFiles): Promise<SourceData> {
  const { file, other, test, test_other } = request.options;
  const train = await loadPairs(request, files, String(file), other);
  return typeof test === "string" ? { train, test: await loadPairs(request, files, test, test_other) } : { train };
}

/** Reads the pairs of two files, or of one whose lines have a separator. */
async function loadPairs(
  { options, columns, key, signal }: SourceRequest,
  files: DataFiles,
  name: string,
  other: unknown,
): Promise<DataPart> {
  const wanted = new Set([...columns.flatMap(madeOf), ...(key === undefined ? [] : [key])]);
  // A prediction is asked about a file of first texts: the second ones are what it may not need.
  if (options.asked === true && other !== undefined && wanted.has("second"))
    throw new RunError(`${safeText(name)}: holds first texts alone, but the model reads the second ones, too`);
  const { path, lines } = await readLines(files, name, signal);
  const texts: Record<string, string[]> = { first: [], second: [] };
  const numbers: number[] = [];
  // Lines to predict for may hold the first texts alone.
  const alone = options.asked === true && !wanted.has("second");
  if (other === undefined) splitLines(lines, path, { separator: String(options.separator), alone }, texts, numbers);
  else {
    const beside = wanted.has("second") ? await readLines(files, String(other), signal) : undefined;
    if (beside !== undefined && beside.lines.length !== lines.length && signal?.aborted !== true)
      throw new RunError(
        `${safeText(path)} has ${countText(lines.length)} lines, but ${safeText(beside.path)} has ${countText(beside.lines.length)}: those of a pair stand on the same line`,
      );
    for (const { text, line } of lines) {
      texts.first?.push(text);
      numbers.push(line);
    }
    for (const { text } of beside?.lines ?? []) texts.second?.push(text);
  }
  if (numbers.length === 0 && signal?.aborted !== true) throw new RunError(`${safeText(path)}: is empty`);
  return {
    count: numbers.length,
    columns: {},
    texts: Object.fromEntries([...wanted].map((column) => [column, texts[column] ?? []])),
    ...(key === undefined ? {} : { keys: texts[key] ?? [] }),
    place: (row) => `${safeText(path)}, line ${numbers[row]}`,
  };
}

async function readLines(
  files: DataFiles,
  name: string,
  signal: AbortSignal | undefined,
): Promise<{ readonly path: string; readonly lines: readonly TextLine[] }> {
  const { path, chunks } = await files.stream(name);
  const reader = linesReader(path);
  const lines: TextLine[] = [];
  const take = (read: readonly TextLine[]): void => {
    for (const one of read) {
      if (one.text.includes("\0"))
        throw new FormatError(path, `line ${one.line}: has a NUL byte, so this is not a text`);
      lines.push(one);
    }
  };
  for await (const chunk of chunks) {
    if (signal?.aborted === true) break;
    take(reader.push(chunk));
  }
  take(reader.end());
  return { path, lines };
}

/** Divides lines at their separator; blank lines are no pairs. `alone`: a line need not have a second text. */
function splitLines(
  lines: readonly TextLine[],
  path: string,
  { separator, alone }: { readonly separator: string; readonly alone: boolean },
  texts: Readonly<Record<string, string[]>>,
  numbers: number[],
): void {
  for (const { text, line } of lines) {
    if (text === "") continue;
    const [first = "", second, ...more] = text.split(separator);
    if ((second === undefined && !alone) || more.length > 0)
      throw new FormatError(
        path,
        `line ${line}: has ${more.length === 0 ? "no" : "more than one"} '${separator}' between two texts`,
      );
    texts.first?.push(first);
    if (second !== undefined) texts.second?.push(second);
    numbers.push(line);
  }
}
