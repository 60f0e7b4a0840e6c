// The source `images(file)`: pictures of a folder or an archive, by folders of classes or by an index.

import { openArchive } from "../archive.ts";
import {
  type DataFiles,
  type DataPart,
  elementsOf,
  type FileTree,
  newColumn,
  type SourceData,
  type SourceRequest,
} from "../dataset.ts";
import { RunError } from "../error.ts";
import { kindOfCells } from "../formats/cells.ts";
import { type CsvRow, csvReader, delimiterOf } from "../formats/csv.ts";
import { FormatError } from "../formats/formatError.ts";
import { croppedTo, decodePicture, type Picture, resizedTo, withChannels } from "../formats/pictures.ts";
import type { ColumnInfo, Numbers } from "../program.ts";
import { newTable } from "../table.ts";
import { countText, safeText } from "../text.ts";
import { giveTurn } from "../turn.ts";
import { expectedText, firstMisfit, listText, valueText } from "../values.ts";

/** One example: its picture, perhaps a mask, its class or its line of the index. */
interface Example {
  readonly picture: string;
  readonly mask?: string;
  readonly label?: string;
  readonly row?: CsvRow;
  readonly test: boolean;
}

const isPicture = (name: string): boolean => /\.(?:png|jpe?g)$/i.test(name);

/** Reads the columns of `request`: `pixels`, `mask`, `label`, and those of the index. */
export async function loadSource(request: SourceRequest, files: DataFiles): Promise<SourceData> {
  const { options } = request;
  const found = await files.tree(String(options.file));
  const tree = "bytes" in found ? openArchive(found, isPicture) : found;
  const index = typeof options.index === "string" ? await readIndex(options.index, files) : undefined;
  const examples = index === undefined ? byFolders(tree) : byIndex(index, request, tree);
  const skipped = { count: 0, most: Number(options.skip_bad ?? 0) };
  const part = (test: boolean): Promise<DataPart> =>
    readPart(
      examples.filter((one) => one.test === test),
      request,
      tree,
      index,
      skipped,
    );
  const train = await part(false);
  return examples.some(({ test }) => test) ? { train, test: await part(true) } : { train };
}

/** Gives each picture its folder as its class. Folders `train` and `test` on top are parts. */
function byFolders({ path, names }: FileTree): readonly Example[] {
  const pictures = names.filter(isPicture).map((picture) => ({ picture, folders: picture.split("/").slice(0, -1) }));
  const tops = new Set(pictures.map(({ folders }) => folders[0]));
  const parted = tops.has("train") && tops.has("test") && pictures.every(({ folders }) => folders.length > 1);
  if (pictures.length === 0) throw new RunError(`${safeText(path)}: holds no pictures (.png, .jpg, .jpeg)`);
  return pictures.flatMap(({ picture, folders }): readonly Example[] => {
    const [top = ""] = folders;
    if (parted && top !== "train" && top !== "test") return [];
    return [{ picture, label: folders.at(-1) ?? "", test: parted && top === "test" }];
  });
}

interface Index {
  readonly path: string;
  readonly header: readonly string[];
  readonly rows: readonly CsvRow[];
}

async function readIndex(name: string, files: DataFiles): Promise<Index> {
  const { path, chunks } = await files.stream(name);
  const reader = csvReader({ path, delimiter: delimiterOf(name, undefined) });
  const rows: CsvRow[] = [];
  for await (const chunk of chunks) for (const row of reader.push(chunk)) rows.push(row);
  rows.push(...reader.end());
  const [header, ...data] = rows;
  if (header === undefined) throw new RunError(`${safeText(path)}: is empty`);
  if (data.length === 0) throw new RunError(`${safeText(path)}: has a header and no rows`);
  return { path, header: header.cells, rows: data };
}

function byIndex({ path, header, rows }: Index, { options }: SourceRequest, tree: FileTree): readonly Example[] {
  const place = (name: unknown): number | undefined => {
    if (name === undefined) return undefined;
    const at = header.indexOf(String(name));
    if (at < 0)
      throw new RunError(`${safeText(path)}: has no column '${safeText(String(name))}'; it has ${listText(header)}`);
    return at;
  };
  const [image = 0, mask, split] = [place(options.image), place(options.mask), place(options.split)];
  const known = new Set(tree.names);
  return rows.map((row) => {
    const file = (at: number): string => {
      const name = row.cells[at] ?? "";
      if (known.has(name)) return name;
      throw new RunError(
        `${safeText(path)}, line ${row.line}: there is no '${safeText(name)}' in ${safeText(tree.path)}`,
      );
    };
    return {
      picture: file(image),
      ...(mask === undefined ? {} : { mask: file(mask) }),
      row,
      test: split !== undefined && row.cells[split] !== "train",
    };
  });
}

/** Decodes the pictures of a part and gathers the columns of the index. */
async function readPart(
  examples: readonly Example[],
  request: SourceRequest,
  tree: FileTree,
  index: Index | undefined,
  skipped: { count: number; readonly most: number },
): Promise<DataPart> {
  const { columns, signal } = request;
  const find = (name: string): ColumnInfo | undefined => columns.find((info) => info.name === name);
  const [pixels, mask] = [find("pixels"), find("mask")];
  const drawn = [pixels, mask].flatMap((info) =>
    info === undefined ? [] : [{ info, values: newColumn(info, examples.length) }],
  );
  const kept: Example[] = [];
  let turn = performance.now();
  for (const example of examples) {
    if (signal?.aborted === true) break;
    try {
      for (const { info, values } of drawn) readPicture(example, info, values, kept.length, request, tree);
      kept.push(example);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      if (++skipped.count > skipped.most)
        throw new RunError(
          skipped.most === 0
            ? `${error.message}; images(…, skip_bad: 10) leaves out up to 10 such pictures`
            : `${error.message}; that is picture ${countText(skipped.count)} that cannot be read, and the program leaves out ${countText(skipped.most)}`,
        );
    }
    if (performance.now() - turn < 100) continue;
    await giveTurn();
    turn = performance.now();
  }
  const others = columns.filter((info) => info !== pixels && info !== mask);
  const table: Pick<DataPart, "columns" | "texts" | "keys"> =
    index === undefined ? labelsOf(kept, request.key) : tableOf(kept, index, others, request.key);
  const own = drawn.map(
    ({ info, values }) => [info.name, values.subarray(0, kept.length * elementsOf(info.shape))] as const,
  );
  return {
    count: kept.length,
    columns: { ...table.columns, ...Object.fromEntries(own) },
    texts: table.texts ?? {},
    ...(table.keys === undefined ? {} : { keys: table.keys }),
    place: (row) => safeText(`${tree.path}: ${kept[row]?.picture ?? ""}`),
    dropped: examples.length - kept.length,
  };
}

function labelsOf(kept: readonly Example[], key: string | undefined): Pick<DataPart, "columns" | "texts" | "keys"> {
  const labels = kept.map(({ label = "" }) => label);
  return { columns: {}, texts: { label: labels }, ...(key === "label" ? { keys: labels } : {}) };
}

function tableOf(
  kept: readonly Example[],
  { path, header, rows }: Index,
  columns: readonly ColumnInfo[],
  key: string | undefined,
): DataPart {
  const numeric = header.map(
    (_, i) => kindOfCells(rows.slice(0, 1000).map(({ cells }) => cells[i] ?? "")) === "number",
  );
  const table = newTable(header, numeric, columns, { path, missing: "error", ...(key === undefined ? {} : { key }) });
  for (const { row } of kept) if (row !== undefined) table.add(row.cells, row.line);
  return table.finish();
}

/** Decodes the picture of one example to its place. Throws a FormatError for one that cannot be read. */
function readPicture(
  { picture, mask = "" }: Example,
  info: ColumnInfo,
  values: Numbers,
  at: number,
  { options }: SourceRequest,
  { path, read }: FileTree,
): void {
  const [height = 1, width = 1, channels] = info.shape;
  const isMask = channels === undefined;
  const name = isMask ? mask : picture;
  const where = `${path}: ${name}`;
  const decoded = decodePicture(read(name), where, isMask);
  if (isMask && decoded.channels !== 1)
    throw new FormatError(where, "is a mask, but has colours: a mask has one number for each pixel");
  const shaped: Picture = options.crop === true ? croppedTo(decoded, height, width) : decoded;
  const sized = resizedTo(isMask ? shaped : withChannels(shaped, channels === 1 ? 1 : 3), height, width, isMask);
  const bad = info.classes === undefined ? undefined : firstMisfit(sized.pixels, info);
  if (bad !== undefined)
    throw new RunError(
      `${safeText(where)}: the pixel ${bad % width}, ${Math.floor(bad / width)} is ${valueText(sized.pixels[bad])}, but must be ${expectedText(info)}`,
    );
  values.set(sized.pixels, at * elementsOf(info.shape));
}
