// Shows a trainer's progress: a bar that is redrawn on a terminal, one line an epoch elsewhere. All of it goes to stderr;
// results are not its business.

import type { Progress } from "../core/loop.ts";
import type { EpochResult } from "../core/program.ts";
import { countText, durationText, metricsText, safeText } from "../core/text.ts";

/** The screen that it draws on. */
export interface ProgressScreen {
  readonly terminal: boolean;
  readonly color: boolean;
  /** Returns the number of columns; each drawing asks anew. */
  width(): number;
  write(text: string): void;
}

export interface Reporter {
  /** Prints a line of its own. */
  line(text: string): void;
  progress(progress: Progress): void;
  epoch(result: EpochResult): void;
  /** Removes the bar, if there is one. */
  clear(): void;
}

/** Makes a reporter that says nothing. */
export const silentReporter: Reporter = { line() {}, progress() {}, epoch() {}, clear() {} };

const REDRAW_MILLISECONDS = 100;

/** `names` are those of the metrics. */
export function createReporter(screen: ProgressScreen, names: readonly string[]): Reporter {
  let drawn = false;
  let last = Number.NEGATIVE_INFINITY;
  const clear = (): void => {
    if (drawn) screen.write("\r\x1b[K");
    drawn = false;
  };
  const line = (text: string): void => {
    clear();
    screen.write(`${safeText(text)}\n`);
  };
  return {
    line,
    clear,
    progress(progress) {
      const now = performance.now();
      if (!screen.terminal || now - last < REDRAW_MILLISECONDS) return;
      last = now;
      // The last column stays free, because some terminals would wrap the line.
      screen.write(`\r${barText(progress, names, screen.width() - 1, screen.color)}\x1b[K`);
      drawn = true;
    },
    epoch(result) {
      line(epochText(result, names));
    },
  };
}

/** `epoch 1/5  loss 0.1234, accuracy 0.9612  validation loss 0.0911, accuracy 0.9710  12s, 4,876 samples/s`. */
export function epochText(result: EpochResult, names: readonly string[]): string {
  const { epoch, epochs, metrics, validation, seconds, samplesPerSecond } = result;
  const parts = [`epoch ${epoch}/${epochs}`, metricsText(names, metrics)];
  if (validation !== undefined) parts.push(`validation ${metricsText(names, validation)}`);
  return [...parts, `${durationText(seconds)}, ${countText(samplesPerSecond)} samples/s`].join("  ");
}

/** Draws the present bar in at most `width` columns; it leaves out the least important parts that do not fit. */
export function barText(progress: Progress, names: readonly string[], width: number, color: boolean): string {
  const { epoch, epochs, step, steps, metrics, samplesPerSecond, secondsLeft } = progress;
  const head = `epoch ${epoch}/${epochs}`;
  const parts = [
    `${String(step).padStart(String(steps).length)}/${steps}`,
    metricsText(names, metrics),
    `${countText(samplesPerSecond)} samples/s`,
    `${durationText(secondsLeft)} left`,
  ];
  while (parts.length > 0 && [head, ...parts].join("  ").length > width) parts.pop();
  const room = width - [head, ...parts].join("  ").length - 2;
  if (room < 8) return [head, ...parts].join("  ").slice(0, Math.max(0, width));
  const length = Math.min(room, 30);
  const full = Math.round((length * step) / steps);
  const bar = color
    ? `\x1b[36m${"━".repeat(full)}\x1b[90m${"━".repeat(length - full)}\x1b[0m`
    : `${"━".repeat(full)}${"─".repeat(length - full)}`;
  return [head, bar, ...parts].join("  ");
}
