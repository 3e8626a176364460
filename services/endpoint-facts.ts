import { isLoopbackName, type Listener } from '../shared/domain/organization/host-map.ts';
import type { WorldApplication } from '../shared/domain/world/world.ts';
import type { ClientRegistration } from '../shared/service/endpoints-document.ts';
import type { ProcessListener } from '../shared/store/process-table.ts';
import type { EndpointsSource } from './admin/endpoints.ts';
import type { Config } from './config.ts';
import type { Doors } from './doors.ts';
import type { Foundation } from './foundation.ts';
import { anyOf, firstOf } from './gathered-listeners.ts';
import { spellingOf } from './web-doors.ts';

/**
 * What `endpoints.json` tells of a lab, as far as its listeners are open: to this machine, or to others in its network, who have come by
 * the host `from`. Ports that were told of outside are for those who are outside.
 */
export function endpointFacts(
  config: Config,
  { world, certificates, processes, address: own }: Foundation,
  doors: Doors | undefined,
  from?: string,
): Omit<EndpointsSource, 'version' | 'startedAt' | 'adminUrl' | 'adminToken'> {
  const listeners = doors?.listeners() ?? new Map();
  const isEverywhere = config.host === '0.0.0.0' || config.host === '::';
  const reached = <L extends Listener>(listener: L): L =>
    from !== undefined && isEverywhere && isLoopbackName(listener.address) ? { ...listener, address: from } : listener;
  const one = (kind: ProcessListener['kind']): string | null => {
    const listener = anyOf(listeners, kind);
    return listener === undefined ? null : authorityOf(reached(listener));
  };
  const each = (kind: ProcessListener['kind']): ReadonlyMap<string, string> =>
    new Map([...firstOf(listeners, kind)].map(([owner, listener]) => [owner, authorityOf(reached(listener))]));
  const proxy = one('proxy');
  /** What was told of outside is published on this machine. */
  const isTold = (owner: string): boolean => from === undefined && processes !== undefined && doors?.told.has(owner) === true;
  const https = [...firstOf(listeners, 'https')].map(([owner, listener]) => [owner, reached(listener)] as const);
  const elsewhere = https.filter(([owner, { address }]) => from !== undefined || (address !== own && !isTold(owner)));
  return {
    pid: process.pid,
    caFile: certificates.caFile,
    proxyUrl: proxy === null ? null : `http://${proxy}`,
    http: one('http'),
    dns: one('dns'),
    submission: one('submission'),
    smtp: each('smtp'),
    clientSmtp: each('client-smtp'),
    host: config.host,
    organizations: doors?.organizations ?? [],
    httpsPorts: from === undefined ? (doors?.published ?? new Map()) : new Map(https.map(([owner, { port }]) => [owner, port])),
    spell: spellingOf(config),
    wellKnownPorts: config.wellKnownPorts,
    services: processes === undefined ? config.services : new Set(processes.live().flatMap(({ services }) => services)),
    elsewhere: new Map(elsewhere.map(([owner, { address }]) => [owner, address])),
    hosts: new Map(
      [...(doors?.hosts().hosts ?? [])].map(([name, entry]) => [
        name,
        entry === 'refused' ? entry : entry.isDevice !== true && isTold(entry.owner) ? { ...entry, address: '127.0.0.1' } : reached(entry),
      ]),
    ),
    clients: new Map(world.organizations.map(({ name, applications }) => [name, applications.map(registration)])),
    users: world.organizations.flatMap(({ name, kind, netbiosName, recipients }) =>
      recipients.flatMap(({ mail, account, type }) =>
        account === null || account.password === null || !account.enabled || type !== 'UserMailbox'
          ? []
          : [
              {
                mail,
                userName: kind === 'cloud' ? account.userPrincipalName : `${netbiosName}\\${account.samAccountName}`,
                password: account.password,
                organization: name,
              },
            ],
      ),
    ),
  };
}

function authorityOf({ address, port }: Listener): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}

function registration({ name, clientId, clientSecret, redirectUris }: WorldApplication): ClientRegistration {
  return { name, clientId, ...(clientSecret === null ? {} : { clientSecret }), redirectUris };
}
