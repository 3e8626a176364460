import { assertedUser } from '../../../shared/bridges/hybrid/asserted-user.ts';
import type { OutboundParty } from '../../../shared/bridges/hybrid/party.ts';
import { createTokenCache } from '../../../shared/bridges/hybrid/token-cache.ts';
import { openDirectory } from '../../../shared/domain/directory/directory.ts';
import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import { openRegistry } from '../../../shared/domain/organization/registry.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { OpenExchange } from '../../../shared/kernel/exchange.ts';
import { createIdentifiers } from '../../../shared/kernel/ids.ts';
import { seededRandom } from '../../../shared/kernel/random.ts';
import { calmSeams, type Seams } from '../../../shared/kernel/seams.ts';
import { createDialer } from '../../../shared/net/dialer.ts';
import type { TestLab } from '../../support/test-lab.ts';

/** A server of an organisation of the lab, as those that the services behind the front end are. */
export interface Server {
  /** The organisation as it is at the moment, for calls in one trace. */
  party(parent?: OpenExchange): Promise<OutboundParty>;
  user(mail: string): Promise<ReturnType<typeof assertedUser>>;
  recipient(mail: string): Promise<Recipient>;
  close(): Promise<void>;
}

/** `seams`: what may happen to its calls on the way out. */
export function openServer(lab: TestLab, name: string, seams: Seams = calmSeams): Server {
  const { hosts, caPem } = { hosts: lab.names.hosts, caPem: lab.names.ca };
  const now = (): number => lab.clock.state().now;
  const dialer = createDialer({
    caPem,
    clock: { now },
    recorder: lab.journal,
    seams,
    resolve(host, port) {
      const [address, listener] = /^(.*):(\d+)$/.exec(hosts[host] ?? '')?.slice(1) ?? [];
      if (address === undefined) return 'unknown';
      return port === 443 ? { address, port: Number(listener) } : 'refused';
    },
  });
  const registry = openRegistry(lab.store);
  const directory = openDirectory(lab.store, name);
  const tokens = createTokenCache();
  const identifiers = createIdentifiers(seededRandom(name));
  return {
    async party(parent) {
      const organization = present((await registry.current()).byName(name), name);
      const settings = await registry.settings(name);
      return { organization, settings, at: now(), dialer, identifiers, tokens, service: 'ews', parent };
    },
    user: async (mail) => assertedUser(present(await directory.byAddress(mail), mail)),
    recipient: async (mail) => present(await directory.byAddress(mail), mail),
    async close() {
      registry.close();
      directory.close();
      await dialer.close();
    },
  };
}
