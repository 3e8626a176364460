import { enableCompileCache } from 'node:module';
import { tuneCollector } from '../heap.ts';
import type { RunningLab } from '../main.ts';
import type { LabOptions } from './service.ts';

type Endpoints = RunningLab['endpoints'];

/** What the process of a world on demand is told once. */
export interface WorldProcessOrder {
  readonly dataDir: string;
  readonly order: Pick<LabOptions, 'world' | 'era' | 'seed' | 'clock' | 'realNames'> & {
    /** Fault rules are set first; then the cmdlet lines are run in their order. */
    readonly given?:
      | {
          readonly faults?: readonly object[] | undefined;
          readonly cmdlets?:
            | readonly { readonly organization: string; readonly line: string; readonly as?: string | undefined }[]
            | undefined;
        }
      | undefined;
  };
}

/** What it says once: it is ready, or why it will not be. */
export type WorldProcessWord = { readonly endpoints: Endpoints } | { readonly failed: string };

/**
 * The process of one world on demand. It is forked, told its world by message, and ends with the channel to whoever forked it,
 * with its lab, or by SIGTERM; Ctrl-C at a terminal is for the lab that it belongs to.
 */
function serve(): void {
  enableCompileCache();
  tuneCollector();
  process.once('message', (order: WorldProcessOrder) => {
    open(order).then(
      (endpoints) => say({ endpoints }),
      (error: unknown) => {
        say({ failed: error instanceof Error ? error.message : String(error) });
        process.exitCode = 1;
        process.disconnect();
      },
    );
  });
  process.on('SIGINT', () => {});
}

function say(word: WorldProcessWord): void {
  process.send?.(word);
}

async function open({ dataDir, order }: WorldProcessOrder): Promise<Endpoints> {
  const { startLab } = await import('./service.ts');
  const { given, ...options } = order;
  const lab = await startLab({ ...options, dataDir, worlds: 0 });
  const end = (): void => void lab.close();
  process.once('disconnect', end).once('SIGTERM', end);
  // Whoever was to be told may have gone while it started.
  if (!process.connected) end();
  void lab.closed.finally(() => process.exit());
  for (const rule of given?.faults ?? []) lab.faults.add(rule);
  for (const { organization, line, as } of given?.cmdlets ?? [])
    await lab.cmdlet(organization, line, as).catch((error: unknown) => {
      throw new Error(`${line}: ${error instanceof Error ? error.message : String(error)}`);
    });
  return lab.endpoints;
}

if (import.meta.main) serve();
