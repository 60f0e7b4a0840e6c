// Calls and statements in a text that may be damaged, by their brackets and lines alone.

export interface Place {
  readonly start: number;
  readonly end: number;
}
interface Call {
  readonly start: number;
  end: number;
  /** The call of its result: `LSTM(8)(x)`. */
  next?: Call;
}

const skipped = /\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[()[\]{}\n]/g;
const callee = /[\w.`]*$/;

export interface Wholes {
  /** Returns the smallest call around a place. */
  call(place: Place): Place | undefined;
  statement(place: Place): Place;
}

export function wholesOf(text: string): Wholes {
  const calls: Call[] = [];
  const ends: number[] = [-1];
  const open: { readonly sign: string; readonly call?: Call }[] = [];
  const closed = new Map<number, Call>();
  for (const { 0: sign, index } of text.matchAll(skipped)) {
    if (sign === "(") {
      const before = closed.get(index - 1);
      const start = before?.start ?? index - (callee.exec(text.slice(Math.max(0, index - 80), index))?.[0].length ?? 0);
      const call = start < index ? { start, end: text.length } : undefined;
      if (call !== undefined) calls.push(call);
      if (call !== undefined && before !== undefined) before.next = call;
      open.push(call === undefined ? { sign } : { sign, call });
    } else if (sign === "[") open.push({ sign });
    else if (sign === ")" || sign === "]") {
      const call = open.pop()?.call;
      if (call === undefined) continue;
      call.end = index + 1;
      closed.set(index, call);
    } else if (sign === "{" || sign === "}") open.length = 0;
    else if (sign === "\n" && open.length === 0) ends.push(index);
  }
  ends.push(text.length);
  return {
    call(place) {
      const around = calls.filter(({ start, end }) => start <= place.start && place.end <= end);
      let last = around.sort((a, b) => a.end - a.start - (b.end - b.start))[0];
      const start = last?.start ?? 0;
      while (last?.next !== undefined) last = last.next;
      return last === undefined ? undefined : { start, end: last.end };
    },
    statement(place) {
      const next = ends.findIndex((end) => end >= place.start);
      const from = (ends[next - 1] ?? -1) + 1;
      const start = from + (/^[ \t]*/.exec(text.slice(from, place.start))?.[0].length ?? 0);
      return { start, end: Math.max(place.end, ends[next] ?? text.length) };
    },
  };
}
