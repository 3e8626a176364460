import { exception } from './exception.ts';
import { host } from './host.ts';
import { latency } from './latency.ts';
import { refuse } from './refuse.ts';
import { reset } from './reset.ts';
import { status } from './status.ts';

/** Every kind of fault. */
export const kinds = { status, latency, reset, refuse, host, exception } as const;

export type KindName = keyof typeof kinds;
