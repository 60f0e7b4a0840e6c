// Takes the kernels of a program from one for each stored value to those that run: step by step, and verified after each.

import { CompilerBug } from "../base/compilerBug.ts";
import { formVerifier } from "../ir/formVerify.ts";
import type { Kernel, Step } from "../ir/loops.ts";
import { printKernel } from "../ir/loopText.ts";
import { spansOf } from "../ir/steps.ts";
import { collapseLoops } from "./collapse.ts";
import { type Costs, costsOf } from "./costs.ts";
import { dropDeadStores } from "./deadStores.ts";
import { type DTypeOf, type Form, type Formed, type Forms, kindIn } from "./form.ts";
import { fuse } from "./fuse.ts";
import { bytesOf, type Spans, type Unplaced } from "./memory.ts";
import { shareWork } from "./share.ts";
import { withTurnMemory } from "./turnMemory.ts";

/** Verifies the kernels after a step: each form once, and the parts of each kernel. */
function stepVerifier(forms: Forms, buffer: (name: string) => Unplaced) {
  const problemsOf = formVerifier();
  // A kernel that a step left alone was verified before.
  const fine = new WeakSet<Formed>();
  return (step: string, kernels: readonly Formed[]): readonly Formed[] => {
    for (const formed of kernels) {
      if (fine.has(formed)) continue;
      fine.add(formed);
      const { form, parts, streams, name } = formed;
      const [problem] = problemsOf({ form: form.kernel, parts, streams }, buffer);
      if (problem !== undefined)
        throw new CompilerBug(`${name}: ${problem}`, {
          steps: [`the step '${step}'`],
          shown: printKernel(forms.kernel(formed)),
        });
    }
    return kernels;
  };
}

/** A repeat whose kernels are being made. */
export interface Repeating {
  readonly turns: number;
  readonly moves: ReadonlyMap<string, number>;
  readonly steps: readonly Making[];
}
/** A step that is being made. */
export type Making = Formed | Repeating;

const isRepeating = (step: Making): step is Repeating => "turns" in step;

/** Kernels in a row, with nothing in between. */
type Run = readonly Formed[];

/** The runs of some steps and of the repeats among them, in order: one for each row of kernels, which may be empty. */
function runsOf(steps: readonly Making[]): readonly Run[] {
  const runs: Run[] = [];
  let run: Formed[] = [];
  for (const step of steps) {
    if (!isRepeating(step)) {
      run.push(step);
      continue;
    }
    runs.push(run, ...runsOf(step.steps));
    run = [];
  }
  return [...runs, run];
}

/** The same steps with other runs. A repeat of nothing goes away. */
function withRuns(steps: readonly Making[], runs: readonly Run[]): readonly Making[] {
  let next = 0;
  const take = (): Run => runs[next++] ?? [];
  const fill = (list: readonly Making[]): readonly Making[] => {
    const made: Making[] = [];
    for (const step of list) {
      if (!isRepeating(step)) continue;
      made.push(...take());
      const inside = fill(step.steps);
      if (inside.length > 0) made.push({ ...step, steps: inside });
    }
    return [...made, ...take()];
  };
  return fill(steps);
}

export interface Finished {
  readonly steps: readonly Step[];
  /** How long it needs each buffer. */
  readonly spans: Spans;
}

/** A program whose kernels are being made. */
export interface Program {
  readonly forms: Forms;
  /** A buffer by its name. */
  readonly buffer: (name: string) => Unplaced;
  readonly isTemporary: (buffer: string) => boolean;
  /** Makes a temporary of this length one that lasts for a turn. */
  readonly shrink: (buffer: string, length: number) => void;
  /** A free name for a kernel, like the wish. */
  readonly name: (wish: string) => string;
}

/** Turns one kernel for each stored value into those that run, and verifies them after each step. */
export function finish(
  nests: readonly Making[],
  { forms, buffer, isTemporary, shrink, name: nameOf }: Program,
  options: { readonly fusion?: boolean; readonly joinContracts?: boolean; readonly turnMemory?: boolean },
): Finished {
  const verify = stepVerifier(forms, buffer);
  const step = (name: string, runs: readonly Run[]): readonly Run[] => runs.map((run) => verify(name, run));
  const made = step("loop nests", runsOf(nests));
  const joinContracts = options.joinContracts === true;
  const fused =
    options.fusion === false
      ? made
      : step(
          "fuse",
          made.map((run) => fuse(run, forms, { joinContracts })),
        );
  const live = step(
    "dead stores",
    dropDeadStores(fused, forms, (name) => !isTemporary(name)),
  );
  const each = (name: string, runs: readonly Run[], change: (kernel: Kernel, dtypeOf: DTypeOf) => Kernel) =>
    step(
      name,
      runs.map((run) => run.map((kernel) => forms.step(kernel, name, change))),
    );
  const collapsed = each("collapse loops", each("share work", live, shareWork), collapseLoops);
  const moved = movedIn(nests);
  const canMove = (name: string): boolean => isTemporary(name) && !moved.has(name);
  const placed =
    options.turnMemory === true ? step("turn memory", withTurnMemory(collapsed, forms, canMove, shrink)) : collapsed;
  const finished = withRuns(nests, placed);
  const spans = spansOf<Formed>(finished, ({ parts }) => parts.map((part) => part.buffer));
  return { steps: namedSteps(finished, forms, nameOf), spans };
}

/** The buffers that move with the turns of repeats. */
const movedIn = (steps: readonly Making[]): ReadonlySet<string> =>
  new Set(steps.flatMap((one) => (isRepeating(one) ? [...one.moves.keys(), ...movedIn(one.steps)] : [])));

/** The steps with their costs and names. */
function namedSteps(steps: readonly Making[], forms: Forms, nameOf: Program["name"]): readonly Step[] {
  const costs = new Map<Form, Costs>();
  const costsOfForm = (form: Form): Costs => {
    const known = costs.get(form) ?? costsOf(form.kernel, (name) => bytesOf(kindIn(form, name).dtype));
    costs.set(form, known);
    return known;
  };
  let count = 0;
  const named = (list: readonly Making[]): readonly Step[] =>
    list.map((step) => {
      if (isRepeating(step)) {
        const inside = named(step.steps);
        const used = new Set(
          runsOf(step.steps).flatMap((run) => run.flatMap(({ parts }) => parts.map((p) => p.buffer))),
        );
        return { ...step, steps: inside, moves: new Map([...step.moves].filter(([buffer]) => used.has(buffer))) };
      }
      // The place in the program comes first, then the operation, so that names are sorted in the order they run.
      const origins = [...new Set(step.origins)].slice(0, 2).join(" and ");
      const name = nameOf(`${String(++count).padStart(2, "0")}_${origins}`);
      return { ...forms.kernel(step), ...costsOfForm(step.form), name };
    });
  return named(steps);
}
