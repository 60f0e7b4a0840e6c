/** An nnc, and where it comes from. */
export interface Program {
  readonly path: string;
  readonly from?: string;
}

export function chosenProgram(asks: {
  readonly setting: string;
  readonly folders: readonly string[];
  readonly trusted: boolean;
  readonly bundled: string;
}): Program;

export function isModule(program: Program): boolean;

export function processOf(
  program: Program,
  args: readonly string[],
): {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly shell: boolean;
};
