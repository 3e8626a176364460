import { recipientTypes } from '../domain/world/vocabulary.ts';
import { rightCmdlets } from './recipient/right-noun.ts';

/** `Add-ADPermission Info -User mary -ExtendedRights "Send As"`: who may send as a recipient, on-premises; no other right is kept. */
export const adPermission = rightCmdlets({
  kinds: ['on-premises'],
  types: recipientTypes,
  right: 'SendAs',
  trustee: 'User',
  rights: 'ExtendedRights',
  show: ({ owner, trustee }, inherited) => ({
    Identity: owner,
    User: trustee,
    Deny: false,
    Inherited: inherited,
    AccessRights: ['ExtendedRight'],
    ExtendedRights: ['Send-As'],
  }),
});
