import { createSeedDialer } from '../../../shared/bridges/seed/seed-dialer.ts';
import { seedWorld } from '../../../shared/bridges/seed/seed-world.ts';
import type { CmdletObject, CmdletScope } from '../../../shared/cmdlets/cmdlet.ts';
import { runCmdlet } from '../../../shared/cmdlets/index.ts';
import type { CmdletGround } from '../../../shared/cmdlets/scope.ts';
import { type Directory, openDirectory } from '../../../shared/domain/directory/directory.ts';
import { openRegistry } from '../../../shared/domain/organization/registry.ts';
import type { Settings } from '../../../shared/domain/organization/settings.ts';
import { createIdentifiers } from '../../../shared/kernel/ids.ts';
import { seededRandom } from '../../../shared/kernel/random.ts';
import { openStore, type Store } from '../../../shared/store/database.ts';
import { testScope } from '../../support/cmdlet-scope.ts';
import { testKeys } from '../../support/test-keys.ts';
import { worldOf } from '../seed/worlds.ts';

export const tenantId = '11111111-1111-4111-8111-111111111111';
export const exchangeAppId = '00000002-0000-0ff1-ce00-000000000000';
export const daemonId = '22222222-2222-4222-8222-222222222222';
/** A Monday, whole seconds. */
export const start = Date.UTC(2026, 10, 16);
export const dayMs = 86_400_000;

/** An organisation, its tenant in an era, and a stranger; few recipients, no mail. */
const worldText = (era: string) => `
version: 1
clock: { mode: real }
random: 1
password: Pa55word!
organizations:
  contoso:
    kind: on-premises
    title: Contoso
    product: exchange-se
    netbiosName: CONTOSO
    domains: [contoso.test]
    hosts: { web: mail.contoso.test, autodiscover: autodiscover.contoso.test }
    users:
      - { mail: mary@contoso.test, displayName: Mary Major, department: Sales }
      - { mail: svc@contoso.test }
    groups:
      - { mail: service@contoso.test, members: [svc] }
  contoso-cloud:
    kind: cloud
    title: Contoso
    product: exchange-online
    era: ${era}
    tenantId: ${tenantId}
    domains: [contoso.test, contoso.onmicrosoft.test, contoso.mail.onmicrosoft.test]
    hosts: { web: outlook.office365.test, autodiscover: autodiscover-s.outlook.test }
    users:
      - { mail: joe@contoso.test, displayName: Joe Jones }
      - { mail: zoe@contoso.test }
    sharedMailboxes:
      - { mail: info@contoso.test }
    groups:
      - { mail: sales@contoso.test, members: [joe] }
    applications:
      - { name: daemon, clientId: ${daemonId}, clientSecret: daemon-Pa55word!, roles: [full_access_as_app] }
      - { name: public, clientId: 44444444-4444-4444-8444-444444444444, public: true }
  fabrikam:
    kind: on-premises
    title: Fabrikam
    product: exchange-2016
    netbiosName: FABRIKAM
    domains: [fabrikam.test, sales.fabrikam.test]
    hosts: { web: mail.fabrikam.test, autodiscover: autodiscover.fabrikam.test }
    users:
      - { mail: pat@fabrikam.test }
`;

/** A property that is shown as text. */
export function textShown(object: CmdletObject | undefined, property: string): string {
  const value = object?.[property];
  if (typeof value !== 'string') throw new Error(`${property} is no text`);
  return value;
}

export interface TrustLab {
  /** Runs a line, by default on-premises at the start. */
  run(line: string, organization?: string, at?: number): Promise<readonly CmdletObject[]>;
  settings(organization?: string): Promise<Settings>;
  /** What answers from now on, instead of the authentication service's documents. */
  answer(https: CmdletGround['dialer']['https'] | undefined): void;
  /** What MRSProxy of any host answers from now on; at first nobody can be asked. */
  proxy(open: CmdletScope['openMrsProxy']): void;
  /** The authentication service's documents, and its domain service. */
  documents: CmdletGround['dialer']['https'];
  /** Addresses that were called. */
  readonly called: readonly string[];
  /** What cmdlets warned of. */
  readonly warned: readonly string[];
  /** What they said besides. */
  readonly said: readonly string[];
  readonly store: Store;
  close(): Promise<void>;
}

export async function openTrustLab(era = '2019'): Promise<TrustLab> {
  const store = await openStore({ location: ':memory:' });
  const keys = testKeys();
  await seedWorld(store, await worldOf(worldText(era)), start, keys);
  const registry = openRegistry(store);
  const directories = new Map<string, Directory>();
  const directory = (name: string): Directory => {
    const open = directories.get(name) ?? openDirectory(store, name);
    directories.set(name, open);
    return open;
  };
  const identifiers = createIdentifiers(seededRandom('trust-lab'));
  let now = start;
  const documents: CmdletGround['dialer']['https'] = (call) => createSeedDialer(registry, { store, at: now, identifiers }).https(call);
  const called: string[] = [];
  const warned: string[] = [];
  const said: string[] = [];
  let https = documents;
  let openMrsProxy: CmdletScope['openMrsProxy'];
  const dialer: CmdletGround['dialer'] = {
    https(call) {
      called.push(call.url);
      return https(call);
    },
  };
  return {
    documents,
    called,
    warned,
    said,
    store,
    async run(line, name = 'contoso', at = start) {
      const organization = (await registry.current()).byName(name);
      if (organization === undefined) throw new Error(`no organisation ${name}`);
      now = at;
      const ground = { store, registry, directory, dialer, keys, identifiers };
      const scope = await testScope(ground, organization, at, (text) => void warned.push(text));
      return runCmdlet({ ...scope, say: (text) => void said.push(text), ...(openMrsProxy && { openMrsProxy }) }, line);
    },
    settings: (name = 'contoso') => registry.settings(name),
    answer(other) {
      https = other ?? documents;
    },
    proxy(open) {
      openMrsProxy = open;
    },
    async close() {
      registry.close();
      for (const open of directories.values()) open.close();
      await store.close();
    },
  };
}
