// Text that is HTML, kept apart from text that is not: whatever goes into a template is escaped, unless it is HTML already. So no
// name, sentence or source of a user can become an element or a script.

/** Text that is HTML. Only this module makes it. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What a template takes: texts and numbers, which it escapes, and HTML, which it does not. */
export type Content = string | number | Html | undefined | readonly Content[];

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

// Controls and marks that reorder text would show something else than there is. Tabs and line ends may stay.
const unseen = /(?![\n\t])[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** Escapes a text for HTML, within elements and within quoted attributes. */
export const escaped = (text: string): string =>
  text.replace(unseen, "\ufffd").replace(/[&<>"']/g, (character) => entities[character] ?? "");

const inHtml = (content: Content): string => {
  if (content === undefined) return "";
  if (content instanceof Html) return content.text;
  return typeof content === "object" ? content.map(inHtml).join("") : escaped(String(content));
};

/** Makes HTML of a template. Values within tags must stand in quotes. */
export const html = (parts: TemplateStringsArray, ...contents: readonly Content[]): Html =>
  new Html(parts.map((part, i) => part + (i < contents.length ? inHtml(contents[i]) : "")).join(""));
