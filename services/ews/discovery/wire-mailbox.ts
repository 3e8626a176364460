import { isGroup, localMailbox, type Recipient } from '../../../shared/domain/directory/recipient.ts';

/** A mailbox, here or elsewhere, or a group, as discovery tells of it. */
export function wireMailbox(recipient: Recipient) {
  const { guid, exchangeGuid, primaryAddress, targetAddress, displayName, legacyDn } = recipient;
  const isElsewhere = !isGroup(recipient) && localMailbox(recipient) === null;
  return {
    Guid: exchangeGuid ?? guid,
    PrimarySmtpAddress: primaryAddress,
    IsExternalMailbox: isElsewhere,
    ExternalEmailAddress: isElsewhere ? (targetAddress ?? '') : '',
    DisplayName: displayName,
    IsMembershipGroup: isGroup(recipient),
    ReferenceId: legacyDn,
  };
}
