import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createFrontend } from '../../../services/frontend/service.ts';
import type { LabOptions } from '../../../services/lab/service.ts';
import type { MailboxDoors } from '../../../services/mrsproxy/context.ts';
import { createMrsProxyService } from '../../../services/mrsproxy/service.ts';
import { type Directory, openDirectory } from '../../../shared/domain/directory/directory.ts';
import { openRegistry } from '../../../shared/domain/organization/registry.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { createIdentifiers } from '../../../shared/kernel/ids.ts';
import { seededRandom } from '../../../shared/kernel/random.ts';
import { calmSeams, type Seams } from '../../../shared/kernel/seams.ts';
import { createCertificateStore } from '../../../shared/net/certificates.ts';
import { createDialer, type Dialer } from '../../../shared/net/dialer.ts';
import type { MrsEndpoint } from '../../../shared/protocols/mrs/client.ts';
import { productCapabilities, readCapabilities } from '../../../shared/protocols/mrs/version.ts';
import type { AccountCredentials } from '../../../shared/protocols/ntlm/client.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { holdings, type MemoryDestination, type MemorySource, memoryDestination, memorySource } from './memory-mailbox.ts';

/** A lab, and before its store another front end whose proxy moves mailboxes of the test's own. */
export interface ProxyLab {
  readonly lab: TestLab;
  readonly url: string;
  readonly port: number;
  readonly ca: string;
  /** What the proxy opens; a test puts others in their place. */
  mailboxes: { source: MemorySource; destination: MemoryDestination };
  readonly opened: Parameters<MailboxDoors['openSource']>[0][];
  seams: Seams;
  readonly dialer: Dialer;
  endpoint(changes?: Partial<MrsEndpoint>): MrsEndpoint;
  account(name?: string, password?: string): AccountCredentials;
  set(line: string): Promise<void>;
  close(): Promise<void>;
}

const web = 'mail.contoso.test';

export async function openProxyLab(options: LabOptions = {}): Promise<ProxyLab> {
  const lab = await openTestLab(options);
  const registry = openRegistry(lab.store);
  const directories = new Map<string, Directory>();
  const clock = { now: () => lab.clock.state().now };
  const identifiers = createIdentifiers(seededRandom('proxy'));
  const state: Pick<ProxyLab, 'mailboxes' | 'seams'> = {
    mailboxes: { source: memorySource(holdings()), destination: memoryDestination() },
    seams: calmSeams,
  };
  const seams: Seams = { at: (seam, facts) => state.seams.at(seam, facts) };
  const opened: ProxyLab['opened'] = [];
  const app = createMrsProxyService({
    store: lab.store,
    organizations: () => registry.current(),
    settings: (name) => registry.settings(name),
    directory(name) {
      const found = directories.get(name) ?? openDirectory(lab.store, name);
      directories.set(name, found);
      return found;
    },
    publishedPorts: () => new Map(),
    identifiers,
    seams,
    async openSource(wanted) {
      opened.push(wanted);
      return state.mailboxes.source;
    },
    async openDestination(wanted) {
      opened.push(wanted);
      return state.mailboxes.destination;
    },
  });
  await app.ready();
  const certificates = await createCertificateStore({
    folder: join(lab.dataDir, 'certificates'),
    realNow: () => Date.now(),
    permittedNames: [],
  });
  const organization = present((await registry.current()).byName('contoso'), 'contoso');
  const frontend = await createFrontend({
    ...{ recorder: lab.journal, clock, identifiers, seams, version: '1', traceHeaders: true, certificates },
    ...{ organizations: [organization], defaultOrganization: 'contoso', settings: (name: string) => registry.settings(name) },
    apps: new Map([['mrsproxy', app]]),
  });
  await new Promise<void>((resolve) => frontend.server.listen(0, '127.0.0.1', resolve));
  const { port } = frontend.server.address() as AddressInfo;
  const dialer = createDialer({
    ...{ caPem: certificates.caPem, clock, recorder: lab.journal, seams: calmSeams },
    resolve: (host, asked) => (host !== web ? 'unknown' : asked === 443 ? { address: '127.0.0.1', port } : 'refused'),
  });
  const url = `https://${web}/EWS/mrsproxy.svc`;
  const account = (name = 'CONTOSO\\administrator', password = lab.password): AccountCredentials => ({
    is: 'account',
    userName: name,
    password,
  });
  return {
    ...{ lab, url, port, ca: certificates.caPem, opened, dialer, account },
    get mailboxes() {
      return state.mailboxes;
    },
    set mailboxes(told) {
      state.mailboxes = told;
    },
    get seams() {
      return state.seams;
    },
    set seams(told) {
      state.seams = told;
    },
    endpoint: (changes = {}) => ({ ...endpointOf(dialer, identifiers, account()), ...changes }),
    async set(line) {
      await runCmdlet(lab, 'contoso', `Set-WebServicesVirtualDirectory "EWS (Default Web Site)" ${line}`);
    },
    async close() {
      await dialer.close();
      await frontend.close(0);
      await app.close();
      registry.close();
      for (const directory of directories.values()) directory.close();
      await lab.close();
    },
  };
}

/** Exchange Online, calling Contoso. */
export function endpointOf(
  dialer: Pick<Dialer, 'hold'>,
  identifiers: MrsEndpoint['identifiers'],
  account: AccountCredentials,
): MrsEndpoint {
  return {
    ...{ dialer, account, identifiers, url: `https://${web}/EWS/mrsproxy.svc` },
    ...{ service: 'migration', organization: 'contoso-cloud', timeoutMs: 20_000 },
    version: {
      product: [15, 20, 9115, 17],
      computerName: 'AM0PR01MB0001.prod.outlook.test',
      capabilities: readCapabilities(productCapabilities['exchange-online']),
    },
  };
}

/** The way of a server of the lab's own world to its front ends. */
export function dialerOf(lab: TestLab): Dialer {
  return createDialer({
    ...{ caPem: lab.names.ca, clock: { now: () => lab.clock.state().now }, recorder: lab.journal, seams: calmSeams },
    resolve(host, port) {
      const [address, listener] = (lab.names.hosts[host] ?? '').split(':');
      if (address === undefined || listener === undefined) return 'unknown';
      return port === 443 ? { address, port: Number(listener) } : 'refused';
    },
  });
}
