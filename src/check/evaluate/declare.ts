// Gives the names of a body their values; no name may hide another.

import type { Span } from "../../base/span.ts";
import type { Named } from "../../diagnostics/catalogue/phrases.ts";
import type { Name } from "../../syntax/ast.ts";
import { report } from "../say/report.ts";
import type { Env, Value } from "../state/environment.ts";
import { find } from "../state/scope.ts";

/** Gives a name its value; reports NN004 if the name is taken, here, further out, or in the file. */
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
  // The lines below follow the newer meaning, so it serves them better than the older one.
  env.scope.names.set(name.text, {
    name: name.text,
    what,
    value,
    span: name.span,
    ...(origin === undefined ? {} : { origin }),
  });
}
