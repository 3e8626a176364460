import type { Organization } from '../shared/domain/organization/organization.ts';
import { onceMade } from '../shared/kernel/once-made.ts';
import type { Store } from '../shared/store/database.ts';
import { orTryAgain } from '../shared/store/database-away.ts';
import type { Foundation } from './foundation.ts';

type Timers = Foundation['mailTimers'];

/** What works off what the store keeps for it: the sender of mail, the mover of mailboxes. */
interface Worker {
  start(): Promise<void>;
  /** Ends after what is under way. */
  stop(): Promise<void>;
  /** Resolves when nothing can be done now. */
  settled(): Promise<void>;
  readonly fire: Timers['fire'];
}

export interface WakingParts {
  readonly store: Store;
  readonly organizations: readonly Organization[];
  /** Where an organisation's work is kept, in the change feed. */
  readonly scopeOf: (organization: string) => string;
  /** Whether an earlier run left work. */
  readonly isLeft: () => Promise<boolean>;
  readonly load: () => Promise<Worker>;
  readonly timers: Timers;
  readonly onDefect: (error: unknown) => void;
}

/** A worker that has nothing to do yet. */
export interface Waking extends Pick<Worker, 'stop' | 'settled'> {
  /** Looks for work from now on: once it is known here where others are, and there where this process is. */
  begin(): void;
}

/** A worker that is loaded and started by the first work there is: many labs never have any. */
export function wakeWithWork({ store, organizations, scopeOf, isLeft, load, timers, onDefect }: WakingParts): Waking {
  const wake = onceMade(async () => {
    const worker = await load();
    try {
      await worker.start();
    } catch (error) {
      // The next one is to have the work for itself.
      await worker.stop();
      throw error;
    }
    return worker;
  });
  let isOver = false;
  const wakeByItself = (): void => void (isOver || wake().catch(orTryAgain(wakeByItself, onDefect)));
  const takeUp = (): void =>
    void isLeft()
      .then((left) => (left ? wakeByItself() : undefined))
      .catch(orTryAgain(takeUp, onDefect));
  const ends: (() => void)[] = [];
  timers.fire = async (timer) => (await wake()).fire(timer);
  return {
    begin() {
      ends.push(...organizations.map(({ name }) => store.changes.watch(scopeOf(name), wakeByItself)));
      takeUp();
    },
    async stop() {
      isOver = true;
      for (const end of ends) end();
      await (await wake.begun()?.catch(() => undefined))?.stop();
    },
    settled: async () => (await wake.begun())?.settled(),
  };
}
