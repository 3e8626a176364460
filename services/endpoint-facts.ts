import type { WorldApplication } from '../shared/domain/world/world.ts';
import type { ClientRegistration, EndpointsSource } from './admin/endpoints.ts';
import type { Config } from './config.ts';
import type { Doors } from './doors.ts';
import type { Foundation } from './foundation.ts';

/** What `endpoints.json` tells of a lab, as far as its listeners are open. */
export function endpointFacts(
  config: Config,
  { world, certificates }: Foundation,
  doors: Doors | undefined,
): Omit<EndpointsSource, 'version' | 'startedAt' | 'adminUrl' | 'adminToken'> {
  return {
    pid: process.pid,
    caFile: certificates.caFile,
    proxyUrl: doors?.proxyUrl ?? null,
    http: doors?.http ?? null,
    dns: doors?.dns ?? null,
    submission: doors?.submission ?? null,
    smtp: doors?.smtp ?? new Map(),
    clientSmtp: doors?.clientSmtp ?? new Map(),
    host: config.host,
    organizations: doors?.organizations ?? [],
    httpsPorts: doors?.published ?? new Map(),
    services: config.services,
    hosts: doors?.hosts().hosts ?? new Map(),
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

function registration({ name, clientId, clientSecret, redirectUris }: WorldApplication): ClientRegistration {
  return { name, clientId, ...(clientSecret === null ? {} : { clientSecret }), redirectUris };
}
