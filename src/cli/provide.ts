// Provides the data of a source that nnc may fetch.

import { dataFolders, downloadFolder, fetchData, findData } from "../host/data.ts";
import { type RemoteSet, remoteSet } from "../host/datasets.ts";
import { downloadProgress } from "./downloadProgress.ts";
import { EXIT, Refusal } from "./exit.ts";
import { say, shownPath } from "./output.ts";

/** Fetches missing data, and says so. If that fails, refuses with all that people need to provide the data. */
async function provideSet(
  set: RemoteSet,
  places: { readonly program: string; readonly data?: string },
): Promise<boolean> {
  if (findData(set, places) !== undefined) return true;
  const folder = downloadFolder(set.source);
  const looked = [...new Set(dataFolders(set.source, places))].map(shownPath);
  if (folder === undefined)
    throw new Refusal(
      EXIT.failed,
      `${set.title} are not at hand (looked in ${looked.join(", ")}), and there is no folder to download them to: ` +
        "set HOME or XDG_CACHE_HOME, or name the folder that holds them: --data DIR",
    );
  say(`${set.title} are not at hand (looked in ${looked.join(", ")}); downloading to ${shownPath(folder)}`);
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once("SIGINT", interrupt);
  const progress = downloadProgress(process.stderr);
  const fetched = await fetchData(set, folder, { ...progress, signal: stop.signal });
  progress.end();
  process.off("SIGINT", interrupt);
  if ("ok" in fetched) return true;
  if (stop.signal.aborted) return false;
  const names = set.files.map((file) => file.name).join("\n              ");
  throw new Refusal(
    EXIT.failed,
    `cannot get ${set.title}\n  looked for  ${names}\n  in          ${looked.join("\n              ")}\n` +
      `  tried       ${fetched.problem.split("\n").join("\n              ")}\n` +
      "  what to do  put the files into a folder and name it: --data DIR, or set NNC_DATA",
  );
}

/** Fetches the data of a source if nnc knows how and it is missing; false if it was interrupted. */
export async function provideData(
  source: string | undefined,
  places: { readonly program: string; readonly data?: string },
): Promise<boolean> {
  const set = source === undefined ? undefined : remoteSet(source);
  return set === undefined || provideSet(set, places);
}
