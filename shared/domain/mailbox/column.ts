import type { PropertyKey, PropertyValue } from '../../kernel/mapi.ts';
import { foldKey, keyLength } from '../../store/fold.ts';
import { storable } from '../../store/storable.ts';

/** How a property lies in the columns of a row. */
export interface PropertyColumn<Row extends object> {
  readonly key: PropertyKey;
  /** What must be selected to read it. */
  readonly columns: readonly (keyof Row & string)[];
  /** Undefined when the row does not have the property. */
  readonly read: (row: Row) => PropertyValue | undefined;
  /** The columns for a new value, or for none; absent when the mailbox computes the property. */
  readonly write?: (value: PropertyValue | undefined) => Partial<Row>;
  readonly search?: ColumnSearch;
}

/**
 * What SQL may say about a property to leave out rows. `number`: an integer expression that is never null for a row with
 * the property. `folded`: a column with what `foldKey` makes of the text. `exact`: a column that holds the text itself,
 * which is compared to the letter (ids).
 */
export type ColumnSearch =
  | { readonly kind: 'number'; readonly expression: string; readonly boolean: boolean }
  | { readonly kind: 'folded'; readonly column: string }
  | { readonly kind: 'exact'; readonly column: string };

/** The columns of a table that hold text, or numbers. */
type ColumnsOfType<Row, Value> = { [Name in keyof Row]-?: Exclude<Row[Name], null | undefined> extends Value ? Name : never }[keyof Row] &
  string;
type TextColumn<Row> = ColumnsOfType<Row, string>;
type NumberColumn<Row> = ColumnsOfType<Row, number>;

interface TextOptions<Row> {
  /** The column with the folded text. */
  readonly fold?: TextColumn<Row>;
  /** An id: compared to the letter. */
  readonly exact?: true;
  /** What the column holds when there is no text: null, or '' where it cannot be null. */
  readonly absent?: '' | null;
  readonly computed?: true;
}

interface ColumnBuilders<Row extends object> {
  text(key: PropertyKey, column: TextColumn<Row>, options?: TextOptions<Row>): PropertyColumn<Row>;
  integer(
    key: PropertyKey,
    column: NumberColumn<Row>,
    options?: { readonly absent?: number | null; readonly computed?: true },
  ): PropertyColumn<Row>;
  boolean(key: PropertyKey, column: NumberColumn<Row>, options?: { readonly computed?: true }): PropertyColumn<Row>;
}

/** Builders of columns for one table. */
export function columnsOf<Row extends object>(): ColumnBuilders<Row> {
  const set = (column: string, value: unknown): Partial<Row> => ({ [column]: value }) as Partial<Row>;
  return {
    text(key, column, { fold, exact, absent = null, computed } = {}) {
      const search: ColumnSearch | undefined =
        fold !== undefined ? { kind: 'folded', column: fold } : exact ? { kind: 'exact', column } : undefined;
      const write = (value: PropertyValue | undefined): Partial<Row> => {
        const text = typeof value === 'string' ? storable(value) : undefined;
        const kept = exact ? text?.slice(0, keyLength).toWellFormed() : text;
        const folded = fold === undefined ? {} : set(fold, text === undefined ? absent : foldKey(text));
        return { ...set(column, kept ?? absent), ...folded };
      };
      const read = (row: Row): string | undefined => {
        const value = selected(row, column) as string | null;
        return value === absent ? undefined : (value ?? undefined);
      };
      return { key, columns: [column], read, ...(computed ? {} : { write }), ...(search === undefined ? {} : { search }) };
    },
    integer(key, column, { absent = null, computed } = {}) {
      return {
        key,
        columns: [column],
        read: (row) => (selected(row, column) as number | null) ?? undefined,
        ...(computed ? {} : { write: (value) => set(column, integerOf(value) ?? absent) }),
        search: { kind: 'number', expression: column, boolean: false },
      };
    },
    boolean(key, column, { computed } = {}) {
      return {
        key,
        columns: [column],
        read: (row) => (selected(row, column) as number) === 1,
        ...(computed ? {} : { write: (value) => set(column, value === true ? 1 : 0) }),
        search: { kind: 'number', expression: column, boolean: true },
      };
    },
  };
}

/** A column of a row; asking for one that was not selected is a defect, not an absent property. */
export function selected<Row extends object, Name extends keyof Row>(row: Row, column: Name): Exclude<Row[Name], undefined> {
  const value = row[column];
  if (value === undefined) throw new Error(`defect: column ${String(column)} was not selected`);
  return value as Exclude<Row[Name], undefined>;
}

/** A number as an integer column takes it; fractions are cut. */
export function integerOf(value: PropertyValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value)
    ? Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Math.trunc(value)))
    : undefined;
}
