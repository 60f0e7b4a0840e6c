// Names of a body get their values; nothing is shadowed.

import type { Span } from "../../base/span.ts";
import type { Named } from "../../diagnostics/catalogue/phrases.ts";
import type { Name } from "../../syntax/ast.ts";
import { report } from "../say/report.ts";
import type { Env, Value } from "../state/environment.ts";
import { find } from "../state/scope.ts";

/** Gives a name its value; NN004 where the name is taken, here, further out, or in the file. */
export function declare(env: Env, name: Name, what: Named, value: Value, origin?: Span): void {
  const taken = find(env.scope, name.text);
  const global = env.file.names.get(name.text);
  if (taken !== undefined)
    report(env, { code: "NN004", span: name.span, name: name.text, first: taken.span, what: taken.what });
  else if (global !== undefined)
    report(env, {
      code: "NN004",
      span: name.span,
      name: name.text,
      first: global.name.span,
      what: global.kind,
    });
  // The newer meaning serves the lines below better than the older one: they were written after it.
  env.scope.names.set(name.text, {
    name: name.text,
    what,
    value,
    span: name.span,
    ...(origin === undefined ? {} : { origin }),
  });
}
