import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Exchange, Explanation, Trace } from '../../answers.ts';
import { call } from '../../api.ts';
import { onEvent } from '../../live.ts';

export interface LoadedTrace {
  readonly trace: Trace;
  readonly explanation: Explanation;
}

const paceMs = 200;

/** A trace, read anew as its exchanges begin and close; a text where it cannot be had. */
export function useTrace(id: string): Signal<LoadedTrace | string | undefined> {
  const loaded = useSignal<LoadedTrace | string | undefined>(undefined);
  useEffect(() => {
    let isDue = false;
    let isOver = false;
    const load = async (): Promise<void> => {
      isDue = false;
      try {
        const [trace, explanation] = await Promise.all([
          call<Trace>('GET', `/v1/traces/${encodeURIComponent(id)}`),
          call<Explanation>('GET', `/v1/traces/${encodeURIComponent(id)}/explain`),
        ]);
        if (!isOver) loaded.value = { trace, explanation };
      } catch (error) {
        if (!isOver && typeof loaded.value !== 'object') loaded.value = (error as Error).message;
      }
    };
    const heard = (data: unknown): void => {
      if (isDue || !(data as Partial<Exchange>).traceId?.startsWith(id)) return;
      isDue = true;
      setTimeout(() => void load(), paceMs);
    };
    const stops = ['exchange', 'opened', 'held', 'released'].map((name) => onEvent(name, heard));
    void load();
    return () => {
      isOver = true;
      for (const stop of stops) stop();
    };
  }, [id, loaded]);
  return loaded;
}
