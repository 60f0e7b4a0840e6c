// Writes what a model of models/ trains and tests on as safetensors, by the names of the columns of its source: `train/pixels`,
// `test/label`, …, and `train/text 2` for what else is made of a column, in the numbers that its program takes. So another framework gets the very same rows. compare.mjs bundles and runs it:
//   node rows.mjs TRAINER.js DATA SEED OUT.safetensors

import { writeFileSync } from "node:fs";
import { argv } from "node:process";
import { pathToFileURL } from "node:url";
import { dividedData } from "../../src/runtime/core/divided.ts";
import type { Feed } from "../../src/runtime/core/feed.ts";
import { type NamedTensor, writeSafetensors } from "../../src/runtime/core/formats/safetensors.ts";
import type { ColumnInfo, Numbers } from "../../src/runtime/core/program.ts";
import { dataFilesIn } from "../../src/runtime/node/files.ts";
import type { Trainer } from "../../src/runtime/node/trainer.ts";

const arrays = { u8: Uint8Array, i32: Int32Array, f32: Float32Array };

function tensorsOf(part: string, feed: Feed, columns: readonly ColumnInfo[]): NamedTensor[] {
  const to: Record<string, Numbers> = {};
  for (const { name, dtype, shape } of columns)
    to[name] = new arrays[dtype](feed.count * shape.reduce((product, size) => product * size, 1));
  feed.inOrder().gather(0, feed.count, columns, to);
  const seen = new Map<string, number>();
  return columns.map(({ name, shape }) => {
    const [of] = name.split(":") as [string];
    seen.set(of, (seen.get(of) ?? 0) + 1);
    const many = seen.get(of) as number;
    return {
      name: `${part}/${of}${many === 1 ? "" : ` ${many}`}`,
      shape: [feed.count, ...shape],
      values: to[name] as Numbers,
    };
  });
}

const [file, data, seedText, out] = argv.slice(2) as [string, string, string, string];
const { trainer } = (await import(pathToFileURL(file).href)) as { trainer: Trainer };
const { manifest, encoders = {} } = trainer;
const { source, columns, split } = manifest;
const seed = Number(seedText);
const loaded = await trainer.loadSource(
  {
    ...{ name: source.name, options: source.options, columns, seed },
    ...(split.column === undefined ? {} : { key: split.column }),
  },
  dataFilesIn({ data: [data], source: source.name }, () => {}),
);
const { feeds } = dividedData(loaded, { manifest, encoders, seed, limit: undefined }).prepare();
const tensors = Object.entries(feeds).flatMap(([part, feed]) => tensorsOf(part, feed as Feed, columns));
writeFileSync(out, writeSafetensors(tensors, new Map()));
