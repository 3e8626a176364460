import { expect, type TestOptions } from 'vitest';
import type { MovingLab, Statistics } from '../moving-lab.ts';

// What goes wrong in moves, as it is caused in life: by a cmdlet, by what the world is set to, by the clock, by a fault rule.

/** The scenarios that administrators meet most, in the order of how often. */
export const scenarioIds = [
  'mrsproxy-disabled',
  'bad-credentials',
  'perimeter-preauthentication',
  'extended-protection-bridge',
  'endpoint-slow',
  'no-affinity',
  'connection-limit',
  'flood-mitigation',
  'access-denied',
  'endpoint-broken',
  'exchange-guid',
  'routing-proxy',
  'source-locked',
  'unaccepted-domain',
  'already-mailbox',
  'already-moving',
  'unknown-principals',
  'large-items',
  'consistency-score',
  'retry-budget',
  'target-stalls',
  'completed-with-warning',
  'quota',
  'corrupt-source',
  'stuck-at-95',
] as const;
export type ScenarioId = (typeof scenarioIds)[number];

/** One way in which a scenario comes about: cause, what is shown, what is said, and how it is mended. */
export interface Scenario {
  readonly id: ScenarioId;
  readonly what: string;
  play(moving: MovingLab): Promise<void>;
}

/** Real time: of retries there are many. */
export const patience: TestOptions = { timeout: 300_000 };

export const seconds = 1_000;
export const minutes = 60 * seconds;
export const hours = 60 * minutes;
export const proxyUrl = 'https://mail.contoso.test/EWS/mrsproxy.svc';

/** Something that passes: the move waits and says why, and goes on by itself when the cause is gone. */
export interface Passing {
  readonly id: ScenarioId;
  readonly what: string;
  cause(moving: MovingLab): unknown;
  /** Of New-MoveRequest. */
  readonly more?: string;
  readonly shows: Partial<Statistics>;
  /** In the report's failures; '' where it is none. */
  readonly says: string;
  /** In the report's lines. */
  readonly line: string;
  mend(moving: MovingLab): unknown;
  readonly againAfterMs: number;
  /** A line of the report when it goes on. */
  readonly lastly?: string;
}

/** Plays a move of adam that meets it. */
export function passing({ id, what, cause, more = '', shows, says, line, mend, againAfterMs, lastly = '' }: Passing): Scenario {
  return {
    id,
    what,
    async play(moving) {
      const { lab, statistics } = moving;
      await cause(moving);
      await moving.move('adam', `-SuspendWhenReadyToComplete ${more}`);
      await lab.moved();
      const told = await statistics('adam');
      expect(told).toMatchObject(shows);
      expect(told.failures.map(({ Message }) => Message).join('\n')).toContain(says);
      expect(told.lines.join('\n')).toContain(line);
      await mend(moving);
      await lab.clock.advance(againAfterMs);
      await lab.moved();
      const after = await statistics('adam');
      expect(after).toMatchObject({ Status: 'AutoSuspended', FailureType: null });
      expect(after.lines.join('\n')).toContain(lastly);
    },
  };
}

/** Takes back what a scenario has made of requests and rules. */
export async function clear({ lab, run }: MovingLab): Promise<void> {
  lab.faults.clear();
  for (const name of ['adam', 'rob', 'mary']) await run(`Remove-MoveRequest ${name}@contoso.test -Confirm:$false`).catch(() => undefined);
  await lab.moved();
}
