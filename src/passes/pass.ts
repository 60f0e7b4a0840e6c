// What a pass is, how passes are joined, and how each result is verified. Knows no particular pass.

import { CompilerBug, inStep } from "../base/compilerBug.ts";

export interface Pass<In, Out> {
  readonly name: string;
  /** One or two sentences: what is different afterwards. */
  readonly doc: string;
  run(input: In): Out;
}

export interface Pipeline<In, Out> {
  /** The names of the passes, in order. */
  readonly names: readonly string[];
  run(input: In): Out;
  /** Only a pass that takes what this makes fits: a wrong order does not compile. */
  andThen<Next>(pass: Pass<Out, Next>): Pipeline<In, Next>;
}

function chain<In, Out>(names: readonly string[], run: (input: In) => Out): Pipeline<In, Out> {
  return { names, run, andThen: (pass) => chain([...names, pass.name], (input) => pass.run(run(input))) };
}

export const pipeline = <In, Out>(pass: Pass<In, Out>): Pipeline<In, Out> => chain([pass.name], pass.run);

/** How what a pass makes is checked and shown. */
export interface Form<G> {
  print(value: G): string;
  /** What is wrong with it; empty when all is well. */
  verify(value: G): readonly string[];
}

/** The pass with its result verified: a failure names the pass and shows what it made. */
export function verified<In, Out>(pass: Pass<In, Out>, form: Form<Out>): Pass<In, Out> {
  return {
    ...pass,
    run: (input) =>
      inStep(`the pass '${pass.name}'`, () => {
        const output = pass.run(input);
        const problems = form.verify(output);
        if (problems.length > 0) throw new CompilerBug(problems.join("; "), { shown: form.print(output) });
        return output;
      }),
  };
}
