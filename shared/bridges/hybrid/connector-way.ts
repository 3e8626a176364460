import type { Recipient } from '../../domain/directory/recipient.ts';
import type { IntraOrganizationConnector } from '../../domain/trust/intra-organization-connectors.ts';
import { assertedUser } from './asserted-user.ts';
import { callElsewhere } from './call-elsewhere.ts';
import { discoverEws, knownOrDiscovered } from './discover.ts';
import { graphDoor } from './graph-door.ts';
import { forgetCredential, outboundCredential } from './outbound.ts';
import type { OutboundParty } from './party.ts';
import { hybridRefusal } from './refusals.ts';
import type { Way } from './way.ts';

/** The way by OAuth: the user goes as himself, and the other side sees who it is ("Deep Dive: How Hybrid Authentication Really Works"). */
export function connectorWay(party: OutboundParty, connector: IntraOrganizationConnector, user: Recipient): Way {
  const { Name: name, TargetSharingEpr, DiscoveryEndpoint: endpoint } = connector;
  const asserted = assertedUser(user);
  const graph = graphDoor(party);
  return {
    name,
    ...(graph === undefined ? {} : { graph }),
    async locate(mailboxes) {
      if (TargetSharingEpr !== '') {
        party.tell?.(`the intra-organization connector '${name}' names the address ${TargetSharingEpr}`);
        return mailboxes.map(() => TargetSharingEpr);
      }
      if (endpoint === '')
        throw hybridRefusal(
          'relationship-incomplete',
          `The intra-organization connector '${name}' has neither DiscoveryEndpoint nor TargetSharingEpr.`,
        );
      return knownOrDiscovered(party, endpoint, mailboxes, async (unknown) => {
        const { authorization } = await outboundCredential(party, endpoint, asserted);
        return discoverEws(party, endpoint, unknown, { authorization });
      });
    },
    async call(url, contract, request) {
      const { authorization, impersonate } = await outboundCredential(party, url, asserted);
      const result = await callElsewhere(party, {
        url,
        credentials: { is: 'bearer', token: authorization.slice('Bearer '.length) },
        contract,
        request,
        ...(impersonate === undefined ? {} : { impersonation: { by: 'PrimarySmtpAddress', value: impersonate } }),
      });
      // Keys may have changed since the token was issued, trust since the challenge was heard.
      if (result.is === 'http' && result.status === 401) forgetCredential(party, url);
      return result;
    },
  };
}
