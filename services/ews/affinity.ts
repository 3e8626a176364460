import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import { profileOf } from '../../shared/domain/organization/profiles.ts';
import type { Instant } from '../../shared/kernel/clock.ts';
import type { Identifiers } from '../../shared/kernel/ids.ts';

const yearMs = 365 * 86_400_000;

/**
 * Names the server behind the front end, which is the one there is, and gives the cookies by which clients stay with it:
 * `exchangecookie` to whoever has none, `X-BackEndOverrideCookie` where `X-PreferServerAffinity: true` asks for it and
 * it is not sent yet (reference ews.md 2.6; learn.microsoft.com "Maintain affinity between a group of subscriptions and the
 * Mailbox server in Exchange"). What stands behind the name in the latter is a number of ours.
 */
export function tellServer(
  request: FastifyRequest,
  reply: FastifyReply,
  { product, domains }: Organization,
  { instant, identifiers }: { readonly instant: Instant; readonly identifiers: Pick<Identifiers, 'guid'> },
): void {
  const { serverName } = profileOf(product);
  const fqdn = `${serverName}.${domains[0] ?? ''}`;
  reply.header('x-targetbeserver', fqdn).header('x-diaginfo', serverName);
  const sent = request.headers.cookie ?? '';
  if (!/(?:^|;\s*)exchangecookie=/i.test(sent)) {
    const expires = new Date(instant + yearMs).toUTCString();
    reply.header('set-cookie', `exchangecookie=${identifiers.guid().replaceAll('-', '')}; expires=${expires}; path=/; HttpOnly`);
  }
  if (request.headers['x-preferserveraffinity']?.toString().toLowerCase() === 'true' && !/(?:^|;\s*)X-BackEndOverrideCookie=/i.test(sent))
    reply.header('set-cookie', `X-BackEndOverrideCookie=${fqdn}~${serverNumber}; path=/; secure; HttpOnly`);
}

const serverNumber = 1_941_962_753;
