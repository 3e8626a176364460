import type { Recipient } from '../directory/recipient.ts';
import type { Organization } from '../organization/organization.ts';
import type { Settings } from '../organization/settings.ts';
import { largestMessageBytes } from './largest-message.ts';
import { transportConfigOf } from './transport-config.ts';

/** How large a message may be, in octets. */
export interface SizeLimits {
  /** Whoever it is for. */
  readonly send: number;
  /** For a recipient here who has no limit of his own. */
  readonly receive: number;
  /** For whoever is elsewhere. */
  readonly outside: number;
}

/**
 * The limits of a message ("Order of precedence and placement of message size limits", OfficeDocs-Exchange): people's own
 * go before the organisation's between themselves; what comes from outside is measured by the organisation's limit for
 * sending, what goes there by the one for receiving.
 *
 * @param author undefined: somebody of another organisation, or one whom the directory does not have
 */
export function sizeLimitsOf(
  { organization, settings }: { readonly organization: Pick<Organization, 'kind'>; readonly settings: Settings },
  isInternal: boolean,
  author: Pick<Recipient, 'settings'> | undefined,
): SizeLimits {
  const { MaxSendSize, MaxReceiveSize } = transportConfigOf(organization, settings);
  const own = isInternal ? author?.settings.maxSendSize : undefined;
  return { send: own ?? octets(MaxSendSize), receive: octets(MaxReceiveSize), outside: octets(MaxReceiveSize) };
}

/** Octets of the largest message that somebody here takes; without him, one who has no limit of his own. */
export function largestReceived(
  { organization, settings }: { readonly organization: Pick<Organization, 'kind'>; readonly settings: Settings },
  recipient?: Pick<Recipient, 'settings'>,
): number {
  const limit = recipient?.settings.maxReceiveSize ?? octets(transportConfigOf(organization, settings).MaxReceiveSize);
  return Math.min(limit, largestMessageBytes);
}

function octets(limit: number | 'unlimited'): number {
  return limit === 'unlimited' ? Number.POSITIVE_INFINITY : limit;
}
