import { signal } from '@preact/signals';
import type { CmdletAnswer } from '../../parts/objects.tsx';

/** A line that was run, and what came of it. */
export interface Entry {
  readonly number: number;
  readonly organization: string;
  readonly line: string;
  readonly answer?: CmdletAnswer;
  readonly refusal?: string;
}

const mostEntries = 100;
const mostVariables = 64;

/** What stands in the transcript: it outlives the view. */
export const entries = signal<readonly Entry[]>([]);
/** Lines that were run, the newest last. */
export const history = signal<readonly string[]>(readHistory());

const variables = new Map<string, unknown>();
let count = 0;

export function remember(entry: Omit<Entry, 'number'>): void {
  count += 1;
  entries.value = [...entries.value, { ...entry, number: count }].slice(-mostEntries);
  history.value = [...history.value.filter((line) => line !== entry.line), entry.line].slice(-mostEntries);
  sessionStorage.setItem('coexist-lines', JSON.stringify(history.value));
  for (const [name, value] of Object.entries(entry.answer?.assigned ?? {}))
    if (variables.has(name) || variables.size < mostVariables) variables.set(name, value);
}

/** The variables that a line names, and what they hold: the lab keeps none. */
export function variablesOf(line: string): Readonly<Record<string, unknown>> {
  const named = new Set([...line.matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name.toLowerCase()));
  return Object.fromEntries([...variables].filter(([name]) => named.has(name)));
}

function readHistory(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem('coexist-lines') ?? '[]');
    return Array.isArray(kept) ? kept.filter((line) => typeof line === 'string') : [];
  } catch {
    return [];
  }
}
