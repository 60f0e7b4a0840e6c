// Examples that are files of their own, pictures or recordings, in a folder or an archive: their classes are folders, parts of their
// names, or columns of an index. It does not know what a file holds.

import { openArchive } from "./archive.ts";
import {
  type DataFiles,
  type DataPart,
  elementsOf,
  type FileTree,
  newColumn,
  type SourceData,
  type SourceRequest,
} from "./dataset.ts";
import { RunError } from "./error.ts";
import { kindOfCells } from "./formats/cells.ts";
import { type CsvRow, csvReader, delimiterOf } from "./formats/csv.ts";
import { FormatError } from "./formats/formatError.ts";
import type { ColumnInfo, Numbers } from "./program.ts";
import { newTable } from "./table.ts";
import { countText, safeText } from "./text.ts";
import { giveTurn } from "./turn.ts";
import { listText } from "./values.ts";

/** One example: its file, or its folder, and what is known of it. */
export interface CollectedItem {
  readonly name: string;
  /** By options, the paths of further files that the index names. */
  readonly beside: Readonly<Record<string, string>>;
  /** Its class by its folder, and the parts of its name. */
  readonly texts: Readonly<Record<string, string>>;
  readonly row?: CsvRow;
  readonly test: boolean;
}

/** Writes the numbers of a column for one example. Throws a FormatError for a file that cannot be read. */
export type WriteItem = (item: CollectedItem, info: ColumnInfo, to: Numbers, at: number) => void;

export interface CollectionKind {
  /** `picture`, and what a tree without any lacks: `pictures (.png, .jpg, .jpeg)`. */
  readonly item: string;
  readonly items: string;
  /** Whether a file is one of the collection. */
  isFile(name: string): boolean;
  /** The option that names the column of the index with the paths of the items, and options for further files. */
  readonly path: string;
  readonly further?: readonly string[];
  /** Whether an item is a folder of such files. */
  readonly folders?: true;
  /** The columns that files give, by name. */
  writers(tree: FileTree): Readonly<Record<string, WriteItem>> | Promise<Readonly<Record<string, WriteItem>>>;
}

/** Reads the columns of `request`: those that files give, `label`, parts of names, and those of the index. */
export async function loadCollection(
  request: SourceRequest,
  files: DataFiles,
  kind: CollectionKind,
): Promise<SourceData> {
  const { options, columns } = request;
  const found = await files.tree(String(options.file));
  const tree = "bytes" in found ? openArchive(found, kind.isFile) : found;
  const writers = await kind.writers(tree);
  const fromFiles = columns.every(({ name, encoder }) => encoder === undefined && Object.hasOwn(writers, name));
  // What a prediction is asked about needs no index, if files alone say what it reads.
  const listed = typeof options.index === "string" && !(options.asked === true && fromFiles);
  const index = listed ? await readIndex(String(options.index), files) : undefined;
  const items = index === undefined ? byNames(tree, request, kind) : byIndex(index, request, tree, kind);
  const skipped = { count: 0, most: Number(options.skip_bad ?? 0) };
  const part = (test: boolean): Promise<DataPart> => {
    const own = items.filter((one) => one.test === test);
    return readItems({ items: thinned(own, request.most), request, tree, index, skipped, kind, writers });
  };
  const train = await part(false);
  if (!items.some(({ test }) => test)) return { train };
  return { train, test: await part(true) };
}

/** So many of the items, evenly from all of them. */
const thinned = (items: readonly CollectedItem[], most = items.length): readonly CollectedItem[] =>
  items.length <= most
    ? items
    : items.filter((_, i) => Math.floor((i * most) / items.length) < Math.floor(((i + 1) * most) / items.length));

/** What the column `split` says of examples to train on. */
const trainValue = (options: SourceRequest["options"]): string => String(options.train_on ?? "train");

const folderOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf("/")));

/** The items of a tree: its files, or the folders of these. */
function itemsOf({ names }: FileTree, { isFile, folders }: CollectionKind): readonly string[] {
  const own = names.filter(isFile);
  if (folders !== true) return own;
  const all = [...new Set(own.map(folderOf))];
  // Files on top are an example only if there is no other.
  return all.length > 1 ? all.filter((name) => name !== "") : all;
}

/** Gives each item its folder as its class, and the parts of its name. Folders `train` and `test` on top are parts. */
function byNames(tree: FileTree, { options }: SourceRequest, kind: CollectionKind): readonly CollectedItem[] {
  const items = itemsOf(tree, kind).map((name) => ({ name, folders: name.split("/").slice(0, -1) }));
  const tops = new Set(items.map(({ folders }) => folders[0]));
  const parted = tops.has("train") && tops.has("test") && items.every(({ folders }) => folders.length > 1);
  if (items.length === 0) throw new RunError(`${safeText(tree.path)}: holds no ${kind.items}`);
  const parts = options.asked === true ? () => ({}) : partsOfNames(tree.path, options.names, kind);
  return items.flatMap(({ name, folders }): readonly CollectedItem[] => {
    const [top = ""] = folders;
    if (parted && top !== "train" && top !== "test") return [];
    const texts = { label: folders.at(-1) ?? "", ...parts(name) };
    const split: string | undefined = texts[String(options.split) as keyof typeof texts];
    const test =
      options.split === undefined ? parted && top === "test" : split !== undefined && split !== trainValue(options);
    return [{ name, beside: {}, texts, test }];
  });
}

/** Returns what reads the parts of a name by a pattern: `{label}_{speaker}`. */
function partsOfNames(
  path: string,
  pattern: unknown,
  { item }: CollectionKind,
): (name: string) => Readonly<Record<string, string>> {
  if (typeof pattern !== "string") return () => ({});
  const names = [...pattern.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const form = pattern
    .split(/\{\w+\}/)
    .map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
    // The last part takes what is left.
    .reduce((before, after, i) => `${before}${i === names.length ? "(.+)" : "(.+?)"}${after}`);
  const matcher = new RegExp(`^${form}$`, "su");
  return (name) => {
    const own = (name.split("/").at(-1) ?? name).replace(/\.[^.]*$/, "");
    const [, ...parts] = matcher.exec(own) ?? [];
    if (parts.length === 0)
      throw new RunError(
        `${safeText(path)}: the name of the ${item} '${safeText(name)}' is not of the form '${safeText(pattern)}'`,
      );
    return Object.fromEntries(names.map((column, i) => [column, parts[i] ?? ""]));
  };
}

/** A table with a line for each item. */
export interface ItemIndex {
  readonly path: string;
  readonly header: readonly string[];
  readonly rows: readonly CsvRow[];
}

/** Reads a whole table that stands beside the files. */
export async function readIndex(name: string, files: DataFiles): Promise<ItemIndex> {
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

/** Returns the place of a column in the index. Throws a RunError that lists those it has. */
export function placeInIndex(name: string, { path, header }: ItemIndex): number {
  const at = header.indexOf(name);
  if (at >= 0) return at;
  throw new RunError(`${safeText(path)}: has no column '${safeText(name)}'; it has ${listText(header)}`);
}

function byIndex(
  index: ItemIndex,
  { options }: SourceRequest,
  tree: FileTree,
  kind: CollectionKind,
): readonly CollectedItem[] {
  const place = (name: unknown): number | undefined =>
    name === undefined ? undefined : placeInIndex(String(name), index);
  const [own = 0, split] = [place(options[kind.path]), place(options.split)];
  const further = (kind.further ?? []).flatMap((option) => {
    const at = place(options[option]);
    return at === undefined ? [] : [[option, at] as const];
  });
  const known = new Set(tree.names);
  const items = kind.folders === true ? new Set(itemsOf(tree, kind)) : known;
  return index.rows.map((row) => {
    const named = (at: number, among: ReadonlySet<string>): string => {
      const given = row.cells[at] ?? "";
      // A folder may be written with a slash at its end.
      const name = kind.folders === true ? given.replace(/\/$/, "") : given;
      if (among.has(name)) return name;
      throw new RunError(
        `${safeText(index.path)}, line ${row.line}: there is no '${safeText(given)}' in ${safeText(tree.path)}`,
      );
    };
    return {
      name: named(own, items),
      beside: Object.fromEntries(further.map(([option, at]) => [option, named(at, known)])),
      texts: {},
      row,
      test: split !== undefined && row.cells[split] !== trainValue(options),
    };
  });
}

interface Reading {
  readonly items: readonly CollectedItem[];
  readonly request: SourceRequest;
  readonly tree: FileTree;
  readonly index: ItemIndex | undefined;
  readonly skipped: { count: number; readonly most: number };
  readonly kind: CollectionKind;
  readonly writers: Readonly<Record<string, WriteItem>>;
}

/** Reads the files of a part and gathers the columns of the index. */
async function readItems(reading: Reading): Promise<DataPart> {
  const { items, request, tree, index, kind, writers } = reading;
  const { columns, signal } = request;
  const own = columns.filter(({ name }) => Object.hasOwn(writers, name));
  const drawn = own.map((info) => ({ info, values: newColumn(info, items.length), write: writers[info.name] }));
  const kept: CollectedItem[] = [];
  let turn = performance.now();
  for (const item of items) {
    if (signal?.aborted === true) break;
    try {
      for (const { info, values, write } of drawn) write?.(item, info, values, kept.length * elementsOf(info.shape));
      kept.push(item);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      countBad(error, reading);
    }
    request.progress?.(kept.length, items.length);
    if (performance.now() - turn < 100) continue;
    await giveTurn();
    turn = performance.now();
  }
  const others = columns.filter((info) => !own.includes(info));
  const table: Pick<DataPart, "columns" | "texts" | "keys" | "made"> =
    index === undefined ? textsOfItems(kept, others, request.key) : tableOf(kept, index, others, request.key);
  const read = drawn.map(
    ({ info, values }) => [info.name, values.subarray(0, kept.length * elementsOf(info.shape))] as const,
  );
  return {
    ...table,
    count: kept.length,
    columns: { ...table.columns, ...Object.fromEntries(read) },
    names: kept.map(({ name }) => name),
    place: (row) => safeText(`${tree.path}: ${kept[row]?.name ?? kind.item}`),
    dropped: items.length - kept.length,
  };
}

/** Counts an item that cannot be read. Throws a RunError for one more than the program leaves out. */
function countBad(error: FormatError, { skipped, request, kind: { item } }: Reading): void {
  if (++skipped.count <= skipped.most) return;
  throw new RunError(
    skipped.most === 0
      ? `${error.message}; ${request.name}(…, skip_bad: 10) leaves out up to 10 such ${item}s`
      : `${error.message}; that is ${item} ${countText(skipped.count)} that cannot be read, and the program leaves out ${countText(skipped.most)}`,
  );
}

function textsOfItems(
  kept: readonly CollectedItem[],
  columns: readonly ColumnInfo[],
  key: string | undefined,
): Pick<DataPart, "columns" | "texts" | "keys"> {
  const column = (name: string): readonly string[] => kept.map(({ texts }) => texts[name] ?? "");
  const names = columns.flatMap(({ name, from = [name] }) => from);
  return {
    columns: {},
    texts: Object.fromEntries(names.map((name) => [name, column(name)])),
    ...(key === undefined ? {} : { keys: column(key) }),
  };
}

function tableOf(
  kept: readonly CollectedItem[],
  { path, header, rows }: ItemIndex,
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
