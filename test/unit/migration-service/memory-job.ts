import type { Entry, Job, Ledger, Skipped } from '../../../services/migration/job/job.ts';
import { type JobState, newJobState } from '../../../services/migration/job/state.ts';
import { percentCopied } from '../../../shared/domain/migration/move-stages.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { MemoryDestination } from './memory-destination.ts';
import { MemorySource, mailboxGuid } from './memory-mailboxes.ts';

/** A move from memory to memory, and what it wrote down. */
export interface MemoryMove {
  readonly source: MemorySource;
  readonly destination: MemoryDestination;
  readonly lines: string[];
  readonly shown: string[];
  readonly skipped: Skipped[];
  /** Called before and after each entry is kept. */
  before: () => void;
  after: () => void;
  readonly state: () => JobState;
  /** The job as a process that begins now has it. */
  open(): Job;
  restart(): void;
}

export function memoryMove(): MemoryMove {
  const [source, destination] = [new MemorySource(), new MemoryDestination()];
  let kept = JSON.stringify(newJobState);
  const move: MemoryMove = {
    ...{ source, destination, lines: [], shown: [], skipped: [], before: () => {}, after: () => {} },
    state: () => JSON.parse(kept) as JobState,
    restart() {
      kept = JSON.stringify(newJobState);
    },
    open() {
      let state = JSON.parse(kept) as JobState;
      let asked = 0;
      const ledger: Ledger = {
        get state() {
          return state;
        },
        async write({ state: change, stage, amounts, lines = [], skipped = [] }: Entry) {
          move.before();
          kept = JSON.stringify({ ...state, ...change });
          state = JSON.parse(kept) as JobState;
          move.lines.push(...lines);
          move.skipped.push(...skipped);
          if (stage !== undefined)
            move.shown.push(amounts === undefined ? stage : `${stage} ${percentCopied(amounts.bytes, amounts.totalBytes)}`);
          move.after();
        },
        // Some portions are noted by themselves, some with the next one.
        async isAwaited() {
          asked += 1;
          return asked % 2 === 0;
        },
        checkSkipped: () => {},
      };
      return {
        terms: { request: mailboxGuid as Guid, isArchiveOnly: false, deliveryDomain: 'contoso.mail.onmicrosoft.test', skipRules: false },
        pairs: [
          {
            kind: 'primary',
            mailbox: mailboxGuid,
            name: `${mailboxGuid} (Primary)`,
            source,
            destination,
            match: (principals) => destination.match(principals),
          },
        ],
        ledger,
        now: () => 0,
      };
    },
  };
  return move;
}
