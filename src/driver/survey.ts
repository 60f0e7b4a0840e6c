// What a look at a file of data tells: enough to write a first program for it.

/** A column of a table, over the rows that were looked at. */
export interface ColumnSurvey {
  readonly name: string;
  readonly kind: "number" | "text";
  /** Different cells, at most `mostDifferent` + 1 of them counted. */
  readonly different: number;
  /** Empty cells. */
  readonly missing: number;
  /** The mean number of words of a cell: parts with a letter. */
  readonly words: number;
  /** The share of cells with something in them that are dates or times. */
  readonly moments: number;
  /** The different cells, where these are few. */
  readonly texts?: readonly string[];
  /** Whether each number is larger than the one before. */
  readonly rising: boolean;
  /** Whether all its numbers are whole, and the least and the largest. */
  readonly whole: boolean;
  readonly least: number;
  readonly most: number;
  /** The sizes of an array of numbers in each row. */
  readonly shape?: readonly number[];
}

/** The most different cells that are counted. */
export const mostDifferent = 2000;

export type Survey =
  | {
      readonly kind: "table";
      /** Cells between delimiters, objects, or the columns of a Parquet file. */
      readonly form: "table" | "objects" | "columns";
      /** The name of the file. */
      readonly file: string;
      /** What separates its cells, where the name of the file does not say it. */
      readonly delimiter?: string;
      readonly rows: number;
      readonly columns: readonly ColumnSurvey[];
    }
  | {
      readonly kind: "pictures";
      readonly file: string;
      /** The names of their classes. */
      readonly classes: readonly string[];
      /** Whether folders `train` and `test` divide them. */
      readonly divided: boolean;
      readonly count: number;
      /** Height and width of the first one, if it can be read. */
      readonly size?: readonly [number, number];
    }
  | {
      readonly kind: "text";
      readonly file: string;
      readonly characters: number;
      /** Different characters. */
      readonly different: number;
    };
