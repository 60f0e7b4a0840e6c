import type { Program } from "./program.js";

export function linesOf(hear: (line: string) => void): (piece: string) => void;

export function startTraining(asks: {
  readonly program: Program;
  readonly file: string;
  readonly model: string | undefined;
  readonly more: readonly string[];
  readonly folder: string;
  readonly hear: (event: Record<string, unknown>) => void;
  readonly log: (text: string) => void;
}): { stop(): void };
