// The rules of a file: imports, constants, datasets, blocks, models, trainings. `nnParser` is the whole parser.

import type {
  Clause,
  Const,
  Dataset,
  DatasetClause,
  Declaration,
  Expr,
  Field,
  Import,
  Name,
  Parameter,
  Train,
  TypeExpr,
} from "../ast.ts";
import type { IToken, ParserMethod } from "../chevrotain.ts";
import type { Problem } from "../problem.ts";
import { stringValue } from "../scan.ts";
import { AnyName, atoms, Newline, signs, words } from "../tokens.ts";
import { ExpressionReader } from "./expressions.ts";
import { distance, declarationHabit } from "./hints.ts";

type Rule<T> = ParserMethod<[], T>;

const declarationWords = [words.dataset, words.model, words.block, words.train, words.const, words.import] as const;
const A_DECLARATION = "'model', 'dataset', 'train', 'block', 'const' or 'import'";

export interface Read<T> {
  readonly value: T;
  readonly problems: readonly Problem[];
  readonly regions: readonly { readonly start: number; readonly end: number }[];
  /** An expression with too many operators. */
  readonly tooLong?: { readonly start: number; readonly end: number };
}

class FileReader extends ExpressionReader {
  readonly declarations: Rule<Declaration[]> = this.RULE("file", (): Declaration[] => {
    const found: Declaration[] = [];
    this.ACTION(() => this.skipToDeclaration());
    this.MANY(() => {
      const some = this.recovering<readonly Declaration[]>(() => this.SUBRULE(this.declaration), [Newline], () => []);
      this.ACTION(() => {
        for (const item of some) found.push(item);
      });
      this.ACTION(() => this.endLine("the end of the line"));
      this.OPTION(() => this.CONSUME(Newline));
      this.ACTION(() => this.skipToDeclaration());
    });
    return found;
  });

  private readonly declaration: Rule<readonly Declaration[]> = this.RULE("declaration", (): readonly Declaration[] =>
    this.OR({
      DEF: [
        { ALT: () => [this.SUBRULE(this.import)] },
        { ALT: () => this.SUBRULE(this.constants) },
        { ALT: () => [this.SUBRULE(this.dataset)] },
        { ALT: () => [this.SUBRULE(this.block)] },
        { ALT: () => [this.SUBRULE(this.model)] },
        { ALT: () => [this.SUBRULE(this.train)] },
      ],
      ERR_MSG: A_DECLARATION,
    }),
  );

  private readonly import: Rule<Import> = this.RULE("import", (): Import =>
    this.region((): Import => {
      const start = this.startOf(this.CONSUME(words.import.type));
      const token = this.CONSUME(atoms.string.type);
      const path = this.ACTION(() => stringValue(token.image) ?? "");
      return { kind: "import", path, pathSpan: this.at(token), span: this.from(start) };
    }),
  );

  private readonly constants: Rule<Const[]> = this.RULE("const", (): Const[] =>
    this.region(() => {
      const all: Const[] = [];
      const keyword = this.startOf(this.CONSUME(words.const.type));
      this.AT_LEAST_ONE_SEP({
        SEP: signs.comma.type,
        DEF: () => {
          const token = this.CONSUME(AnyName);
          this.CONSUME(signs.assign.type);
          const stops = [signs.comma.type, Newline];
          const value = this.recovering(() => this.SUBRULE(this.expression), stops, () => this.hole());
          const start = all.length === 0 ? keyword : this.startOf(token);
          all.push({ kind: "const", name: this.name(token), value, span: this.from(start) });
        },
        ERR_MSG: "a name",
      });
      return all;
    }),
  );

  private readonly block: Rule<Declaration> = this.RULE("block", (): Declaration => {
    const start = this.startOf(this.LA(1));
    const head = this.region(() => {
      this.CONSUME(words.block.type);
      return this.SUBRULE(this.head);
    });
    return { kind: "block", ...head, body: this.SUBRULE(this.body), span: this.from(start) };
  });

  private readonly model: Rule<Declaration> = this.RULE("model", (): Declaration => {
    const start = this.startOf(this.LA(1));
    const head = this.region(() => {
      this.CONSUME(words.model.type);
      return this.SUBRULE(this.head);
    });
    return { kind: "model", ...head, body: this.SUBRULE(this.body), span: this.from(start) };
  });

  private readonly head: Rule<{ name: Name; parameters: Parameter[]; result?: TypeExpr }> = this.RULE("head", (): { name: Name; parameters: Parameter[]; result?: TypeExpr } => {
    const parameters: Parameter[] = [];
    let result: TypeExpr | undefined;
    const name = this.name(this.CONSUME(AnyName));
    // A mistake here does not cost the body behind it.
    this.recovering(
      () => {
        this.CONSUME(signs.open.type);
        this.MANY_SEP({ SEP: signs.comma.type, DEF: () => parameters.push(this.SUBRULE(this.parameter)) });
        this.CONSUME(signs.close.type);
        this.OPTION(() => {
          this.CONSUME(signs.arrow.type);
          result = this.SUBRULE(this.type);
        });
      },
      [signs.openBrace.type, Newline],
      () => undefined,
    );
    return { name, parameters, ...(result === undefined ? {} : { result }) };
  });

  private readonly parameter: Rule<Parameter> = this.RULE("parameter", (): Parameter => {
    const name = this.name(this.CONSUME(AnyName));
    let type: TypeExpr | undefined;
    let initial: Expr | undefined;
    const stops = [signs.comma.type, signs.close.type];
    this.recovering(
      () => {
        this.OPTION1(() => {
          this.CONSUME(signs.colon.type);
          type = this.SUBRULE(this.type);
        });
        this.OPTION2(() => {
          this.CONSUME(signs.assign.type);
          initial = this.SUBRULE(this.expression);
        });
      },
      stops,
      () => undefined,
    );
    return {
      name,
      ...(type === undefined ? {} : { type }),
      ...(initial === undefined ? {} : { default: initial }),
      span: this.from(name.span.start),
    };
  });

  private readonly dataset: Rule<Dataset> = this.RULE("dataset", (): Dataset => {
    const clauses: DatasetClause[] = [];
    const start = this.startOf(this.LA(1));
    const name = this.region(() => {
      this.CONSUME(words.dataset.type);
      return this.name(this.CONSUME(AnyName));
    });
    this.CONSUME(signs.openBrace.type);
    this.ACTION(() => this.skipToClause());
    this.MANY(() => {
      const clause = this.recovering(() => this.SUBRULE(this.datasetClause), [Newline], () => undefined);
      this.ACTION(() => {
        if (clause !== undefined) clauses.push(clause);
        this.endLine("',' or the end of the line");
      });
      this.OPTION(() => this.CONSUME(Newline));
      this.ACTION(() => this.skipToClause());
    });
    this.CONSUME(signs.closeBrace.type);
    return { kind: "dataset", name, clauses, span: this.from(start) };
  });

  private readonly datasetClause: Rule<DatasetClause> = this.RULE("datasetClause", (): DatasetClause =>
    this.region(() =>
      this.OR<DatasetClause>([
        {
          ALT: () => {
            const keyword = this.name(this.CONSUME(words.source.type));
            this.ACTION(() => this.dropSign(keyword));
            const value = this.recovering(() => this.SUBRULE(this.expression), [Newline], () => this.hole());
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
        { ALT: () => this.SUBRULE(this.clause) },
      ]),
    ),
  );

  private fieldClause(role: "input" | "target", token: IToken, found: readonly Field[]): DatasetClause {
    // Fields that share a transform each have it: the next one to the right.
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
        const field = this.recovering(() => this.SUBRULE(this.field), stops, () => undefined);
        if (field !== undefined) found.push(field);
      },
      ERR_MSG: "a column's name",
    });
    return found;
  });

  private readonly field: Rule<Field> = this.RULE("field", (): Field => {
    const name = this.SUBRULE(this.columnName);
    this.ACTION(() => {
      if (!this.isAt(AnyName)) return;
      this.misplaced("':'");
      this.skipTo([signs.comma.type, Newline]);
    });
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

  private readonly train: Rule<Train> = this.RULE("train", (): Train => {
    const clauses: Clause[] = [];
    const start = this.startOf(this.LA(1));
    const head = this.region(() => {
      let dataset: Name | undefined;
      this.CONSUME(words.train.type);
      const model = this.name(this.CONSUME1(AnyName));
      this.OPTION1(() => {
        this.CONSUME(words.on.type);
        dataset = this.name(this.CONSUME2(AnyName));
      });
      return { model, ...(dataset === undefined ? {} : { dataset }) };
    });
    this.CONSUME(signs.openBrace.type);
    this.ACTION(() => this.skipToClause());
    this.MANY(() => {
      const clause = this.recovering(() => this.region(() => this.SUBRULE(this.clause)), [Newline], () => undefined);
      this.ACTION(() => {
        if (clause !== undefined) clauses.push(clause);
        this.endLine("',' or the end of the line");
      });
      this.OPTION2(() => this.CONSUME(Newline));
      this.ACTION(() => this.skipToClause());
    });
    this.CONSUME(signs.closeBrace.type);
    return { kind: "train", ...head, clauses, span: this.from(start) };
  });

  private readonly clause: Rule<Clause> = this.RULE("clause", (): Clause => {
    const keyword = this.name(this.CONSUME(AnyName));
    this.ACTION(() => this.dropSign(keyword));
    const groups: Expr[][] = [];
    this.MANY_SEP({
      SEP: signs.comma.type,
      DEF: () => {
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
        groups.push(group);
      },
    });
    return { kind: "clause", keyword, groups, span: this.ACTION(() => this.from(keyword.span.start)) };
  });

  /** `--set name=…`: one expression and nothing behind it. */
  readonly alone: Rule<Expr> = this.RULE("alone", (): Expr => {
    const value = this.recovering(() => this.SUBRULE(this.expression), [], () => this.hole());
    this.OPTION(() => this.CONSUME(Newline));
    return value;
  });

  constructor() {
    super();
    this.performSelfAnalysis();
  }

  /** Clauses are a word and values side by side; other files' habits put a sign between. */
  private dropSign(keyword: Name): void {
    if (!this.isAt(signs.assign.type, signs.colon.type)) return;
    const token = this.LA(1);
    this.problems.push({
      start: token.startOffset,
      end: token.startOffset + 1,
      found: `'${token.image}'`,
      expected: "a value",
      hint: `no sign stands after '${keyword.text}'`,
      fix: {
        title: `leave out '${token.image}'`,
        sure: true,
        start: keyword.span.end,
        end: token.startOffset + 1,
        text: /\s/.test(this.text[token.startOffset + 1] ?? "") ? "" : " ",
      },
    });
    this.SKIP_TOKEN();
  }

  private skipToClause(): void {
    this.skipJunk("a clause or '}'", () => this.isAt(AnyName));
  }

  /** Reports what stands between declarations; a misspelt keyword is read as the one that was meant. */
  private skipToDeclaration(): void {
    while (!this.atEnd && !declarationWords.some(({ type }) => this.isAt(type))) {
      if (this.isAt(Newline)) {
        this.SKIP_TOKEN();
        continue;
      }
      this.region(() => {
        this.strayLine();
        this.skipTo([Newline]);
        while (this.isAt(signs.closeBrace.type)) this.SKIP_TOKEN();
      });
    }
  }

  private strayLine(): void {
    const token = this.LA(1);
    const { image } = token;
    const near = declarationWords.find(({ display }) => distance(image, display.slice(1, -1)) <= 2);
    const meant = near?.display.slice(1, -1);
    const named = this.follows(2, AnyName) || this.follows(2, atoms.string.type);
    const [start, end] = [token.startOffset, token.startOffset + image.length];
    const habit = declarationHabit(image);
    this.problems.push({
      start,
      end,
      found: `'${image.slice(0, 32)}'`,
      expected: A_DECLARATION,
      ...(meant !== undefined && named
        ? { hint: `'${meant}' may be meant`, fix: { title: `write ${meant}`, sure: false, start, end, text: meant } }
        : { hint: habit ?? "layers and values stand inside a model or a block" }),
    });
  }

  /** Reads a whole file. */
  readFile(file: string, text: string, tokens: readonly IToken[]): Read<Declaration[]> {
    this.begin(file, text, tokens);
    return this.done(this.declarations());
  }
  readExpression(file: string, text: string, tokens: readonly IToken[]): Read<Expr> {
    this.begin(file, text, tokens);
    const value = this.alone();
    if (!this.atEnd && !this.isAt(Newline)) this.misplaced("an operator or the end");
    return this.done(value);
  }
  private done<T>(value: T): Read<T> {
    const { regions, tooLong } = this;
    const problems = this.problems.items;
    this.tooLong = undefined;
    return { value, problems, regions, ...(tooLong === undefined ? {} : { tooLong }) };
  }
}

/** Made once: analysing the grammar takes longer than parsing a file. */
export const nnParser: Pick<FileReader, "readFile" | "readExpression" | "getSerializedGastProductions"> = new FileReader();
