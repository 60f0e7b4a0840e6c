// The exit codes of the process. docs/cli.md and `nnc --help` document them.

export const EXIT = {
  fine: 0,
  /** The program has errors. */
  errors: 1,
  /** Wrong usage: an unknown option, a value out of range, a file that cannot be read. */
  usage: 2,
  /** Failed while running. */
  failed: 3,
  interrupted: 130,
} as const;

export type ExitCode = number;

/** A refusal that a person can act on: one message, no stack trace. Commands throw it, main.ts catches it. */
export class Refusal extends Error {
  override readonly name: string = "Refusal";
  readonly code: ExitCode;
  constructor(code: ExitCode, message: string) {
    super(message);
    this.code = code;
  }
}

export const usageError = (message: string): Refusal => new Refusal(EXIT.usage, message);
