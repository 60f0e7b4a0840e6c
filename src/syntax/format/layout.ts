// Documents that choose their own line breaks: a group goes on one line if it fits, otherwise its lines break. After
// Wadler, "A prettier printer" (2003), with comments that stay at the end of a line. Knows nothing of the language.

export type Layout =
  | string
  | { readonly kind: "all"; readonly parts: readonly Layout[] }
  | { readonly kind: "indent"; readonly body: Layout }
  | { readonly kind: "group"; readonly body: Layout; readonly broken: boolean }
  /** A break, or `flat` if its group is on one line. */
  | { readonly kind: "line"; readonly flat: string; readonly always: boolean }
  /** An empty line above the next one. */
  | { readonly kind: "blank" }
  /** Text at the end of the line; the line must break before more text. */
  | { readonly kind: "comment"; readonly text: string };

export const all = (...parts: readonly Layout[]): Layout => ({ kind: "all", parts });
/** Joins layouts as `all` does, for lists of any length. */
export const sequence = (parts: readonly Layout[]): Layout => ({ kind: "all", parts });
export const indent = (...parts: readonly Layout[]): Layout => ({ kind: "indent", body: all(...parts) });
export const group = (...parts: readonly Layout[]): Layout => {
  const body = all(...parts);
  return { kind: "group", body, broken: mustBreak(body) };
};
/** A space or a break. */
export const line: Layout = { kind: "line", flat: " ", always: false };
/** Nothing or a break. */
export const softLine: Layout = { kind: "line", flat: "", always: false };
export const hardLine: Layout = { kind: "line", flat: "", always: true };
/** No text, but the group around it breaks. */
export const breakHere: Layout = { kind: "group", body: "", broken: true };
export const blank: Layout = { kind: "blank" };
export const lineComment = (text: string): Layout => ({ kind: "comment", text });

/** Whether there is a break that every group must take. */
export function mustBreak(layout: Layout): boolean {
  if (typeof layout === "string") return false;
  if (layout.kind === "all") return layout.parts.some(mustBreak);
  if (layout.kind === "indent") return mustBreak(layout.body);
  if (layout.kind === "group") return layout.broken;
  return layout.kind !== "line" || layout.always;
}

interface Task {
  readonly layout: Layout;
  readonly depth: number;
  readonly flat: boolean;
}

/** Lays a document out in `width` columns; lines end with `\n` and have no trailing blanks. */
export function render(layout: Layout, width: number): string {
  const lines: string[] = [];
  let current = "";
  let hanging = "";
  let empty = false;
  const tasks: Task[] = [{ layout, depth: 0, flat: false }];

  const end = (): void => {
    const text = `${current}${hanging === "" || current.trim() === "" ? "" : "  "}${hanging}`;
    if (text.trim() !== "" || hanging !== "") {
      if (empty && lines.length > 0) lines.push("");
      lines.push(text.trimEnd());
      empty = false;
    }
    current = "";
    hanging = "";
  };

  for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
    const { layout: part, depth, flat } = task;
    if (typeof part === "string") {
      if (current === "" && part !== "") current = "  ".repeat(depth);
      current += part;
    } else if (part.kind === "all") {
      for (let i = part.parts.length - 1; i >= 0; i--) tasks.push({ layout: part.parts[i] ?? "", depth, flat });
    } else if (part.kind === "indent") tasks.push({ layout: part.body, depth: depth + 1, flat });
    else if (part.kind === "group") {
      const start = current === "" ? depth * 2 : current.length;
      const whole = !part.broken && (flat || fits({ layout: part.body, depth, flat: true }, tasks, width - start));
      tasks.push({ layout: part.body, depth, flat: whole });
    } else if (part.kind === "line") {
      if (flat && !part.always) current += part.flat;
      else end();
    } else if (part.kind === "blank") {
      end();
      empty = true;
    } else {
      if (current === "" && hanging === "") current = "  ".repeat(depth);
      hanging = hanging === "" ? part.text : `${hanging} ${part.text}`;
    }
  }
  end();
  return lines.map((text) => `${text}\n`).join("");
}

/** Whether the text up to the next possible break fits into `room` columns. */
function fits(first: Task, rest: readonly Task[], room: number): boolean {
  let left = room;
  const tasks: Task[] = [first];
  let next = rest.length;
  while (left >= 0) {
    const task = tasks.pop() ?? rest[--next];
    if (task === undefined) return true;
    const { layout: part, depth, flat } = task;
    if (typeof part === "string") left -= part.length;
    else if (part.kind === "all") {
      for (let i = part.parts.length - 1; i >= 0; i--) tasks.push({ layout: part.parts[i] ?? "", depth, flat });
    } else if (part.kind === "indent") tasks.push({ layout: part.body, depth: depth + 1, flat });
    else if (part.kind === "group") tasks.push({ layout: part.body, depth, flat: flat && !part.broken });
    else if (part.kind === "line") {
      if (!flat || part.always) return true;
      left -= part.flat.length;
    } else return true;
  }
  return false;
}
