// Takes the kernels of a program from one for each stored value to those that run: step by step, and verified after each.

import { CompilerBug } from "../base/compilerBug.ts";
import { formVerifier } from "../ir/formVerify.ts";
import type { Kernel } from "../ir/loops.ts";
import { printKernel } from "../ir/loopText.ts";
import { collapseLoops } from "./collapse.ts";
import { type Costs, costsOf } from "./costs.ts";
import { dropDeadStores } from "./deadStores.ts";
import { type Form, type Formed, type Forms, kindIn } from "./form.ts";
import { fuse } from "./fuse.ts";
import { bytesOf, type Touched, type Unplaced } from "./memory.ts";
import { shareWork } from "./share.ts";

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

export interface Finished {
  readonly kernels: readonly Kernel[];
  /** The buffers that each of them touches. */
  readonly touched: Touched;
}

/** A program whose kernels are being made. */
export interface Making {
  readonly forms: Forms;
  /** A buffer by its name. */
  readonly buffer: (name: string) => Unplaced;
  readonly isTemporary: (buffer: string) => boolean;
  /** A free name for a kernel, like the wish. */
  readonly name: (wish: string) => string;
}

/** Turns one kernel for each stored value into those that run, and verifies them after each step. */
export function finish(
  nests: readonly Formed[],
  { forms, buffer, isTemporary, name: nameOf }: Making,
  options: { readonly fusion?: boolean; readonly joinContracts?: boolean },
): Finished {
  const step = stepVerifier(forms, buffer);
  const made = step("loop nests", nests);
  const joinContracts = options.joinContracts === true;
  const fused = options.fusion === false ? made : step("fuse", fuse(made, forms, { joinContracts }));
  const live = step(
    "dead stores",
    dropDeadStores(fused, forms, (name) => !isTemporary(name)),
  );
  const shared = step(
    "share work",
    live.map((kernel) => forms.step(kernel, "share work", shareWork)),
  );
  const collapsed = step(
    "collapse loops",
    shared.map((kernel) => forms.step(kernel, "collapse loops", collapseLoops)),
  );
  const costs = new Map<Form, Costs>();
  const costsOfForm = (form: Form): Costs => {
    const known = costs.get(form) ?? costsOf(form.kernel, (name) => bytesOf(kindIn(form, name).dtype));
    costs.set(form, known);
    return known;
  };
  const done = collapsed.map((kernel, i) => {
    // The place in the program comes first, then the operation, so that names are sorted in the order they run.
    const origins = [...new Set(kernel.origins)].slice(0, 2).join(" and ");
    const name = nameOf(`${String(i + 1).padStart(2, "0")}_${origins}`);
    return { ...forms.kernel(kernel), ...costsOfForm(kernel.form), name };
  });
  return { kernels: done, touched: collapsed.map(({ parts }) => parts.map((part) => part.buffer)) };
}
