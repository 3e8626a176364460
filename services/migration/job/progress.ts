import type { BadMessage, FolderRecord, MessagePayload } from '../../../shared/bridges/migration/ports.ts';
import { type Entry, type Job, type Pair, type Skipped, stateOf, withState } from './job.ts';
import type { GoneMessage, JobState } from './state.ts';
import { type Amount, texts } from './texts.ts';

/** What has become of a portion. */
export interface PortionOutcome {
  readonly written: Amount;
  /** Of all that was sent. */
  readonly octets: number;
  /** Left out so far, this portion's messages included. */
  readonly left: JobState['left'];
  readonly skipped: readonly Skipped[];
  /** Not there any more; whether somebody has deleted them the next sync says. */
  readonly gone: readonly GoneMessage[];
}

type Portion = readonly (MessagePayload | BadMessage)[];

/** Portions of which there is nothing to tell are noted together, up to so many octets or messages. */
const notedOctets = 4 * 1_048_576;
const notedMessages = 500;

const nothing = { written: { items: 0, bytes: 0 }, octets: 0 };

/** How far the copy of a folder is, and what of that is not noted yet. */
export class Progress {
  readonly #job: Job;
  readonly #pair: Pair;
  #unnoted = nothing;
  /** The last message that was written. */
  #last: string | null;

  constructor(job: Job, pair: Pair) {
    this.#job = job;
    this.#pair = pair;
    this.#last = stateOf(job, pair).copied.last;
  }

  async add({ written, octets, ...told }: PortionOutcome, portion: Portion): Promise<void> {
    const { ledger } = this.#job;
    const before = this.#unnoted;
    this.#unnoted = { written: sum(before.written, written), octets: before.octets + octets };
    const final = portion.at(-1);
    if (final !== undefined) this.#last = 'octets' in final ? final.entryId : final.record.entryId;
    const isPlain = told.skipped.length + told.gone.length === 0 && told.left.length === ledger.state.left.length;
    const isLittle = this.#unnoted.octets < notedOctets && this.#unnoted.written.items < notedMessages;
    if (!isPlain || !isLittle || (await ledger.isAwaited())) await this.note(told);
  }

  /** Notes what is not noted yet; without an effect where there is nothing. */
  async note(told?: Pick<PortionOutcome, 'left' | 'skipped' | 'gone'>): Promise<void> {
    if (told === undefined && this.#unnoted === nothing) return;
    const { folders } = stateOf(this.#job, this.#pair).copied;
    await this.#write({ folders, last: this.#last }, told);
  }

  /** The folder is copied as a whole. */
  async end({ entryId }: FolderRecord): Promise<void> {
    const { folders } = stateOf(this.#job, this.#pair).copied;
    await this.#write({ folders: [...folders, entryId], last: null });
  }

  async #write(
    copied: { readonly folders: readonly string[]; readonly last: string | null },
    told: Partial<Pick<PortionOutcome, 'left' | 'skipped' | 'gone'>> = {},
  ): Promise<void> {
    const { ledger } = this.#job;
    const unnoted = this.#unnoted;
    this.#unnoted = nothing;
    const written = sum(stateOf(this.#job, this.#pair).written, unnoted.written);
    const mailboxes = withState(this.#job, this.#pair, { written, copied });
    const { left = ledger.state.left, gone = [], skipped = [] } = told;
    const state = { mailboxes, left, gone: [...ledger.state.gone, ...gone] };
    const isFurther = unnoted !== nothing;
    await ledger.write({ state, ...(isFurther ? progressed(mailboxes, unnoted.octets, skipped) : {}) });
  }
}

function progressed(mailboxes: JobState['mailboxes'], octets: number, skipped: readonly Skipped[]): Entry {
  const [done, all] = amountsOf(mailboxes);
  return {
    stage: 'copying',
    lines: [...skipped.map(({ line }) => line), texts.copyProgress(done, all)],
    skipped,
    octets,
    amounts: { items: done.items, bytes: done.bytes, totalItems: all.items, totalBytes: all.bytes },
  };
}

/** What is written of all mailboxes, and what there was to write. */
export function amountsOf(mailboxes: JobState['mailboxes']): readonly [written: Amount, total: Amount] {
  const all = Object.values(mailboxes);
  const none: Amount = { items: 0, bytes: 0 };
  return [all.reduce((amount, { written }) => sum(amount, written), none), all.reduce((amount, { total }) => sum(amount, total), none)];
}

function sum(one: Amount, other: Amount): Amount {
  return { items: one.items + other.items, bytes: one.bytes + other.bytes };
}
