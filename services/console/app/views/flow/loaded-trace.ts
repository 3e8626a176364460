import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Exchange, Explanation, Trace, TraceNode } from '../../answers.ts';
import { call } from '../../api.ts';
import { onEvent } from '../../live.ts';

export interface LoadedTrace {
  readonly trace: Trace;
  readonly explanation: Explanation;
}

/** Between two looks. An exchange weighs a kilobyte, or several where much was checked: a large trace that grows is looked at less often. */
const paceMs = (trace: Trace | undefined): number => 200 + sizeOf(trace?.roots ?? []);

/** A trace without heads and bodies, read anew as its exchanges begin and close; a text where it cannot be had. */
export function useTrace(id: string): Signal<LoadedTrace | string | undefined> {
  const loaded = useSignal<LoadedTrace | string | undefined>(undefined);
  useEffect(() => {
    let [isStale, isLooking, isOver] = [true, false, false];
    const load = async (): Promise<Trace | undefined> => {
      try {
        const [trace, explanation] = await Promise.all([
          call<Trace>('GET', `/v1/traces/${encodeURIComponent(id)}/outline`),
          call<Explanation>('GET', `/v1/traces/${encodeURIComponent(id)}/explain`),
        ]);
        if (!isOver) loaded.value = { trace, explanation };
        return trace;
      } catch (error) {
        if (!isOver && typeof loaded.value !== 'object') loaded.value = (error as Error).message;
        return undefined;
      }
    };
    const look = async (): Promise<void> => {
      if (isLooking) return;
      isLooking = true;
      while (isStale && !isOver) {
        isStale = false;
        const trace = await load();
        await new Promise((resolve) => setTimeout(resolve, paceMs(trace)));
      }
      isLooking = false;
    };
    const heard = (data: unknown): void => {
      if (!(data as Partial<Exchange>).traceId?.startsWith(id)) return;
      isStale = true;
      void look();
    };
    const stops = ['exchange', 'opened', 'held', 'released'].map((name) => onEvent(name, heard));
    void look();
    return () => {
      isOver = true;
      for (const stop of stops) stop();
    };
  }, [id, loaded]);
  return loaded;
}

function sizeOf(nodes: readonly TraceNode[]): number {
  return nodes.reduce((sum, { children }) => sum + 1 + sizeOf(children), 0);
}
