import { documentedRequests } from './documented-requests.ts';
import { exchangelibSuite } from './exchangelib-suite.ts';
import { largeMailbox } from './large-mailbox.ts';
import { timeZones } from './time-zones.ts';

/** What the long tier runs, by name. */
const groups: Readonly<Record<string, (only: readonly string[]) => Promise<string>>> = {
  exchangelib: exchangelibSuite,
  documentation: documentedRequests,
  zones: timeZones,
  'large-mailbox': largeMailbox,
};

// `npm run test:long -- exchangelib folder sync` runs these modules of that group alone.
const [name, ...only] = process.argv.slice(2);
const asked = name === undefined ? Object.keys(groups) : [name];
for (const one of asked) {
  const run = groups[one];
  if (run === undefined) throw new Error(`there is no group ${one}: ${Object.keys(groups).join(', ')}`);
  process.stdout.write(await run(only));
}
