import { effect, signal } from '@preact/signals';
import { ApiError, readStream } from './api.ts';
import { locked, token } from './store.ts';

/** Whether the stream of events stands. */
export const connected = signal(false);

type Listener = (data: unknown) => void;

const listeners = new Map<string, Set<Listener>>();
const againMs = 1_000;
let lastId = '';

/**
 * Hears events of the lab by name (`exchange`, `opened`, `held` ...), as the stream `/_coexist/v1/events` tells them.
 *
 * @returns ends it
 */
export function onEvent(name: string, listener: Listener): () => void {
  const own = listeners.get(name) ?? new Set();
  listeners.set(name, own.add(listener));
  return () => void own.delete(listener);
}

/** One stream for the whole console, for as long as it is open and not locked. */
export function keepListening(): void {
  effect(() => {
    if (locked.value) return;
    // Another token: another stream.
    void token.value;
    const ending = new AbortController();
    void listen(ending.signal);
    return () => ending.abort();
  });
}

async function listen(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await readStream('/v1/events?also=opened,held', lastId, signal, {
        open: () => {
          connected.value = true;
        },
        event: ({ name, id, data }) => {
          if (id !== '') lastId = id;
          const heard: unknown = JSON.parse(data);
          for (const listener of listeners.get(name) ?? []) listener(heard);
        },
      });
    } catch (error) {
      // A lab that restarts comes back; one that wants a token says so by itself.
      if (error instanceof ApiError && error.status === 401) return;
    }
    connected.value = false;
    if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, againMs));
  }
}
