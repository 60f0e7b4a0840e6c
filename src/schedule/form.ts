// Kernels that differ in addresses, streams and names alone have one form. Each step of scheduling works on forms, so its time
// does not grow with the number of layers that are alike. It knows no step.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Span } from "../base/span.ts";
import type { Kernel } from "../ir/loops.ts";
import { inParts, mapPlaces, type Part, partAt } from "../ir/places.ts";
import type { DType } from "../ir/types.ts";
import { type FormFacts, formFacts } from "./formFacts.ts";
import { type BufferKind, spellForm } from "./formText.ts";

export interface Form extends FormFacts {
  readonly number: number;
  /** Its buffers are called `0`, `1` … and its streams 0, 1 …, in order of first appearance. */
  readonly kernel: Kernel;
  readonly buffers: readonly BufferKind[];
  /** The number of its streams. */
  readonly streams: number;
}

/** A kernel as a form and what the form leaves open. */
export interface Formed {
  readonly form: Form;
  /** One for each buffer of the form. */
  readonly parts: readonly Part[];
  /** One for each stream of the form. */
  readonly streams: readonly number[];
  readonly name: string;
  readonly origins: readonly string[];
  readonly span?: Span;
}

export type DTypeOf = (buffer: string) => DType;
type KindOf = (buffer: string) => BufferKind;

export interface Forms {
  of(kernel: Kernel): Formed;
  /** The kernel itself. */
  kernel(formed: Formed): Kernel;
  /** The result of a step. `key` names the step and all it depends on besides the form. */
  step(formed: Formed, key: string, step: (kernel: Kernel, dtypeOf: DTypeOf) => Kernel): Formed;
  /** One kernel instead of two, with the name of the first; undefined if the step makes none. */
  join(
    a: Formed,
    b: Formed,
    key: string,
    step: (a: Kernel, b: Kernel, dtypeOf: DTypeOf) => Kernel | undefined,
  ): Formed | undefined;
}

/** A form, with the parts and streams of the kernel it was found in. */
type Found = Pick<Formed, "form" | "parts" | "streams">;

/** The kind of a form's buffer. */
export function kindIn({ buffers }: Pick<Form, "buffers">, name: string): BufferKind {
  const kind = buffers[Number(name)];
  if (kind === undefined) throw new CompilerBug(`a form has no buffer ${name}`);
  return kind;
}
const kindsIn =
  (form: Pick<Form, "buffers">): KindOf =>
  (name) =>
    kindIn(form, name);

/** Finds the form of a kernel. Every kernel of a form gets the same object. */
function formFinder(): (kernel: Kernel, kindOf: KindOf) => Found {
  const known = new Map<string, Form>();
  return (kernel, kindOf) => {
    const { text, parts, streams } = spellForm(kernel, kindOf);
    const form = known.get(text);
    if (form !== undefined) return { form, parts, streams };
    const numbers = new Map(parts.map(({ buffer }, i) => [buffer, i]));
    const bare = mapPlaces(kernel, {
      place: ({ buffer, address }) => {
        const number = numbers.get(buffer) ?? 0;
        const start = parts[number]?.start ?? 0;
        return {
          buffer: String(number),
          address: start === 0 ? address : { ...address, offset: address.offset - start },
        };
      },
      stream: (stream) => streams.indexOf(stream),
    });
    const { span: _, ...rest } = bare;
    const buffers = parts.map(({ buffer }) => kindOf(buffer));
    const made: Form = {
      number: known.size,
      buffers,
      streams: streams.length,
      ...formFacts({ ...rest, name: "", origins: [] }),
    };
    known.set(text, made);
    return { form: made, parts, streams };
  };
}

/** Whether a step changed nothing: the form has its own parts again. */
const isItself = ({ form, parts, streams }: Found, before: Form): boolean =>
  form === before &&
  parts.every(({ buffer, start }, i) => buffer === String(i) && start === 0) &&
  streams.every((stream, i) => stream === i);

/** What was found in terms of a form, in terms of a kernel of that form. */
function inPlace({ form, parts, streams }: Found, own: Pick<Formed, "parts" | "streams">): Found {
  return {
    form,
    parts: parts.map(({ buffer, start }) => {
      const part = partAt(own.parts, Number(buffer));
      return start === 0 ? part : { buffer: part.buffer, start: part.start + start };
    }),
    streams: streams.map((stream) => own.streams[stream] ?? stream),
  };
}

/** The parts of two kernels as one list, and where those of the second are in it. */
function united(a: Formed, b: Formed) {
  const parts = [...a.parts];
  const buffers = [...a.form.buffers];
  const mapped = b.parts.map(({ buffer, start }, i): Part => {
    const at = a.parts.findIndex((part) => part.buffer === buffer);
    const own = a.parts[at];
    if (own !== undefined) return { buffer: String(at), start: start - own.start };
    const kind = b.form.buffers[i];
    if (kind === undefined) throw new CompilerBug(`a form has no buffer ${i}`);
    parts.push({ buffer, start });
    buffers.push(kind);
    return { buffer: String(parts.length - 1), start: 0 };
  });
  const streams = [...new Set([...a.streams, ...b.streams])];
  return { parts, buffers, mapped, streams, mappedStreams: b.streams.map((stream) => streams.indexOf(stream)) };
}

const joinedOrigins = (a: readonly string[], b: readonly string[]): readonly string[] => [...new Set([...a, ...b])];

/** The known forms, and the results of steps. Programs over other buffers can share them. */
export interface FormStore {
  readonly find: (kernel: Kernel, kindOf: KindOf) => Found;
  /** By form and key; null where a step changes nothing. */
  readonly steps: Map<Form, Map<string, Found | null>>;
  /** By key, forms and common buffers; null where a step makes no kernel. */
  readonly joins: Map<string, Found | null>;
}

export const formStore = (): FormStore => ({ find: formFinder(), steps: new Map(), joins: new Map() });

/** Forms of the kernels over buffers of these kinds. */
export function formsOver(kindOf: KindOf, { find, steps, joins }: FormStore): Forms {
  return {
    of: (kernel) => ({
      ...find(kernel, kindOf),
      name: kernel.name,
      origins: kernel.origins,
      ...(kernel.span === undefined ? {} : { span: kernel.span }),
    }),
    kernel: ({ form, parts, streams, name, origins, span }) => ({
      ...inParts({ form: form.kernel, parts, streams }),
      name,
      origins,
      ...(span === undefined ? {} : { span }),
    }),
    step(formed, key, step) {
      const { form } = formed;
      const known = steps.get(form) ?? new Map<string, Found | null>();
      steps.set(form, known);
      let found = known.get(key);
      if (found === undefined) {
        const kind = kindsIn(form);
        const made = step(form.kernel, (name) => kind(name).dtype);
        found = made === form.kernel ? null : find(made, kind);
        if (found !== null && isItself(found, form)) found = null;
        known.set(key, found);
      }
      return found === null ? formed : { ...formed, ...inPlace(found, formed) };
    },
    join(a, b, key, step) {
      const { parts, buffers, mapped, streams, mappedStreams } = united(a, b);
      const pair = `${key} ${a.form.number} ${b.form.number} ${mapped.map(({ buffer, start }) => `${buffer}+${start}`).join()} ${mappedStreams.join()}`;
      let found = joins.get(pair);
      if (found === undefined) {
        const kind = kindsIn({ buffers });
        const second = inParts({ form: b.form.kernel, parts: mapped, streams: mappedStreams });
        const made = step(a.form.kernel, second, (name) => kind(name).dtype);
        found = made === undefined ? null : find(made, kind);
        joins.set(pair, found);
      }
      if (found === null) return undefined;
      return { ...a, ...inPlace(found, { parts, streams }), origins: joinedOrigins(a.origins, b.origins) };
    },
  };
}
