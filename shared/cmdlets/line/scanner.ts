import type { Refusal } from '../../kernel/refusal.ts';
import { type CmdletRefusalCode, cmdletRefusal } from '../cmdlet.ts';

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
  /** `bad-line` for what stands here, or at another place: the reason, and the column (the first character is 1). */
  refusal(why: string, at?: number): Refusal<CmdletRefusalCode>;
  /** The same where nothing fits: it shows what could not be read. */
  unreadable(more?: string): Refusal<CmdletRefusalCode>;
}

export function scan(text: string): Scanner {
  let at = 0;
  const refusal = (why: string, place = at) => cmdletRefusal('bad-line', `${why} (column ${place + 1})`);
  return {
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
    refusal,
    unreadable: (more) => refusal(`cannot read "${text.slice(at, at + 40)}"${more === undefined ? '' : `: ${more}`}`),
  };
}

/** Blanks, lines that a back-tick continues, and comments to the end of their line. */
const between = /(?:\s|`\r?\n|#[^\n]*)+/y;

/** Reads over what stands between tokens. */
export function skipBlanks(scanner: Scanner): boolean {
  return scanner.take(between) !== null;
}
