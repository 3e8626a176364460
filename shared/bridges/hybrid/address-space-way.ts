import type { AvailabilityAddressSpace, StoredCredentials } from '../../domain/trust/availability-address-spaces.ts';
import { callElsewhere } from './call-elsewhere.ts';
import { discoverEws, knownOrDiscovered } from './discover.ts';
import type { OutboundParty } from './party.ts';
import { hybridRefusal } from './refusals.ts';
import type { Way } from './way.ts';

/**
 * The way by an account of the other forest, whoever asks: what calendars give to all is what comes back ("Deep Dive: How
 * Hybrid Authentication Really Works", the part on free/busy between forests).
 */
export function addressSpaceWay(party: OutboundParty, space: AvailabilityAddressSpace): Way {
  const { ForestName: name, TargetAutodiscoverEpr } = space;
  const endpoint = TargetAutodiscoverEpr === '' ? `https://autodiscover.${name}/autodiscover/autodiscover.svc` : TargetAutodiscoverEpr;
  return {
    name,
    locate: (mailbox) =>
      knownOrDiscovered(party, endpoint, mailbox, () =>
        discoverEws(party, endpoint, mailbox, { authorization: basic(credentialsOf(space)) }),
      ),
    call(url, contract, request) {
      const { UserName: userName, Password: password } = credentialsOf(space);
      return callElsewhere(party, { url, credentials: { is: 'basic', userName, password }, contract, request });
    },
  };
}

function basic({ UserName, Password }: StoredCredentials): string {
  return `Basic ${Buffer.from(`${UserName}:${Password}`).toString('base64')}`;
}

/** A computer account of this forest is nobody in another one. Our wording. */
function credentialsOf({ Credentials, ForestName }: AvailabilityAddressSpace): StoredCredentials {
  if (Credentials !== null) return Credentials;
  throw hybridRefusal('relationship-incomplete', `The availability address space '${ForestName}' has no credentials.`);
}
