import { signal } from '@preact/signals';
import { call } from './api.ts';

/** World time as the control port tells it. */
export interface ClockAnswer {
  readonly now: string;
  readonly mode: 'real' | 'offset' | 'frozen';
  /** Not while it is frozen, nor while a hop is held. */
  readonly running: boolean;
  readonly skewMs: Readonly<Record<string, number>>;
  readonly status: string;
  readonly fired: readonly { readonly id: string; readonly kind: string; readonly due: string }[];
}

interface HeardClock extends ClockAnswer {
  /** When it was told, by `performance.now()`. */
  readonly heardMs: number;
}

/** The newest answer; undefined until there is one. */
export const clock = signal<HeardClock | undefined>(undefined);

/** Takes over an answer about the clock, of whatever call. */
export function heardClock(answer: ClockAnswer): ClockAnswer {
  clock.value = { ...answer, heardMs: performance.now() };
  return answer;
}

export async function askClock(): Promise<void> {
  heardClock(await call<ClockAnswer>('GET', '/v1/clock'));
}

/** World time of this moment, milliseconds since 1970. */
export function worldNow(heard: HeardClock): number {
  return Date.parse(heard.now) + (heard.running ? performance.now() - heard.heardMs : 0);
}

/** `2026-11-22 17:40:05`, in UTC. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}
