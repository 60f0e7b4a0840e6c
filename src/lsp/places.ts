// Translates between the editor's places and nnc's: URIs and the keys of texts, positions (UTF-16) and offsets.

import { isAbsolute, normalize, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Location, Range } from "vscode-languageserver/node.js";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { Span } from "../base/span.ts";

/** Returns the key of a document among the texts of a program: its path with `/`, or its URI if it is no file. */
export function keyOf(uri: string): string {
  let path = uri;
  try {
    if (uri.startsWith("file:")) path = fileURLToPath(uri);
  } catch {
    // If it is no path on this system, the URI itself still tells documents apart.
  }
  // Host spells the entry of a program like this.
  return normalize(path).replaceAll(sep, "/");
}

/** Returns the URI of a file that the editor has not opened. */
export function uriOf(key: string): string {
  const isFile = isAbsolute(key) || !/^[a-z][a-z0-9+.-]+:/i.test(key);
  return isFile ? pathToFileURL(resolve(key)).href : key;
}

/** The texts of one moment, and the positions of spans in them. */
export interface Places {
  range(span: Span): Range;
  location(span: Span): Location;
}

export function placesIn(texts: ReadonlyMap<string, string>, openUri: (key: string) => string | undefined): Places {
  const documents = new Map<string, TextDocument>();
  const documentOf = (key: string): TextDocument => {
    const known = documents.get(key) ?? TextDocument.create(key, "nn", 0, texts.get(key) ?? "");
    documents.set(key, known);
    return known;
  };
  const range = ({ file, start, end }: Span): Range => {
    const document = documentOf(file);
    return { start: document.positionAt(start), end: document.positionAt(end) };
  };
  return { range, location: (span) => ({ uri: openUri(span.file) ?? uriOf(span.file), range: range(span) }) };
}
