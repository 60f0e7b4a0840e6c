// Formats one program in the one style. A text with syntax errors stays unchanged.

import { format } from "../syntax/format.ts";
import { parse } from "../syntax/parse.ts";
import type { CheckResult, Sources } from "./options.ts";

/** Returns the formatted text of the entry; unchanged if `diagnostics` is not empty. Ignores imports. */
export function formatProgram({ entry, texts }: Sources): CheckResult & { readonly text: string } {
  const text = texts.get(entry) ?? "";
  return { diagnostics: parse(entry, text).diagnostics, missing: [], text: format(text) ?? text };
}
