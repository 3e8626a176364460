import { drip } from './drip.ts';
import { exception } from './exception.ts';
import { host } from './host.ts';
import { latency } from './latency.ts';
import { refuse } from './refuse.ts';
import { reset } from './reset.ts';
import { stall } from './stall.ts';
import { status } from './status.ts';
import { truncate } from './truncate.ts';

/** Every kind of fault. */
export const kinds = { status, latency, reset, refuse, truncate, drip, host, exception, stall } as const;

export type KindName = keyof typeof kinds;
