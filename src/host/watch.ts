// Waits for changes of files. It looks at their times and sizes, so it works on every file system, also for files that are not there yet
// and for editors that write a new file in place of the old one.

import { statSync } from "node:fs";

export interface Watcher {
  /** Remembers how files are, before somebody reads them. */
  remember(files: readonly string[]): void;
  /** Remembers those files of which it knows nothing yet. */
  meet(files: readonly string[]): void;
  /** Resolves with the names of those files that are not as remembered; undefined once `end` is called. */
  next(files: readonly string[]): Promise<readonly string[] | undefined>;
  end(): void;
}

const everyMilliseconds = 150;

function stateOf(path: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return "none";
  }
}

export function watchFiles(): Watcher {
  let ended = false;
  let finish: (() => void) | undefined;
  const known = new Map<string, string>();
  const remember = (files: readonly string[]): void => {
    for (const file of files) known.set(file, stateOf(file));
  };
  const meet = (files: readonly string[]): void => remember(files.filter((file) => !known.has(file)));
  return {
    remember,
    meet,
    next(files) {
      meet(files);
      return new Promise((resolve) => {
        const look = (): void => {
          const changed = files.filter((file) => stateOf(file) !== known.get(file));
          if (changed.length === 0 && !ended) return;
          clearInterval(timer);
          finish = undefined;
          resolve(ended ? undefined : changed);
        };
        const timer = setInterval(look, everyMilliseconds);
        finish = look;
        look();
      });
    },
    end() {
      ended = true;
      finish?.();
    },
  };
}
