// Defines passes, joins them, and verifies each result. It knows no particular pass.

import { CompilerBug, inStep } from "../base/compilerBug.ts";

export interface Pass<In, Out> {
  readonly name: string;
  /** The change that the pass makes, in one or two sentences. */
  readonly doc: string;
  run(input: In): Out;
}

export interface Pipeline<In, Out> {
  /** The names of the passes, in order. */
  readonly names: readonly string[];
  run(input: In): Out;
  /** Adds a pass that takes the result of this one: a wrong order does not compile. */
  andThen<Next>(pass: Pass<Out, Next>): Pipeline<In, Next>;
}

function chain<In, Out>(names: readonly string[], run: (input: In) => Out): Pipeline<In, Out> {
  return { names, run, andThen: (pass) => chain([...names, pass.name], (input) => pass.run(run(input))) };
}

export const pipeline = <In, Out>(pass: Pass<In, Out>): Pipeline<In, Out> => chain([pass.name], pass.run);

/** How to check and show the result of a pass. */
export interface Form<In, Out> {
  print(value: Out): string;
  /** The problems of the result; empty if there are none. */
  verify(value: Out, input: In): readonly string[];
}

/** The pass with a check of its result: a failure names the pass and shows the result. */
export function verified<In, Out>(pass: Pass<In, Out>, form: Form<In, Out>): Pass<In, Out> {
  return {
    ...pass,
    run: (input) =>
      inStep(`the pass '${pass.name}'`, () => {
        const output = pass.run(input);
        const problems = form.verify(output, input);
        if (problems.length > 0) throw new CompilerBug(problems.join("; "), { shown: form.print(output) });
        return output;
      }),
  };
}
