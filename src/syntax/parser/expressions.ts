// The rules of values, types and bodies. They know no precedence: fold.ts folds a row of operands.

import type { Argument, Body, Expr, Name, Statement, Subscript, TypeExpr } from "../ast.ts";
import type { ParserMethod } from "../chevrotain.ts";
import { stringValue } from "../scan.ts";
import { AnyName, BinaryOperator as AnyOperator, atoms, Newline, PrefixOperator, signs, words } from "../tokens.ts";
import type { Operand } from "./fold.ts";
import { operatorOf } from "./operators.ts";
import { A_VALUE, type ReadOperator, ValueReader } from "./values.ts";

type Rule<T> = ParserMethod<[], T>;
type Names = Pick<Extract<Statement, { kind: "unpack" }>, "names" | "namesSpan">;
type Range = Pick<Extract<Subscript, { form: "range" }>, "stop" | "step">;
type Entry = { readonly name: Name; readonly value: Expr };

export class ExpressionReader extends ValueReader {
  readonly expression: Rule<Expr> = this.RULE("expression", (): Expr => {
    const operands: Operand[] = [this.SUBRULE(this.operand)];
    const operators: ReadOperator[] = [];
    this.MANY(() => {
      const token = this.CONSUME(AnyOperator);
      operators.push({ operator: operatorOf.get(token.tokenType), span: this.at(token) });
      operands.push(this.SUBRULE2(this.operand));
    });
    return this.ACTION(() => this.folded(operands, operators));
  });

  private readonly operand: Rule<Operand> = this.RULE("operand", (): Operand => {
    const prefixes: Operand["prefixes"][number][] = [];
    this.MANY(() => {
      const token = this.CONSUME(PrefixOperator);
      prefixes.push({ operator: token.tokenType === words.not.type ? "not" : "-", span: this.at(token) });
    });
    const start = this.startOf(this.LA(1));
    let value = this.SUBRULE(this.primary);
    // Most values end here, and need none of the functions below.
    if (!this.RECORDING_PHASE && !this.goesOn) return { prefixes, value };
    this.several(
      1,
      () => this.goesOn,
      () => {
        const member = () => {
          this.CONSUME(signs.dot.type);
          const property = this.name(this.CONSUME(AnyName));
          value = { kind: "member", object: value, property, span: this.from(start) };
        };
        const call = () => {
          const list = this.SUBRULE(this.arguments);
          value = { kind: "call", callee: value, arguments: list, span: this.from(start) };
        };
        const index = () => {
          const subscripts = this.SUBRULE(this.subscripts);
          value = { kind: "index", object: value, subscripts, span: this.from(start) };
        };
        if (this.RECORDING_PHASE) this.OR([{ ALT: member }, { ALT: call }, { ALT: index }]);
        else if (this.isAt(signs.dot.type)) member();
        else if (this.isAt(signs.open.type)) call();
        else index();
      },
    );
    return { prefixes, value };
  });

  /** Made once, because values are what a program mostly has. */
  private readonly primaries: { readonly DEF: { ALT(): Expr }[]; readonly ERR_MSG: string } = {
    DEF: [
      { ALT: () => this.number(this.CONSUME(atoms.number.type)) },
      { ALT: () => this.size(this.CONSUME(atoms.size.type)) },
      { ALT: () => this.string(this.CONSUME(atoms.string.type)) },
      { ALT: () => this.truth(this.CONSUME(words.true.type)) },
      { ALT: () => this.truth(this.CONSUME(words.false.type)) },
      { ALT: () => this.placeholder(this.CONSUME(atoms.placeholder.type)) },
      { ALT: () => this.reference(this.CONSUME(AnyName)) },
      { ALT: () => this.SUBRULE(this.list) },
      { ALT: () => this.SUBRULE(this.parentheses) },
      { ALT: () => this.SUBRULE(this.choice) },
      { ALT: () => this.SUBRULE(this.repetition) },
    ],
    ERR_MSG: A_VALUE,
  };

  private readonly primary: Rule<Expr> = this.RULE("primary", (): Expr => this.OR(this.primaries));

  private readonly list: Rule<Expr> = this.RULE("list", (): Expr => {
    const items: Expr[] = [];
    const start = this.startOf(this.CONSUME(signs.openSquare.type));
    const stops = [signs.comma.type, signs.closeSquare.type];
    this.MANY_SEP({
      SEP: signs.comma.type,
      DEF: () =>
        items.push(
          this.recovering(
            () => this.SUBRULE(this.expression),
            stops,
            () => this.hole(),
          ),
        ),
    });
    this.CONSUME(signs.closeSquare.type);
    return { kind: "list", items, span: this.from(start) };
  });

  private readonly parentheses: Rule<Expr> = this.RULE("parentheses", (): Expr => {
    const items: Expr[] = [];
    const start = this.startOf(this.CONSUME(signs.open.type));
    const stops = [signs.comma.type, signs.close.type];
    this.AT_LEAST_ONE_SEP({
      SEP: signs.comma.type,
      DEF: () =>
        items.push(
          this.recovering(
            () => this.SUBRULE(this.expression),
            stops,
            () => this.hole(),
          ),
        ),
      ERR_MSG: A_VALUE,
    });
    this.CONSUME(signs.close.type);
    const [only] = items;
    const span = this.from(start);
    // The span of a value in parentheses covers them, so that a larger one that starts with it does too.
    return only !== undefined && items.length === 1 ? { ...only, span } : { kind: "tuple", items, span };
  });

  private readonly arguments: Rule<Argument[]> = this.RULE("arguments", (): Argument[] => {
    const list: Argument[] = [];
    this.CONSUME(signs.open.type);
    this.MANY_SEP({ SEP: signs.comma.type, DEF: () => list.push(this.SUBRULE(this.argument)) });
    this.CONSUME(signs.close.type);
    return list;
  });

  private readonly subscripts: Rule<Subscript[]> = this.RULE("subscripts", (): Subscript[] => {
    const found: Subscript[] = [];
    this.CONSUME(signs.openSquare.type);
    this.AT_LEAST_ONE_SEP({
      SEP: signs.comma.type,
      DEF: () => {
        const start = this.startOf(this.LA(1));
        const read = this.recovering<Subscript>(
          () => this.SUBRULE(this.subscript),
          [signs.comma.type, signs.closeSquare.type],
          () => ({ form: "at", value: this.hole(), span: this.from(start) }),
        );
        found.push(read);
      },
      ERR_MSG: "a position or a range",
    });
    this.CONSUME(signs.closeSquare.type);
    return found;
  });

  private readonly subscript: Rule<Subscript> = this.RULE("subscript", (): Subscript => {
    const start = this.startOf(this.LA(1));
    let first: Expr | undefined;
    let range: Range | undefined;
    const form = this.OR({
      DEF: [
        {
          ALT: (): Subscript["form"] => {
            this.CONSUME(signs.ellipsis.type);
            return "rest";
          },
        },
        {
          ALT: (): Subscript["form"] => {
            range = this.SUBRULE1(this.range);
            return "range";
          },
        },
        {
          ALT: (): Subscript["form"] => {
            first = this.SUBRULE(this.expression);
            this.OPTION(() => {
              range = this.SUBRULE2(this.range);
            });
            return "at";
          },
        },
      ],
      ERR_MSG: "a position or a range",
    });
    const span = this.from(start);
    if (form === "rest") return { form, span };
    const from = first === undefined ? {} : { start: first };
    if (range !== undefined) return { form: "range", ...from, ...range, span };
    return { form: "at", value: first ?? this.hole(), span };
  });

  /** `:10`, `:10:2`, `::2`: the rest of a range after its start. */
  private readonly range: Rule<Range> = this.RULE("range", (): Range => {
    let stop: Expr | undefined;
    let step: Expr | undefined;
    this.CONSUME1(signs.colon.type);
    this.OPTION1(() => {
      stop = this.SUBRULE1(this.expression);
    });
    this.OPTION2(() => {
      this.CONSUME2(signs.colon.type);
      this.OPTION3(() => {
        step = this.SUBRULE2(this.expression);
      });
    });
    return { ...(stop === undefined ? {} : { stop }), ...(step === undefined ? {} : { step }) };
  });

  private readonly argument: Rule<Argument> = this.RULE("argument", (): Argument => {
    const start = this.startOf(this.LA(1));
    let name: Name | undefined;
    this.OPTION({
      GATE: () => this.follows(2, signs.colon.type),
      DEF: () => {
        name = this.name(this.CONSUME(AnyName));
        this.CONSUME(signs.colon.type);
      },
    });
    const stops = [signs.comma.type, signs.close.type];
    const value = this.recovering(
      () => this.SUBRULE(this.expression),
      stops,
      () => this.hole(),
    );
    return { ...(name === undefined ? {} : { name }), value, span: this.from(start) };
  });

  private readonly choice: Rule<Expr> = this.RULE("if", (): Expr => {
    const arms: { start: number; condition: Expr; then: Body }[] = [];
    let otherwise: Body | undefined;
    const arm = (start: number, condition: Expr, then: Body): void => void arms.push({ start, condition, then });
    const start = this.startOf(this.CONSUME1(words.if.type));
    arm(start, this.SUBRULE1(this.expression), this.SUBRULE1(this.body));
    this.MANY({
      GATE: () => this.follows(2, words.if.type),
      DEF: () => {
        this.CONSUME1(words.else.type);
        const next = this.startOf(this.CONSUME2(words.if.type));
        arm(next, this.SUBRULE2(this.expression), this.SUBRULE2(this.body));
      },
    });
    this.OPTION(() => {
      this.CONSUME2(words.else.type);
      otherwise = this.SUBRULE3(this.body);
    });
    return this.ACTION(() => this.chosen(arms, otherwise));
  });

  private readonly repetition: Rule<Expr> = this.RULE("repeat", (): Expr => {
    const start = this.startOf(this.CONSUME(words.repeat.type));
    const count = this.SUBRULE(this.expression);
    const body = this.SUBRULE(this.body);
    return { kind: "repeat", count, body, span: this.from(start) };
  });

  protected readonly record: Rule<Expr> = this.RULE("record", (): Expr => {
    const entries: Entry[] = [];
    const start = this.startOf(this.CONSUME(signs.openBrace.type));
    this.MANY(() => {
      entries.push(this.SUBRULE(this.entry));
      this.ACTION(() => {
        if (!this.isAt(signs.comma.type, Newline, signs.closeBrace.type)) this.misplaced("',' or '}'");
      });
      this.OPTION(() => this.OR([{ ALT: () => this.CONSUME(signs.comma.type) }, { ALT: () => this.CONSUME(Newline) }]));
    });
    this.CONSUME(signs.closeBrace.type);
    return { kind: "record", entries, span: this.from(start) };
  });

  private readonly entry: Rule<Entry> = this.RULE("entry", (): Entry => {
    const name = this.OR<Name>({
      DEF: [{ ALT: () => this.name(this.CONSUME(atoms.number.type)) }, { ALT: () => this.SUBRULE(this.columnName) }],
      ERR_MSG: "a name",
    });
    this.CONSUME(signs.colon.type);
    const stops = [signs.comma.type, Newline];
    const value = this.recovering(
      () => this.SUBRULE(this.expression),
      stops,
      () => this.hole(),
    );
    return { name, value };
  });

  /** Reads a name, or a string for a column whose name is not a plain one. */
  protected readonly columnName: Rule<Name> = this.RULE(
    "columnName",
    (): Name =>
      this.OR({
        DEF: [
          { ALT: () => this.name(this.CONSUME(AnyName)) },
          {
            ALT: () => {
              const token = this.CONSUME(atoms.string.type);
              return { text: stringValue(token.image) ?? "", span: this.at(token) };
            },
          },
        ],
        ERR_MSG: "a name",
      }),
  );

  protected readonly type: Rule<TypeExpr> = this.RULE("type", (): TypeExpr => {
    const element = this.name(this.CONSUME(AnyName));
    let argument: Expr | undefined;
    let shape: Expr[] | undefined;
    this.OPTION1(() => {
      const open = this.CONSUME(signs.open.type);
      argument = this.SUBRULE1(this.expression);
      this.ACTION(() => {
        if (this.roundShape(open)) shape = [this.hole()];
      });
      this.CONSUME(signs.close.type);
    });
    this.OPTION2(() => {
      const sizes: Expr[] = [];
      this.CONSUME(signs.openSquare.type);
      this.MANY_SEP({ SEP: signs.comma.type, DEF: () => sizes.push(this.SUBRULE2(this.expression)) });
      this.CONSUME(signs.closeSquare.type);
      shape = sizes;
    });
    const isRound = shape?.[0]?.kind === "hole" && argument !== undefined;
    return {
      element,
      ...(argument === undefined || isRound ? {} : { argument }),
      ...(shape === undefined ? {} : { shape }),
      span: this.from(element.span.start),
    };
  });

  readonly body: Rule<Body> = this.RULE("body", (): Body => {
    const statements: Statement[] = [];
    const start = this.startOf(this.CONSUME(signs.openBrace.type));
    this.ACTION(() => this.skipJunk("a layer, a value or '}'", () => this.startsStatement));
    this.several(
      0,
      () => this.startsStatement,
      () => {
        this.region(() => {
          const statement = this.SUBRULE(this.statement);
          statements.push(this.ACTION(() => this.ended(statement)));
        });
        this.OPTION(() => this.CONSUME(Newline));
        this.ACTION(() => this.skipJunk("a layer, a value or '}'", () => this.startsStatement));
      },
    );
    this.CONSUME(signs.closeBrace.type);
    return { statements, span: this.from(start) };
  });

  /** Returns the statement, if its line ends after it. A name with something after it, `Dense 10`, is a damaged one. */
  private ended(statement: Statement): Statement {
    const whole = this.lineEnds;
    this.endLine("an operator or the end of the line");
    if (whole || statement.kind !== "expression" || statement.value.kind !== "name") return statement;
    return { ...statement, value: this.hole() };
  }

  private readonly statement: Rule<Statement> = this.RULE("statement", (): Statement => {
    const start = this.startOf(this.LA(1));
    const named = () => this.follows(2, AnyName);
    const hole = (): Expr => this.hole();
    const value = (read: () => Expr): Expr => this.recovering(read, [Newline], hole);
    const lost = (): Statement => ({ kind: "expression", value: hole(), span: this.from(start) });
    return this.recovering<Statement>(
      () =>
        this.OR({
          DEF: [
            { ALT: () => this.SUBRULE(this.letStatement) },
            {
              GATE: named,
              ALT: () => {
                this.CONSUME(words.layer.type);
                const name = this.name(this.CONSUME2(AnyName));
                const given = value(() => {
                  this.CONSUME2(signs.assign.type);
                  return this.SUBRULE2(this.expression);
                });
                return { kind: "layer", name, value: given, span: this.from(start) };
              },
            },
            { GATE: named, ALT: () => this.SUBRULE(this.parameterStatement) },
            {
              ALT: () => {
                this.CONSUME(words.return.type);
                const result = value(() =>
                  this.OR2({
                    DEF: [
                      { GATE: () => this.isAt(signs.openBrace.type), ALT: () => this.SUBRULE(this.record) },
                      { ALT: () => this.SUBRULE3(this.expression) },
                    ],
                    ERR_MSG: "a value",
                  }),
                );
                return { kind: "return", value: result, span: this.from(start) };
              },
            },
            { ALT: () => ({ kind: "expression", value: this.SUBRULE4(this.expression), span: this.from(start) }) },
          ],
          ERR_MSG: "a layer or a value",
        }),
      [Newline],
      lost,
    );
  });

  private readonly letStatement: Rule<Statement> = this.RULE("let", (): Statement => {
    const start = this.startOf(this.CONSUME(words.let.type));
    let name: Name | undefined;
    let several: Names | undefined;
    this.OR({
      DEF: [
        {
          ALT: () => {
            several = this.SUBRULE(this.names);
          },
        },
        {
          ALT: () => {
            name = this.name(this.CONSUME(AnyName));
          },
        },
      ],
      ERR_MSG: "a name",
    });
    const value = this.recovering(
      () => {
        this.CONSUME(signs.assign.type);
        return this.SUBRULE(this.expression);
      },
      [Newline],
      () => this.hole(),
    );
    const span = this.from(start);
    if (several !== undefined) return { kind: "unpack", ...several, value, span };
    return name === undefined ? { kind: "expression", value, span } : { kind: "let", name, value, span };
  });

  /** `(out, _, c)`: the names of several values. */
  private readonly names: Rule<Names> = this.RULE("names", (): Names => {
    const names: Name[] = [];
    const start = this.startOf(this.CONSUME(signs.open.type));
    this.AT_LEAST_ONE_SEP({
      SEP: signs.comma.type,
      DEF: () =>
        this.OR({
          DEF: [
            { ALT: () => names.push(this.name(this.CONSUME(AnyName))) },
            { ALT: () => names.push(this.name(this.CONSUME(atoms.placeholder.type))) },
          ],
          ERR_MSG: "a name",
        }),
      ERR_MSG: "a name",
    });
    this.CONSUME(signs.close.type);
    return { names, namesSpan: this.from(start) };
  });

  private readonly parameterStatement: Rule<Statement> = this.RULE("param", (): Statement => {
    const start = this.startOf(this.CONSUME(words.param.type));
    const name = this.name(this.CONSUME(AnyName));
    let value: Expr | undefined;
    const type = this.recovering<TypeExpr | undefined>(
      () => {
        this.CONSUME(signs.colon.type);
        const found = this.SUBRULE(this.type);
        this.OPTION(() => {
          this.CONSUME(signs.assign.type);
          value = this.SUBRULE(this.expression);
        });
        return found;
      },
      [Newline],
      () => undefined,
    );
    const span = this.from(start);
    // A `param` without its type is a name for something unknown.
    if (type === undefined) return { kind: "let", name, value: this.hole(), span };
    return { kind: "param", name, type, ...(value === undefined ? {} : { value }), span };
  });

  private get startsStatement(): boolean {
    return this.startsValue || this.isAt(words.let.type, words.return.type);
  }

  /** Skips lines whose first token can begin nothing. */
  protected skipJunk(expected: string, starts: () => boolean): void {
    while (!starts() && !this.isAt(signs.closeBrace.type) && !this.atEnd) {
      if (!this.isAt(Newline)) {
        this.region(() => {
          this.misplaced(expected);
          this.skipTo([Newline]);
        });
      }
      if (!this.isAt(Newline)) return;
      this.SKIP_TOKEN();
    }
  }
}
