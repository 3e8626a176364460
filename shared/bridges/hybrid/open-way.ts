import type { Recipient } from '../../domain/directory/recipient.ts';
import type { OfferName } from '../../domain/trust/offers.ts';
import { addressSpaceWay } from './address-space-way.ts';
import type { ChosenWay } from './choose-way.ts';
import { connectorWay } from './connector-way.ts';
import { callDelegated, delegatedTargets, delegationToken } from './delegated.ts';
import type { OutboundParty } from './party.ts';
import type { Way } from './way.ts';

/** Who goes, and what for: an offer of the federation gateway, which the other ways do not ask about. */
export interface Traveller {
  readonly party: OutboundParty;
  readonly user: Recipient;
  readonly offer: OfferName;
}

/** Opens a way for a user. Nothing is asked of anybody yet. */
export function openWay(chosen: ChosenWay, traveller: Traveller): Way {
  switch (chosen.is) {
    case 'connector':
      return connectorWay(traveller.party, chosen.connector, traveller.user);
    case 'address-space':
      return addressSpaceWay(traveller.party, chosen.space, traveller.user);
    case 'relationship': {
      const { party, user, offer } = traveller;
      const { relationship } = chosen;
      return {
        name: relationship.Name,
        locate: (mailboxes) => delegatedTargets(party, relationship, mailboxes, user, offer),
        async call(url, contract, request) {
          const { token } = await delegationToken(party, { target: relationship.TargetApplicationUri, offer, user });
          return callDelegated(party, { url, token, contract, request });
        },
      };
    }
  }
}
