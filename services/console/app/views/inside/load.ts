import { useEffect, useState } from 'preact/hooks';
import { call } from '../../api.ts';

/** What was asked for: undefined while it is on its way. */
export interface Loaded<T> {
  readonly value: T | undefined;
  readonly error: string | undefined;
  /** Asks again. */
  readonly again: () => void;
}

/** Asks when the question changes; what comes late of an earlier question is dropped. Null: nothing is asked. */
function useAnswer<T>(key: string | null, ask: () => Promise<T>): Loaded<T> {
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<{ readonly value?: T; readonly error?: string; readonly of?: string }>({});
  useEffect(() => {
    if (key === null) return;
    let isWanted = true;
    ask().then(
      (value) => isWanted && setState({ value, of: key }),
      (error: unknown) => isWanted && setState({ error: error instanceof Error ? error.message : String(error), of: key }),
    );
    return () => {
      isWanted = false;
    };
  }, [key, turn]);
  const isOf = state.of === key;
  return { value: isOf ? state.value : undefined, error: isOf ? state.error : undefined, again: () => setTurn(turn + 1) };
}

/** The answer of a path below `/_coexist`; null: nothing is asked. */
export function useGet<T>(path: string | null): Loaded<T> {
  return useAnswer(path, () => call<T>('GET', path ?? ''));
}

/** Objects that a cmdlet line answers. */
export type Shown = Readonly<Record<string, unknown>>;

export interface Organization {
  readonly name: string;
  readonly kind: string;
  readonly administrator: string;
}

/** Everybody of the world, and as whom lines are run there. */
export function useOrganizations(): readonly Organization[] {
  return useGet<{ readonly organizations: readonly Organization[] }>('/v1/map').value?.organizations ?? [];
}

/** What a line answers at an organization; null: nothing is asked. */
export function useLine(at: Organization | undefined, line: string): Loaded<readonly Shown[]> {
  return useAnswer(at === undefined ? null : `${at.name} ${line}`, async () => {
    const body = { organization: at?.name ?? '', as: at?.administrator, line };
    return (await call<{ readonly objects?: readonly Shown[] }>('POST', '/v1/cmdlets', body)).objects ?? [];
  });
}

/** A value of an object as one reads it in a table. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(shown).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
