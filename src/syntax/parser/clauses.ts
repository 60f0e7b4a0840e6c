// The rules of datasets and trainings: clauses, one on each line, each a word and its values.

import type { Clause, Dataset, DatasetClause, Expr, Field, Name, Step, Train, TrainClause, TypeExpr } from "../ast.ts";
import type { IToken, ParserMethod, TokenType } from "../chevrotain.ts";
import { called, endOf } from "../problem.ts";
import { AnyName, Newline, signs, words } from "../tokens.ts";
import { ExpressionReader } from "./expressions.ts";

type Rule<T> = ParserMethod<[], T>;

/** The words that begin a clause of a step, also after a comma. */
export const stepWords: ReadonlySet<string> = new Set(["loss", "optimizer", "weights"]);

export class ClauseReader extends ExpressionReader {
  /** The name of the declaration; empty where there is none. */
  protected declared(stops: readonly TokenType[], read: () => IToken): Name {
    return this.recovering(
      () => this.name(read()),
      stops,
      () => ({ text: "", span: this.hole().span }),
    );
  }

  /** `train Net Digits`: reports the missing `on` and puts it in. */
  private missingOn(): Name | undefined {
    const token = this.LA(1);
    if (!this.isAt(AnyName) || this.isAt(words.on.type)) return undefined;
    const [start, end] = [token.startOffset, endOf(token)];
    // `train Net with Digits`, or the word is missing.
    const isWord = this.follows(2, AnyName);
    const fix = isWord
      ? { title: "write on", sure: true, start, end, text: "on" }
      : { title: "add 'on'", sure: true, start, end: start, text: "on " };
    this.problems.push({
      start,
      end,
      found: called(token),
      expected: "'on'",
      hint: "the dataset follows 'on'",
      fix,
    });
    this.SKIP_TOKEN();
    if (!isWord) return this.name(token);
    const dataset = this.LA(1);
    this.SKIP_TOKEN();
    return this.name(dataset);
  }

  protected readonly dataset: Rule<Dataset> = this.RULE("dataset", (): Dataset => {
    const clauses: DatasetClause[] = [];
    const start = this.startOf(this.LA(1));
    const name = this.region(() => {
      this.CONSUME(words.dataset.type);
      return this.declared([signs.openBrace.type, Newline], () => this.CONSUME(AnyName));
    });
    this.CONSUME(signs.openBrace.type);
    this.ACTION(() => this.skipToClause());
    this.MANY(() => {
      this.region(() => {
        const clause = this.recovering(
          () => this.SUBRULE(this.datasetClause),
          [Newline],
          () => undefined,
        );
        this.ACTION(() => {
          if (clause !== undefined) clauses.push(clause);
          this.endLine("',' or the end of the line");
        });
      });
      this.OPTION(() => this.CONSUME(Newline));
      this.ACTION(() => this.skipToClause());
    });
    this.CONSUME(signs.closeBrace.type);
    return { kind: "dataset", name, clauses, span: this.from(start) };
  });

  private readonly datasetClause: Rule<DatasetClause> = this.RULE(
    "datasetClause",
    (): DatasetClause =>
      this.OR<DatasetClause>([
        {
          ALT: () => {
            const keyword = this.name(this.CONSUME(words.source.type));
            this.ACTION(() => this.dropSign(keyword));
            const value = this.recovering(
              () => this.SUBRULE(this.expression),
              [Newline],
              () => this.hole(),
            );
            return { kind: "source", keyword, value, span: this.from(keyword.span.start) };
          },
        },
        {
          ALT: () => {
            const token = this.CONSUME(words.input.type);
            const found = this.SUBRULE1(this.fields);
            return this.ACTION(() => this.fieldClause("input", token, found));
          },
        },
        {
          ALT: () => {
            const token = this.CONSUME(words.target.type);
            const found = this.SUBRULE2(this.fields);
            return this.ACTION(() => this.fieldClause("target", token, found));
          },
        },
        {
          ALT: () => {
            const token = this.CONSUME(words.weight.type);
            const found = this.SUBRULE3(this.fields);
            return this.ACTION(() => this.fieldClause("weight", token, found));
          },
        },
        { ALT: () => this.SUBRULE(this.clause) },
      ]),
  );

  private fieldClause(role: "input" | "target" | "weight", token: IToken, found: readonly Field[]): DatasetClause {
    // Each field that shares a transform has it: the next one to the right.
    const fields: Field[] = [];
    let shared: Expr | undefined;
    for (const field of [...found].reverse()) {
      shared = field.transform ?? shared;
      fields.unshift(shared === undefined ? field : { ...field, transform: shared });
    }
    const keyword = this.name(token);
    return { kind: "field", role, keyword, fields, span: this.from(keyword.span.start) };
  }

  private readonly fields: Rule<Field[]> = this.RULE("fields", (): Field[] => {
    const found: Field[] = [];
    const stops = [signs.comma.type, Newline];
    this.AT_LEAST_ONE_SEP({
      SEP: signs.comma.type,
      DEF: () => {
        const field = this.recovering(
          () => this.SUBRULE(this.field),
          stops,
          () => undefined,
        );
        if (field !== undefined) found.push(field);
      },
      ERR_MSG: "a column's name",
    });
    return found;
  });

  private readonly field: Rule<Field> = this.RULE("field", (): Field => {
    const name = this.SUBRULE(this.columnName);
    let type: TypeExpr | undefined;
    let transform: Expr | undefined;
    this.OPTION1(() => {
      this.CONSUME(signs.colon.type);
      type = this.SUBRULE(this.type);
    });
    this.OPTION2(() => {
      this.CONSUME(signs.assign.type);
      transform = this.SUBRULE(this.expression);
    });
    return {
      name,
      ...(type === undefined ? {} : { type }),
      ...(transform === undefined ? {} : { transform }),
      span: this.ACTION(() => this.from(name.span.start)),
    };
  });

  protected readonly train: Rule<Train> = this.RULE("train", (): Train => {
    const clauses: TrainClause[] = [];
    const start = this.startOf(this.LA(1));
    const head = this.region(() => {
      let dataset: Name | undefined;
      this.CONSUME(words.train.type);
      const stops = [words.on.type, signs.openBrace.type, Newline];
      const model = this.declared(stops, () => this.CONSUME1(AnyName));
      dataset = this.ACTION(() => this.missingOn());
      this.OPTION1(() => {
        this.CONSUME(words.on.type);
        dataset = this.declared([signs.openBrace.type, Newline], () => this.CONSUME2(AnyName));
      });
      this.ACTION(() => {
        if (this.isAt(signs.openBrace.type, Newline)) return;
        this.misplaced("'{'");
        this.skipTo([signs.openBrace.type, Newline]);
      });
      return { model, ...(dataset === undefined ? {} : { dataset }) };
    });
    this.CONSUME(signs.openBrace.type);
    this.ACTION(() => this.skipToClause());
    this.MANY(() => {
      this.region(() => {
        const clause = this.recovering<TrainClause | undefined>(
          () => this.SUBRULE(this.trainClause),
          [Newline],
          () => undefined,
        );
        this.ACTION(() => {
          if (clause !== undefined) clauses.push(clause);
          this.endLine("',' or the end of the line");
        });
      });
      this.OPTION2(() => this.CONSUME(Newline));
      this.ACTION(() => this.skipToClause());
    });
    this.CONSUME(signs.closeBrace.type);
    return { kind: "train", ...head, clauses, span: this.from(start) };
  });

  private readonly trainClause: Rule<TrainClause> = this.RULE(
    "trainClause",
    (): TrainClause =>
      this.OR<TrainClause>([{ ALT: () => this.SUBRULE(this.step) }, { ALT: () => this.SUBRULE(this.clause) }]),
  );

  private readonly step: Rule<Step> = this.RULE("step", (): Step => {
    const clauses: Clause[] = [];
    const keyword = this.name(this.CONSUME(words.step.type));
    const name = this.declared([signs.openBrace.type, Newline], () => this.CONSUME(AnyName));
    this.CONSUME(signs.openBrace.type);
    this.ACTION(() => this.skipToClause());
    this.MANY(() => {
      const clause = this.recovering(
        () => this.SUBRULE(this.stepClause),
        [signs.comma.type, Newline],
        () => undefined,
      );
      this.ACTION(() => {
        if (clause !== undefined) clauses.push(clause);
        if (!this.isAt(signs.comma.type)) this.endLine("',' or the end of the line");
      });
      this.OPTION(() => this.OR([{ ALT: () => this.CONSUME(signs.comma.type) }, { ALT: () => this.CONSUME(Newline) }]));
      this.ACTION(() => this.skipToClause());
    });
    this.CONSUME(signs.closeBrace.type);
    return { kind: "step", keyword, name, clauses, span: this.ACTION(() => this.from(keyword.span.start)) };
  });

  private readonly clause: Rule<Clause> = this.RULE("clause", (): Clause => {
    const keyword = this.name(this.CONSUME(AnyName));
    this.ACTION(() => this.dropSign(keyword));
    const groups: Expr[][] = [];
    this.MANY_SEP({ SEP: signs.comma.type, DEF: () => groups.push(this.SUBRULE(this.values)) });
    return { kind: "clause", keyword, groups, span: this.ACTION(() => this.from(keyword.span.start)) };
  });

  /** A comma ends it where the word of another clause follows. */
  private readonly stepClause: Rule<Clause> = this.RULE("stepClause", (): Clause => {
    const keyword = this.name(this.CONSUME(AnyName));
    this.ACTION(() => this.dropSign(keyword));
    const groups: Expr[][] = [];
    this.OPTION(() => groups.push(this.SUBRULE1(this.values)));
    this.MANY({
      GATE: () => !(this.follows(2, AnyName) && stepWords.has(this.LA(2).image)),
      DEF: () => {
        this.CONSUME(signs.comma.type);
        groups.push(this.SUBRULE2(this.values));
      },
    });
    return { kind: "clause", keyword, groups, span: this.ACTION(() => this.from(keyword.span.start)) };
  });

  private readonly values: Rule<Expr[]> = this.RULE("values", (): Expr[] => {
    const group: Expr[] = [];
    this.recovering(
      () =>
        this.AT_LEAST_ONE({
          DEF: () => {
            this.OR([
              { ALT: () => group.push(this.SUBRULE(this.record)) },
              { ALT: () => group.push(this.SUBRULE(this.expression)) },
            ]);
          },
          ERR_MSG: "a value",
        }),
      [signs.comma.type, Newline],
      () => group.push(this.hole()),
    );
    return group;
  });

  /** A clause is a word and its values; people used to other files put a sign between them. */
  private dropSign(keyword: Name): void {
    if (!this.isAt(signs.assign.type, signs.colon.type)) return;
    const token = this.LA(1);
    this.problems.push({
      start: token.startOffset,
      end: endOf(token),
      found: `'${token.image}'`,
      expected: "a value",
      hint: `no sign follows '${keyword.text}'`,
      fix: {
        title: `leave out '${token.image}'`,
        sure: true,
        start: keyword.span.end,
        end: endOf(token),
        text: /\s/.test(this.charAt(endOf(token))) ? "" : " ",
      },
    });
    this.SKIP_TOKEN();
  }

  private skipToClause(): void {
    this.skipJunk("a clause or '}'", () => this.isAt(AnyName));
  }
}
