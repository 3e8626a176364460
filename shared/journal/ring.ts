import type { Entry } from './entry.ts';

/** Closed exchanges in memory, newest kept: bounded in number and, by letting the oldest heads and bodies go, in octets. */
export interface Ring {
  /** Gives the entry the next sequence. */
  add(entry: Entry): void;
  /** From newest to oldest, those with a sequence greater than `after`. */
  newest(after: number): IterableIterator<Entry>;
  /** Up to `limit` that await storing, oldest first. What the ring has overrun is counted in `lost` and skipped. */
  unstored(limit: number): readonly Entry[];
  /** The entry lies in the store: its octets are let go here. */
  stored(entry: Entry): void;
  readonly lastSequence: number;
  readonly unstoredCount: number;
  /** Entries that were overrun before they could be stored. */
  readonly lost: number;
}

/** `firstSequence` is the sequence of the first entry to come. */
export function createRing(options: { readonly capacity: number; readonly octetsBytes: number; readonly firstSequence: number }): Ring {
  const { capacity, octetsBytes, firstSequence } = options;
  const slots = new Array<Entry | undefined>(capacity);
  let last = firstSequence - 1;
  let storedThrough = last;
  let heavyThrough = last;
  let weightBytes = 0;
  let lost = 0;

  const at = (sequence: number): Entry | undefined => slots[sequence % capacity];
  const oldest = (): number => Math.max(firstSequence, last - capacity + 1);
  const lighten = (entry: Entry): void => {
    weightBytes -= entry.weightBytes;
    entry.dropOctets();
  };
  return {
    add(entry) {
      last += 1;
      const overrun = slots[last % capacity];
      if (overrun !== undefined) lighten(overrun);
      entry.sequence = last;
      slots[last % capacity] = entry;
      weightBytes += entry.weightBytes;
      heavyThrough = Math.max(heavyThrough, oldest() - 1);
      while (weightBytes > octetsBytes && heavyThrough < last) {
        heavyThrough += 1;
        const heavy = at(heavyThrough);
        if (heavy !== undefined) lighten(heavy);
      }
    },
    *newest(after) {
      for (let sequence = last; sequence > after && sequence >= oldest(); sequence -= 1) {
        const entry = at(sequence);
        if (entry !== undefined) yield entry;
      }
    },
    unstored(limit) {
      const from = oldest();
      if (storedThrough < from - 1) {
        lost += from - 1 - storedThrough;
        storedThrough = from - 1;
      }
      const entries: Entry[] = [];
      for (let sequence = storedThrough + 1; sequence <= last && entries.length < limit; sequence += 1) {
        const entry = at(sequence);
        if (entry !== undefined) entries.push(entry);
      }
      return entries;
    },
    stored(entry) {
      entry.stored = true;
      storedThrough = Math.max(storedThrough, entry.sequence);
      // Overrun while the batch was being written: it is out of the count already.
      if (at(entry.sequence) === entry) lighten(entry);
    },
    get lastSequence() {
      return last;
    },
    get unstoredCount() {
      return last - Math.max(storedThrough, oldest() - 1);
    },
    get lost() {
      return lost;
    },
  };
}
