import { type Signal, useSignal } from '@preact/signals';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { MapOrganization, WorldMap } from './answers.ts';
import { call } from './api.ts';
import type { CmdletAnswer } from './parts/objects.tsx';

/** What the lab answers: neither value nor error while it is on its way. */
export interface Loaded<T> {
  readonly value: T | undefined;
  readonly error: string | undefined;
  /** Asks again; what was there stays until there is something new. */
  readonly again: () => Promise<void>;
}

/** Asks when the question changes; what comes late of an earlier one is dropped. Null: nothing is asked. */
function useAnswer<T>(question: string | null, ask: () => Promise<T>): Loaded<T> {
  const [told, setTold] = useState<{ readonly to?: string; readonly value?: T; readonly error?: string }>({});
  const asked = useRef<string | null>(null);
  const how = useRef(ask);
  how.current = ask;
  const again = useCallback(async () => {
    if (question === null) return;
    let answer: { readonly value: T } | { readonly error: string };
    try {
      answer = { value: await how.current() };
    } catch (failed) {
      answer = { error: failed instanceof Error ? failed.message : String(failed) };
    }
    if (asked.current === question)
      setTold((before) => ({ ...(before.to === question ? { value: before.value } : {}), to: question, ...answer }));
  }, [question]);
  useEffect(() => {
    asked.current = question;
    void again();
    return () => {
      asked.current = null;
    };
  }, [question, again]);
  return told.to === question && question !== null
    ? { value: told.value, error: told.error, again }
    : { value: undefined, error: undefined, again };
}

/** The answer of `/_coexist<path>`. */
export function useLoaded<T>(path: string | null): Loaded<T> {
  return useAnswer(path, () => call<T>('GET', path ?? ''));
}

/** Everybody of the world, once it is known. */
export function useOrganizations(): readonly MapOrganization[] {
  return useLoaded<WorldMap>('/v1/map').value?.organizations ?? [];
}

/** What a cmdlet line answers at an organization, run by its administrator or as somebody else; without one nothing is asked. */
export function useCmdlet(at: { readonly name: string; readonly administrator: string } | undefined, line: string): Loaded<CmdletAnswer> {
  return useAnswer(at === undefined ? null : `${at.name} ${at.administrator} ${line}`, () =>
    call<CmdletAnswer>('POST', '/v1/cmdlets', {
      line,
      organization: at?.name,
      ...(at?.administrator === '' ? {} : { as: at?.administrator }),
    }),
  );
}

/** Something that a button begins: what it is busy with, and why it failed. */
export interface Doing {
  readonly busy: Signal<boolean>;
  readonly error: Signal<string | undefined>;
  readonly run: (work: () => Promise<void>) => void;
}

export function useDoing(): Doing {
  const busy = useSignal(false);
  const error = useSignal<string | undefined>(undefined);
  const run = (work: () => Promise<void>): void => {
    if (busy.value) return;
    busy.value = true;
    error.value = undefined;
    work()
      .catch((failed: Error) => {
        error.value = failed.message;
      })
      .finally(() => {
        busy.value = false;
      });
  };
  return { busy, error, run };
}
