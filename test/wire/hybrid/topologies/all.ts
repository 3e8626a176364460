import { accounts } from './accounts.ts';
import { between } from './between.ts';
import { delegation } from './delegation.ts';
import { endpoints } from './endpoints.ts';
import { mail } from './mail.ts';
import { oauth } from './oauth.ts';
import type { BrokenTopology } from './row.ts';
import { servers } from './servers.ts';
import { sharing } from './sharing.ts';

/** Every topology that is broken on purpose, in the order in which they are. */
export const topologies: readonly (readonly [part: string, rows: readonly BrokenTopology[]])[] = [
  // The first of all begins with connections that do not stand yet.
  ['endpoints', endpoints],
  ['servers', servers],
  ['what stands between', between],
  ['delegation tokens', delegation],
  ['accounts', accounts],
  ['OAuth', oauth],
  ['sharing', sharing],
  ['mail', mail],
];
