// One program in the one style there is. A text with errors of syntax stays as it is.

import { format } from "../syntax/format.ts";
import { parse } from "../syntax/parse.ts";
import type { CheckResult, Sources } from "./options.ts";

/** The entry's text, formatted; unchanged where `diagnostics` is not empty. Imports are not looked at. */
export function formatProgram({ entry, texts }: Sources): CheckResult & { readonly text: string } {
  const text = texts.get(entry) ?? "";
  return { diagnostics: parse(entry, text).diagnostics, missing: [], text: format(text) ?? text };
}
