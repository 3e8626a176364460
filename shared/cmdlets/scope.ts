import type { TokenCache } from '../bridges/hybrid/token-cache.ts';
import type { Directory } from '../domain/directory/directory.ts';
import type { NetworkFacts } from '../domain/organization/dns-zones.ts';
import type { Organization } from '../domain/organization/organization.ts';
import type { Registry } from '../domain/organization/registry.ts';
import type { Store } from '../domain/organization/transaction.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Identifiers } from '../kernel/ids.ts';
import type { Dialer } from '../net/dialer.ts';
import type { KeyPool } from '../net/key-pool.ts';
import type { CmdletScope } from './cmdlet.ts';
import { imapReacher } from './migration/imap-server.ts';
import { mrsProxyOpener, publicFolderAsker } from './migration/open-mrs-proxy.ts';

/** What cmdlets stand on, whoever runs them. */
export interface CmdletGround {
  readonly store: Pick<Store, 'transaction'>;
  readonly registry: Pick<Registry, 'current' | 'settings'>;
  /** Without `hold` and `imap` no MRSProxy and no IMAP server can be asked: while a world is seeded nothing listens yet. */
  readonly dialer: Pick<Dialer, 'https'> & Partial<Pick<Dialer, 'hold' | 'imap'>>;
  readonly keys: Pick<KeyPool, 'take'>;
  readonly tokens: TokenCache;
  readonly identifiers: Pick<Identifiers, 'guid'>;
  directory(organization: string): Directory;
  /** Where the servers of the world are; those of a world that has no listeners yet are on this machine. */
  readonly network?: NetworkFacts;
}

/** The scope in which cmdlets of an organisation are run at one moment; nobody hears it unless `warn` and `say` do. */
export async function openScope(
  ground: CmdletGround,
  organization: Organization,
  at: Instant,
  trace?: CmdletScope['trace'],
  warn: CmdletScope['warn'] = () => undefined,
  say: CmdletScope['say'] = () => undefined,
): Promise<CmdletScope> {
  const { store, registry, dialer, keys, tokens, identifiers } = ground;
  const { hold, imap } = dialer;
  return {
    organization,
    organizations: await registry.current(),
    at,
    transaction: (work) => store.transaction(work),
    directory: (name) => ground.directory(name),
    settings: (name) => registry.settings(name),
    dialer,
    ...(hold === undefined
      ? {}
      : {
          openMrsProxy: mrsProxyOpener({ hold }, identifiers, organization, trace),
          askPublicFolders: publicFolderAsker({ hold }, identifiers, organization, trace),
        }),
    ...(imap === undefined ? {} : { reachImap: imapReacher({ imap }, organization, trace) }),
    async selfSigned(request) {
      const [{ issueSelfSigned }, privateKey] = await Promise.all([import('../net/self-signed.ts'), keys.take()]);
      return issueSelfSigned({ ...request, privateKey });
    },
    async certificateRequest(request) {
      const [{ issueRequest }, privateKey] = await Promise.all([import('../net/certificate-request.ts'), keys.take()]);
      return issueRequest({ ...request, privateKey });
    },
    tokens,
    identifiers,
    network: ground.network ?? { addresses: ['127.0.0.1'], refused: [] },
    warn,
    say,
    trace,
  };
}
