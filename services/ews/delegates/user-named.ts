import type { Directory } from '../../../shared/domain/directory/directory.ts';
import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import { ewsRefusal } from '../failures.ts';
import type { WireDelegate } from './wire-delegate.ts';

export type UserId = WireDelegate['UserId'];

/**
 * Whom a request about delegates names, by SID or address, which must agree. Refuses as Microsoft's page "ResponseCode" has
 * it: ErrorDistinguishedUserNotSupported, ErrorMissingUserIdInformation, ErrorInvalidUserSid, ErrorDelegateNoUser,
 * ErrorInvalidDelegateUserId.
 */
export async function userNamed(directory: Directory, user: UserId): Promise<Recipient> {
  const { SID, PrimarySmtpAddress, DistinguishedUser } = user;
  if (DistinguishedUser !== undefined) throw ewsRefusal('ErrorDistinguishedUserNotSupported', { detail: DistinguishedUser });
  const bySid = SID === undefined ? undefined : await directory.bySid(SID);
  if (SID !== undefined && bySid === undefined) throw ewsRefusal('ErrorInvalidUserSid', { detail: SID });
  const byAddress = PrimarySmtpAddress === undefined ? undefined : await directory.byAddress(PrimarySmtpAddress);
  if (PrimarySmtpAddress !== undefined && byAddress === undefined) throw ewsRefusal('ErrorDelegateNoUser', { detail: PrimarySmtpAddress });
  const found = bySid ?? byAddress;
  if (found === undefined) throw ewsRefusal('ErrorMissingUserIdInformation');
  if (byAddress !== undefined && found !== byAddress) throw ewsRefusal('ErrorInvalidDelegateUserId');
  return found;
}
