// The folders for data: nnc's cache of data it can fetch again, and people's own. Reads the environment; nothing else in
// host does. Trainers look in the same places themselves (runtime/node/files.ts).

import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** Returns `$XDG_CACHE_HOME/nnc` or `~/.cache/nnc`; undefined if the system knows no home. */
export function cacheFolder(environment: Environment = process.env): string | undefined {
  const xdg = environment.XDG_CACHE_HOME;
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, "nnc");
  try {
    const home = homedir();
    return isAbsolute(home) ? join(home, ".cache", "nnc") : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the data folder of the environment, `NNC_DATA`. */
export function environmentData(environment: Environment = process.env): string | undefined {
  const folder = environment.NNC_DATA;
  return folder === "" ? undefined : folder;
}
