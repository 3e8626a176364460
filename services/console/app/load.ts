import { type Signal, useSignal } from '@preact/signals';
import { useCallback, useEffect } from 'preact/hooks';
import { call } from './api.ts';

/** What the lab answers, while it is read, and where it cannot be. */
export interface Loaded<T> {
  readonly value: Signal<T | undefined>;
  readonly error: Signal<string | undefined>;
  /** Asks again; what was there stays until there is something new. */
  readonly again: () => Promise<void>;
}

/** Reads `/_coexist<path>` when the view is shown, and again when asked to. */
export function useLoaded<T>(path: string): Loaded<T> {
  const value = useSignal<T | undefined>(undefined);
  const error = useSignal<string | undefined>(undefined);
  const again = useCallback(async () => {
    try {
      value.value = await call<T>('GET', path);
      error.value = undefined;
    } catch (failed) {
      error.value = (failed as Error).message;
    }
  }, [path, value, error]);
  useEffect(() => void again(), [again]);
  return { value, error, again };
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
