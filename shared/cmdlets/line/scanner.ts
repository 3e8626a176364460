import type { Refusal } from '../../kernel/refusal.ts';
import { type CmdletRefusalCode, cmdletRefusal } from '../cmdlet.ts';
import type { Statement } from './command-line.ts';

const mostNested = 8;

/** Reads a text from the left; patterns are sticky ones. */
export interface Scanner {
  readonly text: string;
  /** How much has been read. */
  readonly at: number;
  readonly done: boolean;
  /** Reads what the pattern matches here, or nothing. */
  take(pattern: RegExp): RegExpExecArray | null;
  /** Goes on to a place further right. */
  skipTo(at: number): void;
  /** Reads a statement within this one. */
  nested(): Statement;
  /** `bad-line` for what stands here, or at another place: the reason, and the column (the first character is 1). */
  refusal(why: string, at?: number): Refusal<CmdletRefusalCode>;
  /** The same where nothing fits: it shows what could not be read. */
  unreadable(more?: string): Refusal<CmdletRefusalCode>;
}

/** @param statement reads what stands in parentheses, as deep as {@link mostNested} */
export function scan(text: string, statement: (scanner: Scanner) => Statement): Scanner {
  let at = 0;
  let depth = 0;
  const refusal = (why: string, place = at) => cmdletRefusal('bad-line', `${why} (column ${place + 1})`);
  const scanner: Scanner = {
    text,
    get at() {
      return at;
    },
    get done() {
      return at >= text.length;
    },
    take(pattern) {
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      if (match !== null) at = pattern.lastIndex;
      return match;
    },
    skipTo(place) {
      at = place;
    },
    nested() {
      if (depth === mostNested) throw refusal(`parentheses and blocks are nested at most ${mostNested} deep`);
      depth += 1;
      const read = statement(scanner);
      depth -= 1;
      return read;
    },
    refusal,
    unreadable: (more) => refusal(`cannot read "${text.slice(at, at + 40)}"${more === undefined ? '' : `: ${more}`}`),
  };
  return scanner;
}

/** Blanks, lines that a back-tick continues, and comments to the end of their line. */
const between = /(?:\s|`\r?\n|#[^\n]*)+/y;

/** Reads over what stands between tokens. */
export function skipBlanks(scanner: Scanner): boolean {
  return scanner.take(between) !== null;
}
