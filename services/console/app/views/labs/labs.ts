import { signal } from '@preact/signals';
import { ApiError, call } from '../../api.ts';
import type { Checked, Lab, ListedLab, Named, Presented } from './answers.ts';

export const labs = signal<readonly ListedLab[] | undefined>(undefined);
/** The one that is shown, as far as it is known. */
export const lab = signal<Lab | undefined>(undefined);
export const checked = signal<Checked | undefined>(undefined);
export const named = signal<Named | undefined>(undefined);
/** What is under way, and what it ended with if not well. */
export const busy = signal<string | undefined>(undefined);
export const failure = signal<string | undefined>(undefined);

const at = (id: string, act = ''): string => `/v1/labs/${encodeURIComponent(id)}${act === '' ? '' : `/${act}`}`;

export async function loadLabs(): Promise<void> {
  await doing('Loading', async () => {
    labs.value = (await call<{ labs: readonly ListedLab[] }>('GET', '/v1/labs')).labs;
  });
}

export async function showLab(id: string): Promise<void> {
  lab.value = undefined;
  checked.value = undefined;
  named.value = undefined;
  await doing('Loading', async () => {
    lab.value = await call<Lab>('GET', at(id));
  });
}

/** What is for the presenter alone; undefined where it may not be told yet. */
export async function presentedLab(id: string): Promise<Presented | undefined> {
  try {
    return await call<Presented>('GET', `${at(id)}?presenter=true`);
  } catch (error) {
    if (error instanceof ApiError && error.status === 422) return undefined;
    throw error;
  }
}

export async function act(id: string, what: 'start' | 'hint' | 'reset' | 'solve', body: object = {}): Promise<void> {
  const words = { start: 'Preparing the world', hint: 'Asking', reset: 'Putting the world back', solve: 'Doing what the solution says' };
  await doing(words[what], async () => {
    const told = await call<Lab>('POST', at(id, what), body);
    if (what === 'start' || what === 'reset') {
      checked.value = undefined;
      named.value = undefined;
    }
    heard(told);
  });
}

export async function check(id: string, answers: readonly string[]): Promise<void> {
  await doing('Checking', async () => {
    const told = await call<Checked>('POST', at(id, 'check'), { answers });
    checked.value = told;
    heard(told.lab);
  });
}

export async function nameCause(id: string, cause: string): Promise<void> {
  await doing('Asking', async () => {
    const told = await call<Named>('POST', at(id, 'answer'), { cause });
    named.value = told;
    heard(told.lab);
  });
}

function heard(told: Lab): void {
  lab.value = told;
  // One at a time: what ran before does not run any more.
  labs.value = labs.value?.map((one) => (one.id === told.id ? told : one.state === 'running' ? { ...one, state: 'new' } : one));
}

async function doing(what: string, work: () => Promise<void>): Promise<void> {
  busy.value = what;
  failure.value = undefined;
  try {
    await work();
  } catch (error) {
    failure.value = error instanceof Error ? error.message : String(error);
  } finally {
    busy.value = undefined;
  }
}
