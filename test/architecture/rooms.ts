/**
 * The house: every room, and all that its files may import besides their own room (type-only imports too).
 * An entry is a folder or file of the project, a package of package.json, or a `node:` module; `*` is everything.
 * The most specific row wins; a file that no row covers is an error. A new room, or a new line of sight, is a line here
 * and its reason in DECISIONS.md.
 */
export function rooms(): ReadonlyMap<string, readonly string[]> {
  return new Map(rows);
}

/** Order counts: a domain module may import those written before it. */
const domainInOrder = [
  'world',
  'organization',
  'directory',
  'mailbox',
  'notification',
  'calendar',
  'trust',
  'identity',
  'mailflow',
  'migration',
];

const kernel = 'shared/kernel';
const xml = 'shared/xml';
const soap = 'shared/protocols/soap';
const pure = [
  'node:async_hooks',
  'node:buffer',
  'node:crypto',
  'node:events',
  'node:module',
  'node:stream',
  'node:url',
  'node:util',
  'node:zlib',
];
const files = ['node:fs', 'node:fs/promises', 'node:os', 'node:path'];
const sockets = ['node:dgram', 'node:dns', 'node:dns/promises', 'node:http', 'node:https', 'node:net', 'node:tls'];
const timers = ['node:timers/promises'];
const service = ['shared', 'node:*', 'fastify', 'zod'];
/** The composition root: it knows every service and is known to those that start a lab. */
const composition = [
  'services/last-exchange.ts',
  'services/main.ts',
  'services/foundation.ts',
  'services/doors.ts',
  'services/baseline.ts',
  'services/endpoint-facts.ts',
  'services/back-doors.ts',
  'services/running-services.ts',
  'services/offered-tls.ts',
  'services/exported-state.ts',
  'services/forked-worlds.ts',
  'services/mail-doors.ts',
  'services/move-doors.ts',
  'services/timer-handlers.ts',
  'services/web-doors.ts',
  'services/woken-worker.ts',
  'services/perimeter-doors.ts',
  'services/controls.ts',
  'services/start-failure.ts',
  'services/names.ts',
  'services/gathered-listeners.ts',
  'services/shared-lab.ts',
  'services/shared-controls.ts',
  'services/world-source.ts',
  'services/topology.ts',
  'services/exercises.ts',
  'services/blind-exercise.ts',
  'services/snapshots.ts',
  'services/told-stories.ts',
  'services/held-hops.ts',
  'services/world-store.ts',
];
const root = [
  ...composition,
  'services/catalogue.ts',
  'services/client-environment.ts',
  'services/config.ts',
  'services/distribution-flags.ts',
  'services/flags.ts',
  'services/heap.ts',
  'services/listeners.ts',
  'services/ports.ts',
  'services/variables.ts',
];

const rows: readonly (readonly [room: string, mayImport: readonly string[]])[] = [
  // floor 0
  [kernel, ['node:async_hooks', 'node:crypto']],
  // floor 1
  [xml, [kernel, xml, ...pure]],
  ['shared/xml/parse.ts', [kernel, xml, ...pure, 'saxes']],
  ['shared/store', [kernel, ...pure, ...files, ...timers, 'node:sqlite', 'kysely', 'pg']],
  [
    'shared/net',
    [
      kernel,
      ...pure,
      ...files,
      ...sockets,
      ...timers,
      'node:worker_threads',
      '@peculiar/x509',
      'reflect-metadata',
      'undici',
      'shared/net/smtp-connection.ts',
      'shared/net/imap-connection.ts',
    ],
  ],
  ['shared/net/dns.ts', [kernel, 'dns-packet']],
  ['shared/net/smtp-connection.ts', [kernel, ...sockets, 'nodemailer']],
  ['shared/net/imap-connection.ts', [kernel, ...sockets, 'imapflow']],
  ['shared/journal', [kernel, 'shared/store', ...pure, ...files, ...timers]],
  // floor 2, left wing: how it looks on the wire
  [soap, [kernel, xml, ...pure]],
  ...protocol('ews', [soap]),
  ...protocol('autodiscover', [soap]),
  ...protocol('wstrust', [soap, 'shared/protocols/saml']),
  ...protocol('manage-delegation', [soap, 'shared/protocols/saml', 'shared/protocols/wstrust']),
  ...protocol('saml', ['xml-crypto', '@xmldom/xmldom']),
  ...protocol('oauth', ['jose']),
  ...protocol('mrs', [soap]),
  // What its client says of calls that bring nothing back.
  ['shared/protocols/mrs/call-failures.ts', [kernel, 'shared/net', 'shared/protocols/mrs']],
  ['shared/protocols/mrs/remote-failure.ts', [kernel, xml, soap, 'shared/protocols/mrs']],
  ...protocol('ntlm', ['js-md4']),
  ...protocol('smtp', []),
  ...protocol('mime', ['postal-mime']),
  ...protocol('icalendar', []),
  ...protocol('clixml', []),
  ...protocol('oab', []),
  ...protocol('rpch', []),
  ...protocol('graph', []),
  // floor 2, right wing: what things are and what may happen to them
  ...domainInOrder.map((name): [string, readonly string[]] => [`shared/domain/${name}`, domain(name)]),
  // floor 3
  ...['access', 'authority', 'calendar', 'directory-sync', 'address-book'].map((name): [string, readonly string[]] => [
    `shared/bridges/${name}`,
    [kernel, 'shared/protocols', 'shared/domain', 'shared/net', ...pure],
  ]),
  ['shared/bridges/message', [kernel, 'shared/protocols', 'shared/domain', 'shared/net', 'shared/bridges/calendar', ...pure]],
  ['shared/bridges/mailflow', [kernel, 'shared/protocols', 'shared/domain', 'shared/bridges/access', 'shared/bridges/message', ...pure]],
  ['shared/bridges/migration', [kernel, 'shared/protocols', 'shared/domain', 'shared/net', 'shared/bridges/message', ...pure]],
  ['shared/bridges/hybrid', [kernel, 'shared/protocols', 'shared/domain', 'shared/net', 'shared/bridges/authority', ...pure]],
  ['shared/bridges/tracking', [kernel, 'shared/protocols', 'shared/domain', 'shared/net', 'shared/bridges/hybrid', ...pure]],
  [
    'shared/bridges/seed',
    [kernel, 'shared/net', 'shared/protocols', 'shared/domain', 'shared/bridges/message', 'shared/bridges/authority', ...pure],
  ],
  // floor 4
  ['shared/cmdlets', [kernel, 'shared/domain', 'shared/protocols', 'shared/bridges', 'shared/net', ...pure]],
  // The codes that a rule may name are those of the wire.
  ['shared/faults', [kernel, 'shared/cmdlets', 'shared/domain', 'shared/protocols/ews/response-codes.ts', ...pure, 'zod']],
  ['shared/scenario', [kernel]],
  // floor 5
  ['shared/service', ['shared', ...pure, ...files, ...sockets, ...timers, 'fastify']],
  ...['smtp-host.ts', 'smtp-connection.ts', 'smtp-opening-connection.ts', 'smtp-chunked-connection.ts'].map(
    (file): [string, readonly string[]] => [`shared/service/${file}`, ['shared', ...pure, ...sockets, 'smtp-server']],
  ),
  // services: each alone; only those that start a lab know the composition root
  ...['frontend', 'azure-auth', 'autodiscover', 'oab', 'graph', 'admin-api', 'mrsproxy', 'rpcproxy', 'smtp', 'dns'].map(alone),
  ...['migration', 'proxy', 'perimeter'].map(alone),
  ['services/ews', [...service, 'jpeg-js']],
  ['services/admin', [...service, 'prom-client']],
  // A browser's program: it knows the lab by HTTP alone.
  ['services/console/app', ['preact', '@preact/signals']],
  ['services/console/build.ts', ['node:crypto', 'node:fs', 'services/console/vite.config.ts', 'vite']],
  ['services/console/vite.config.ts', ['node:url', 'vite']],
  // The verb that plays scenarios is the runner's door.
  ['services/cli', [...service, ...root, 'services/runner', 'commander']],
  ['services/cli/launch.mjs', ['services/cli/coexist.ts', 'node:child_process', 'node:fs', 'node:url']],
  // A lab is asked by the runner's client of control ports.
  ['services/lab', [...service, ...root, 'services/runner']],
  ['services/lab/vitest.ts', [...service, ...root, 'services/lab', 'services/runner', 'vitest']],
  ['services/runner', [...service, ...root]],
  // the composition root
  ...composition.map((file): [string, readonly string[]] => [file, ['services', ...service]]),
  ['services/catalogue.ts', ['services', ...service]],
  ['services/config.ts', [...root, ...service, 'yaml']],
  ['services/client-environment.ts', ['shared/service']],
  ['services/listeners.ts', ['node:dgram', 'node:net']],
  ['services/flags.ts', [...root, kernel, 'shared/domain/world', 'node:util']],
  ['services/heap.ts', ['node:v8']],
  ['services/distribution-flags.ts', ['services/flags.ts', 'node:net']],
  ['services/ports.ts', [...root, kernel, 'shared/domain/world']],
  ['services/variables.ts', ['services/flags.ts', kernel, 'node:fs']],
  ['services/build.ts', ['node:child_process', 'node:fs', 'node:url', 'services/console/build.ts']],
  ['services/install.mjs', ['node:child_process', 'node:crypto', 'node:fs', 'node:url']],
  // around the product
  [
    'docker/testcontainers',
    [
      ...['shared', 'node:*', 'testcontainers', 'services/admin/endpoints.ts', 'services/cli/admin-client.ts'],
      ...['services/ports.ts', 'services/world-source.ts'],
    ],
  ],
  ['docker/compiler-only.mjs', ['node:fs']],
  ['scenarios', []],
  // Programs that stories run: anybody's own, without a view of the product.
  ['scenarios/clients', ['@ewsjs/xhr', 'ews-javascript-api', 'node:*']],
  ['test', ['*']],
  ['vitest.config.ts', ['vitest']],
];

/** A protocol: stateless and clockless. Its client, where it has one, dials, and may sign in by NTLM. */
function protocol(name: string, more: readonly string[]): [string, readonly string[]][] {
  const room = `shared/protocols/${name}`;
  const sees = [kernel, xml, ...pure, ...more];
  return [
    [room, sees],
    [`${room}/client.ts`, [room, 'shared/net', 'shared/protocols/ntlm', ...sees]],
  ];
}

function domain(name: string): readonly string[] {
  const before = domainInOrder.slice(0, domainInOrder.indexOf(name)).map((earlier) => `shared/domain/${earlier}`);
  const own: Record<string, readonly string[]> = { world: ['yaml', 'zod', ...files], identity: ['js-md4'] };
  return [kernel, 'shared/store', ...before, ...pure, ...timers, 'kysely', ...(own[name] ?? [])];
}

function alone(name: string): [string, readonly string[]] {
  return [`services/${name}`, service];
}
