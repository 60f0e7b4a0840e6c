// Reads HTML as our pages have it: every element closed, every attribute quoted. A page that is not so throws.

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const empty = ["meta", "link", "img", "br"];
const raw = ["style", "script"];

const unescaped = (text: string): string =>
  text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");

/** Returns the elements of a page in order, and its text. */
export function readMarkup(page: string): { readonly elements: readonly Element[]; readonly text: string } {
  const elements: Element[] = [];
  const open: string[] = [];
  let text = "";
  let at = page.startsWith("<!doctype html>") ? "<!doctype html>".length : 0;
  while (at < page.length) {
    const next = page.indexOf("<", at);
    const between = page.slice(at, next < 0 ? page.length : next);
    if (between.includes(">")) throw new Error(`a bare > in ${between.slice(0, 80)}`);
    if (/&(?!(?:lt|gt|quot|amp|#39);)/.test(between)) throw new Error(`a bare & in ${between.slice(0, 80)}`);
    text += unescaped(between);
    if (next < 0) break;
    const tag = /^<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z][a-zA-Z0-9:-]*(?:="[^"<>]*")?)*)\s*(\/?)>/.exec(
      page.slice(next),
    );
    if (tag === null) throw new Error(`no tag: ${page.slice(next, next + 80)}`);
    const [whole, closing, name = "", attributes = "", closed] = tag;
    at = next + whole.length;
    if (closing === "/") {
      const last = open.pop();
      if (last !== name) throw new Error(`</${name}> closes <${last}>`);
      continue;
    }
    const pairs = [...attributes.matchAll(/([a-zA-Z][a-zA-Z0-9:-]*)(?:="([^"]*)")?/g)];
    elements.push({
      name,
      attributes: Object.fromEntries(pairs.map(([, key = "", value = ""]) => [key, unescaped(value)])),
    });
    if (closed === "/" || empty.includes(name)) continue;
    if (raw.includes(name)) {
      at = page.indexOf(`</${name}>`, at) + name.length + 3;
      continue;
    }
    open.push(name);
  }
  if (open.length > 0) throw new Error(`never closed: ${open.join(", ")}`);
  return { elements, text };
}
