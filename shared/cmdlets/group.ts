import { isGroup, typeDetails } from '../domain/directory/recipient.ts';
import { recipientTypes } from '../domain/world/vocabulary.ts';
import type { Cmdlet } from './cmdlet.ts';
import { getRecipients } from './recipient/noun.ts';
import { nameOf, namesOf } from './recipient/shown.ts';

/** `Get-Group`: groups of the directory, with mail or without. */
export const getGroup: Cmdlet = getRecipients({
  noun: 'Group',
  kinds: ['on-premises', 'cloud'],
  types: recipientTypes.filter((type) => isGroup({ type })),
  async show(group, scope) {
    const { type, displayName, primaryAddress, members, settings, guid } = group;
    return {
      DisplayName: displayName,
      GroupType: type.includes('Security') ? 'Universal, SecurityEnabled' : 'Universal',
      IsDirSynced: settings.sourceAnchor !== undefined,
      ManagedBy: await namesOf(scope, settings.managedBy),
      Members: await namesOf(scope, members),
      RecipientType: type,
      RecipientTypeDetails: typeDetails(group),
      WindowsEmailAddress: primaryAddress,
      Name: nameOf(group),
      Identity: displayName,
      Guid: guid,
    };
  },
});
