// Kernels that differ in addresses, streams and names alone have one form. Each step of scheduling works on forms, so its time
// does not grow with the number of layers that are alike. It knows no step.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Span } from "../base/span.ts";
import { mapPlaces, type PlaceChange } from "../ir/places.ts";
import type { Kernel } from "../ir/loops.ts";
import type { DType } from "../ir/types.ts";
import { formFacts, type FormFacts } from "./formFacts.ts";
import { spellForm } from "./formText.ts";

/** Where a buffer of a form lies: addresses count from `start` on. */
export interface Place {
  readonly buffer: string;
  readonly start: number;
}

/** The facts about a buffer that belong to a form. */
export interface BufferKind {
  readonly dtype: DType;
  /** Whether it holds many values, as the slots of all weights do: a form counts from its first access. */
  readonly isShared: boolean;
}

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
  readonly places: readonly Place[];
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

/** A form, with the places and streams of the kernel it was found in. */
type Found = Pick<Formed, "form" | "places" | "streams">;

/** Names of numbers. */
const numbered = (list: readonly BufferKind[]): KindOf => {
  return (name) => {
    const kind = list[Number(name)];
    if (kind === undefined) throw new CompilerBug(`a form has no buffer ${name}`);
    return kind;
  };
};

/** Finds the form of a kernel. Every kernel of a form gets the same object. */
function formFinder(): (kernel: Kernel, kindOf: KindOf) => Found {
  const known = new Map<string, Form>();
  return (kernel, kindOf) => {
    const { text, places, streams } = spellForm(kernel, kindOf);
    const form = known.get(text);
    if (form !== undefined) return { form, places, streams };
    const numbers = new Map(places.map(({ buffer }, i) => [buffer, i]));
    const bare = mapPlaces(kernel, {
      place: ({ buffer, address }) => {
        const number = numbers.get(buffer) ?? 0;
        const start = places[number]?.start ?? 0;
        return {
          buffer: String(number),
          address: start === 0 ? address : { ...address, offset: address.offset - start },
        };
      },
      stream: (stream) => streams.indexOf(stream),
    });
    const { span: _, ...rest } = bare;
    const buffers = places.map(({ buffer }) => kindOf(buffer));
    const made: Form = { number: known.size, buffers, streams: streams.length, ...formFacts({ ...rest, name: "", origins: [] }) };
    known.set(text, made);
    return { form: made, places, streams };
  };
}

const itself = (form: Form): Found => ({
  form,
  places: form.buffers.map((_, i) => ({ buffer: String(i), start: 0 })),
  streams: [...Array(form.streams).keys()],
});

/** The changes that put a form in the places of a kernel. */
const into = (places: readonly Place[], streams: readonly number[]): PlaceChange => ({
  place: ({ buffer, address }) => {
    const place = places[Number(buffer)];
    if (place === undefined) throw new CompilerBug(`a kernel has no place for the buffer ${buffer} of its form`);
    return {
      buffer: place.buffer,
      address: place.start === 0 ? address : { ...address, offset: address.offset + place.start },
    };
  },
  stream: (stream) => streams[stream] ?? stream,
});

/** What was found in terms of a form, in terms of a kernel of that form. */
function inPlace({ form, places, streams }: Found, own: Pick<Formed, "places" | "streams">): Found {
  return {
    form,
    places: places.map(({ buffer, start }) => {
      const place = own.places[Number(buffer)];
      if (place === undefined) throw new CompilerBug(`a kernel has no place for the buffer ${buffer} of its form`);
      return start === 0 ? place : { buffer: place.buffer, start: place.start + start };
    }),
    streams: streams.map((stream) => own.streams[stream] ?? stream),
  };
}

/** The places of two kernels as one list, and where those of the second are in it. */
function united(a: Formed, b: Formed) {
  const places = [...a.places];
  const buffers = [...a.form.buffers];
  const mapped = b.places.map(({ buffer, start }, i): Place => {
    const at = a.places.findIndex((place) => place.buffer === buffer);
    const own = a.places[at];
    if (own !== undefined) return { buffer: String(at), start: start - own.start };
    const kind = b.form.buffers[i];
    if (kind === undefined) throw new CompilerBug(`a form has no buffer ${i}`);
    places.push({ buffer, start });
    buffers.push(kind);
    return { buffer: String(places.length - 1), start: 0 };
  });
  const streams = [...new Set([...a.streams, ...b.streams])];
  return { places, buffers, mapped, streams, mappedStreams: b.streams.map((stream) => streams.indexOf(stream)) };
}

export const joinedOrigins = (a: readonly string[], b: readonly string[]): readonly string[] => [
  ...new Set([...a, ...b]),
];

/** Forms of the kernels over buffers of these kinds. */
export function formsOver(kindOf: KindOf): Forms {
  const find = formFinder();
  const steps = new Map<Form, Map<string, Found>>();
  const joins = new Map<string, Found | null>();
  return {
    of: (kernel) => ({
      ...find(kernel, kindOf),
      name: kernel.name,
      origins: kernel.origins,
      ...(kernel.span === undefined ? {} : { span: kernel.span }),
    }),
    kernel: ({ form, places, streams, name, origins, span }) => ({
      ...mapPlaces(form.kernel, into(places, streams)),
      name,
      origins,
      ...(span === undefined ? {} : { span }),
    }),
    step(formed, key, step) {
      const { form } = formed;
      const known = steps.get(form) ?? new Map<string, Found>();
      steps.set(form, known);
      let found = known.get(key);
      if (found === undefined) {
        const kind = numbered(form.buffers);
        const made = step(form.kernel, (name) => kind(name).dtype);
        found = made === form.kernel ? itself(form) : find(made, kind);
        known.set(key, found);
      }
      return { ...formed, ...inPlace(found, formed) };
    },
    join(a, b, key, step) {
      const { places, buffers, mapped, streams, mappedStreams } = united(a, b);
      const pair = `${key} ${a.form.number} ${b.form.number} ${mapped.map(({ buffer, start }) => `${buffer}+${start}`).join()} ${mappedStreams.join()}`;
      let found = joins.get(pair);
      if (found === undefined) {
        const kind = numbered(buffers);
        const second = mapPlaces(b.form.kernel, into(mapped, mappedStreams));
        const made = step(a.form.kernel, second, (name) => kind(name).dtype);
        found = made === undefined ? null : find(made, kind);
        joins.set(pair, found);
      }
      if (found === null) return undefined;
      return { ...a, ...inPlace(found, { places, streams }), origins: joinedOrigins(a.origins, b.origins) };
    },
  };
}
