// What the log of a training says of its program beside the trainer's own facts: the texts, the options of the command, and the costs of
// each layer.

import { availableParallelism } from "node:os";
import { basename, dirname, relative, resolve, sep } from "node:path";
import { describeNetwork } from "../driver/network.ts";
import { summarize } from "../driver/summary.ts";
import { load } from "../host/load.ts";
import { type CompileFlags, compileOptions } from "./compiled.ts";
import { usageError } from "./exit.ts";
import { version } from "./version.ts";

/** The options of `nnc train` that change what is computed, in the words of the command. */
function chosen(
  flags: CompileFlags & { readonly limit?: number; readonly memory?: string },
): Readonly<Record<string, string>> {
  const { target, model, batch, epochs, seed, threads, strictMath, winograd, limit, memory, data } = flags;
  const options: readonly (readonly [string, string | number | undefined])[] = [
    ["--target", target],
    ["--model", model],
    ["--batch", batch],
    ["--epochs", epochs],
    ["--seed", seed],
    ["--threads", threads],
    ["--limit", limit],
    ["--memory", memory],
    // Where a person keeps files is nobody else's business: a report is mailed.
    ["--data", data === undefined ? undefined : basename(resolve(data))],
    ["--strict-math", strictMath === true ? "yes" : undefined],
    ["--no-winograd", winograd === false ? "yes" : undefined],
  ];
  const set = [...(flags.set ?? [])].map(([name, text]) => [`--set ${name}`, text] as const);
  return Object.fromEntries(
    [...options, ...set].flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}

/** Returns the text of `program.json` for a program that compiles. */
export async function programFacts(
  file: string,
  flags: CompileFlags & { readonly limit?: number; readonly memory?: string },
): Promise<string> {
  const options = compileOptions(flags);
  const loaded = await load(
    file,
    async (sources) => ({
      ...(await describeNetwork(sources, options)),
      ...(await summarize(sources, { threads: availableParallelism(), ...options })),
    }),
    new Map(),
    flags.data,
  );
  if ("problem" in loaded) throw usageError(loaded.problem);
  const { texts, result } = loaded.ok;
  const folder = dirname(resolve(file));
  const name = (path: string): string => relative(folder, resolve(path)).split(sep).join("/");
  const { higherIsBetter: higher = [] } = result.summary ?? {};
  const facts = {
    nnc: version(),
    options: chosen(flags),
    files: [...texts].map(([path, text]) => ({ name: name(path), text })),
    higher,
    summary: result.summary,
    network: result.network,
  };
  return `${JSON.stringify(facts)}\n`;
}
