import type { Recipient } from '../../domain/directory/recipient.ts';
import type { AvailabilityAddressSpace } from '../../domain/trust/availability-address-spaces.ts';
import { securityContextElement } from '../../protocols/ews/request-header.ts';
import { type AccountCredentials, basicAuthorization } from '../../protocols/ntlm/client.ts';
import { callElsewhere } from './call-elsewhere.ts';
import { discoverEws, knownOrDiscovered } from './discover.ts';
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
  const isBasic = AccessMethod === 'OrgWideFBBasic';
  const headers = AccessMethod === 'PerUserFB' ? [contextOf(user)] : [];
  return {
    name,
    locate: (mailboxes) =>
      knownOrDiscovered(party, endpoint, mailboxes, async (unknown) => {
        const account = accountOf(space);
        return discoverEws(party, endpoint, unknown, isBasic ? { authorization: basicAuthorization(account) } : { account });
      }),
    async call(url, contract, request) {
      const account = accountOf(space);
      const credentials = isBasic ? ({ ...account, is: 'basic' } as const) : account;
      return callElsewhere(party, { url, credentials, contract, request, headers });
    },
  };
}

function contextOf({ sid, primaryAddress }: Recipient): ReturnType<typeof securityContextElement> {
  return securityContextElement({ userSid: sid, primarySmtpAddress: primaryAddress });
}

/** A computer account of this forest is nobody in another one. Our wording. */
function accountOf({ Credentials, ForestName }: AvailabilityAddressSpace): AccountCredentials {
  if (Credentials !== null) return { is: 'account', userName: Credentials.UserName, password: Credentials.Password };
  throw hybridRefusal('relationship-incomplete', `The availability address space '${ForestName}' has no credentials.`);
}
