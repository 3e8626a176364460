import { hasMail } from '../domain/directory/recipient.ts';
import { recipientTypes } from '../domain/world/vocabulary.ts';
import { rightCmdlets } from './recipient/right-noun.ts';

/** `Add-RecipientPermission info -Trustee joe -AccessRights SendAs`: who may send as a recipient, in the cloud. */
export const recipientPermission = rightCmdlets({
  kinds: ['cloud'],
  types: recipientTypes.filter(hasMail),
  right: 'SendAs',
  trustee: 'Trustee',
  rights: 'AccessRights',
  show: ({ owner, trustee }, inherited) => ({
    Identity: owner,
    Trustee: trustee,
    AccessControlType: 'Allow',
    AccessRights: ['SendAs'],
    IsInherited: inherited,
  }),
});
