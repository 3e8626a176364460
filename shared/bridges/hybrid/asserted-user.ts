import type { Recipient } from '../../domain/directory/recipient.ts';
import type { OuterUser } from '../authority/issue.ts';

/**
 * A user as his organisation names him in an outer token: by SID, as servers on-premises do, and by every address that
 * the other side may know (MS-XOAUTH; dirkjanm/ROADtools `auth.py`).
 */
export function assertedUser({ sid, userPrincipalName, primaryAddress }: Recipient): OuterUser {
  return {
    nii: 'urn:office:idp:activedirectory',
    ...(sid === null ? {} : { nameid: sid }),
    ...(userPrincipalName === null ? {} : { upn: userPrincipalName }),
    smtp: primaryAddress,
    sip: primaryAddress,
  };
}
