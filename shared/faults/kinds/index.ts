import { certificate } from './certificate.ts';
import { claims } from './claims.ts';
import { drip } from './drip.ts';
import { ewsError } from './ews-error.ts';
import { exception } from './exception.ts';
import { host } from './host.ts';
import { latency } from './latency.ts';
import { lookup } from './lookup.ts';
import { refuse } from './refuse.ts';
import { reply } from './reply.ts';
import { reset } from './reset.ts';
import { stall } from './stall.ts';
import { status } from './status.ts';
import { tlsVersion } from './tls-version.ts';
import { truncate } from './truncate.ts';

/** Every kind of fault. */
export const kinds = {
  status,
  latency,
  reset,
  refuse,
  truncate,
  drip,
  lookup,
  reply,
  'ews-error': ewsError,
  claims,
  certificate,
  'tls-version': tlsVersion,
  host,
  exception,
  stall,
} as const;

export type KindName = keyof typeof kinds;
