import { signal } from '@preact/signals';
import { call } from '../../api.ts';
import { onEvent } from '../../live.ts';
import type { Breakpoint, HeldHop, HopEdit, Match, Released } from './answers.ts';

export const breakpoints = signal<readonly Breakpoint[]>([]);
export const held = signal<readonly HeldHop[]>([]);
/** What became of hops, the newest first. */
export const past = signal<readonly Released[]>([]);
/** What the control port said no with. */
export const problem = signal<string | undefined>(undefined);

const mostPast = 20;

/** Follows breakpoints and held hops for as long as the view is shown. */
export function followHeld(): () => void {
  const over = (data: unknown): void => {
    const one = data as Released;
    past.value = [one, ...past.value.filter(({ id }) => id !== one.id)].slice(0, mostPast);
    void refresh();
  };
  const stops = [onEvent('held', () => void refresh()), onEvent('released', over), onEvent('gave-up', over)];
  void refresh();
  return () => {
    for (const stop of stops) stop();
  };
}

async function refresh(): Promise<void> {
  await tried(async () => {
    const [one, other] = await Promise.all([
      call<{ breakpoints: readonly Breakpoint[] }>('GET', '/v1/breakpoints'),
      call<{ held: readonly HeldHop[] }>('GET', '/v1/held'),
    ]);
    breakpoints.value = one.breakpoints;
    held.value = other.held;
  });
}

export const stopAt = (seam: string, match: Match): Promise<boolean> =>
  tried(() => call('POST', '/v1/breakpoints', { seam, match })).then(refreshed);
export const removeBreakpoint = (id: string): Promise<boolean> => tried(() => call('DELETE', `/v1/breakpoints/${id}`)).then(refreshed);
export const goOn = (id: string, how: { readonly edit?: HopEdit; readonly step?: boolean }): Promise<boolean> =>
  tried(() => call('POST', `/v1/held/${id}/continue`, how)).then(refreshed);
export const abort = (id: string): Promise<boolean> => tried(() => call('POST', `/v1/held/${id}/abort`)).then(refreshed);

async function refreshed(done: boolean): Promise<boolean> {
  if (done) await refresh();
  return done;
}

/** Keeps what went wrong for everybody to see; answers whether nothing did. */
async function tried(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    problem.value = undefined;
    return true;
  } catch (error) {
    problem.value = (error as Error).message;
    return false;
  }
}
