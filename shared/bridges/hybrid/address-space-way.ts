import type { Recipient } from '../../domain/directory/recipient.ts';
import { serviceConnectionPoint } from '../../domain/organization/client-access.ts';
import type { AvailabilityAddressSpace } from '../../domain/trust/availability-address-spaces.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { securityContextElement } from '../../protocols/ews/request-header.ts';
import { type AccountCredentials, basicAuthorization } from '../../protocols/ntlm/client.ts';
import { callElsewhere } from './call-elsewhere.ts';
import { type Discovered, discoverEws, knownOrDiscovered } from './discover.ts';
import type { OutboundParty } from './party.ts';
import { hybridRefusal } from './refusals.ts';
import type { Way } from './way.ts';

/**
 * The way by an account of the other forest: what calendars give to all is what comes back ("Deep Dive: How
 * Hybrid Authentication Really Works", the part on free/busy between forests), with `PerUserFB` what they give to the user,
 * whom the account names in SerializedSecurityContext. The account signs in by NTLM where the other side offers it, with
 * `OrgWideFBBasic` by Basic whatever it offers, which is how we read the name.
 */
export function addressSpaceWay(party: OutboundParty, space: AvailabilityAddressSpace, user: Recipient): Way {
  const { ForestName: name, TargetAutodiscoverEpr, AccessMethod } = space;
  const endpoint = TargetAutodiscoverEpr === '' ? `https://autodiscover.${name}/autodiscover/autodiscover.svc` : TargetAutodiscoverEpr;
  const connectionPoint = TargetAutodiscoverEpr === '' ? serviceConnectionPoint(party.organization, party.settings, name) : undefined;
  const isBasic = AccessMethod === 'OrgWideFBBasic';
  const headers = AccessMethod === 'PerUserFB' ? [contextOf(user)] : [];
  return {
    name,
    locate: (mailboxes) =>
      knownOrDiscovered(party, endpoint, mailboxes, async (unknown) => {
        const account = accountOf(space);
        const credential = isBasic ? { authorization: basicAuthorization(account) } : { account };
        return (
          (connectionPoint === undefined ? undefined : await askedFirst(party, connectionPoint, unknown, credential)) ??
          discoverEws(party, endpoint, unknown, credential)
        );
      }),
    async call(url, contract, request) {
      const account = accountOf(space);
      const credentials = isBasic ? ({ ...account, is: 'basic' } as const) : account;
      return callElsewhere(party, { url, credentials, contract, request, headers });
    },
  };
}

/**
 * What the Autodiscover behind a service connection point says, whatever that is; undefined where it cannot be reached: then DNS
 * comes next (KB 3010570 names the two ways; their order and what ends it is that of clients, learn.microsoft.com "How to: Find
 * Autodiscover endpoints by using SCP lookup in Exchange").
 */
async function askedFirst(...[party, address, ...asked]: Parameters<typeof discoverEws>): Promise<readonly Discovered[] | undefined> {
  party.tell?.(`the service connection point of the forest names ${address}`);
  try {
    return await discoverEws(party, address, ...asked);
  } catch (error) {
    if (!(error instanceof Refusal) || party.signal?.aborted === true) throw error;
    party.tell?.(`${address} cannot be reached: ${error.code}`);
    return undefined;
  }
}

function contextOf({ sid, primaryAddress }: Recipient): ReturnType<typeof securityContextElement> {
  return securityContextElement({ userSid: sid, primarySmtpAddress: primaryAddress });
}

/** A computer account of this forest is nobody in another one. Our wording. */
function accountOf({ Credentials, ForestName }: AvailabilityAddressSpace): AccountCredentials {
  if (Credentials !== null) return { is: 'account', userName: Credentials.UserName, password: Credentials.Password };
  throw hybridRefusal('relationship-incomplete', `The availability address space '${ForestName}' has no credentials.`);
}
