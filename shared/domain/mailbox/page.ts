import type { Restriction } from './restriction.ts';

/** Which part of a result is wanted: `count` entries, `offset` from its beginning or, going backwards, from its end. */
export interface Page {
  readonly offset: number;
  readonly count: number;
  readonly from: 'beginning' | 'end';
}

/** A part of a result, always in the order of the whole. */
export interface Paged<Row> {
  readonly items: readonly Row[];
  /** Of the whole result. */
  readonly total: number;
  /** The offset of the page that follows. */
  readonly nextOffset: number;
  /** Nothing follows. */
  readonly last: boolean;
}

/** Where a page lies in a result of `total` entries: positions from `start` to before `end`. */
export function pageBounds({ offset, count, from }: Page, total: number): { readonly start: number; readonly end: number } {
  if (from === 'beginning') return { start: Math.min(offset, total), end: Math.min(offset + count, total) };
  const end = Math.max(0, total - offset);
  return { start: Math.max(0, end - count), end };
}

/** The page of a result whose entries from `pageBounds` on are `items`. */
export function paged<Row>(page: Page, total: number, items: readonly Row[]): Paged<Row> {
  const { start, end } = pageBounds(page, total);
  return { items, total, nextOffset: page.offset + (end - start), last: page.from === 'beginning' ? end >= total : start === 0 };
}

/** Where a page begins or, going backwards, ends: with the first or last element of a result that meets a condition. */
export interface SeekView {
  readonly condition: Restriction;
  readonly count: number;
  readonly from: Page['from'];
}

/** The page of a view of that kind in a result; when nothing meets the condition, it is empty and lies behind all. */
export function pageSought<T>(all: readonly T[], isMeeting: (one: T) => boolean, { count, from }: Omit<SeekView, 'condition'>): Page {
  const index = from === 'beginning' ? all.findIndex(isMeeting) : all.findLastIndex(isMeeting);
  if (index < 0) return { offset: all.length, count, from };
  return { offset: from === 'beginning' ? index : all.length - 1 - index, count, from };
}
