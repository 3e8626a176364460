import { localMailbox, type Recipient } from '../../shared/domain/directory/recipient.ts';
import type { AdvertisedUrls } from '../../shared/domain/organization/advertised-urls.ts';
import type { Guid } from '../../shared/kernel/ids.ts';
import { Refusal } from '../../shared/kernel/refusal.ts';
import type { Asked, AutodiscoverContext } from './context.ts';
import type { LookupRefusal } from './failures.ts';
import { remoteUrls } from './urls.ts';

/** Where a mailbox is, as seen by the organisation that was asked. */
export type Located =
  | { readonly at: 'here'; readonly recipient: Recipient; readonly mailbox: Guid }
  /** Ask again for another address. */
  | { readonly at: 'address'; readonly address: string }
  /** Ask another server for the same address: it is its own target address. */
  | { readonly at: 'server'; readonly urls: AdvertisedUrls };

/** A local part of 64, `@`, a domain of 255 octets (RFC 5321 4.5.3.1). */
const longestAddress = 320;

/**
 * Finds the mailbox behind an address or a legacy DN. Throws a {@link Refusal} with a {@link LookupRefusal} code when
 * this organisation has no recipient of that name or nothing to tell of it.
 */
export async function locate(
  context: AutodiscoverContext,
  asked: Asked,
  by: { readonly address: string } | { readonly legacyDn: string },
): Promise<Located> {
  if ('address' in by && !isAddress(by.address)) throw refusal('AddressMalformed', 'not an SMTP address');
  const { name } = asked.organization;
  const directory = context.directory(name);
  const recipient = await ('address' in by ? directory.byAddress(by.address) : directory.byLegacyDn(by.legacyDn));
  if (recipient === undefined) throw refusal('AddressUnknown', `no recipient of ${name} has that address`);
  // A mailbox whose mail is sent on besides (staged migrations) is still here.
  const mailbox = recipient.type === 'PublicFolderMailbox' ? recipient.exchangeGuid : localMailbox(recipient);
  if (mailbox === null && recipient.targetAddress !== null) {
    return elsewhere(context, asked, recipient.targetAddress, 'address' in by ? by.address : undefined);
  }
  if (mailbox === null) throw refusal('NoMailbox', `${recipient.primaryAddress} is a ${recipient.type}`);
  return { at: 'here', recipient, mailbox };
}

// A redirection to the address that was asked for would be a loop: clients give up on it (Managed API: "Detected
// redirection loop"). The other side's server is named instead.
async function elsewhere(context: AutodiscoverContext, asked: Asked, target: string, address: string | undefined): Promise<Located> {
  if (target.toLowerCase() !== address?.toLowerCase()) return { at: 'address', address: target };
  const urls = await remoteUrls(context, asked, target);
  if (urls === undefined) throw refusal('TargetUnknown', `nobody else accepts mail for ${target}`);
  return { at: 'server', urls };
}

function isAddress(text: string): boolean {
  return text.length <= longestAddress && /^[^\s@<>":]+@[^\s@<>":]+$/.test(text);
}

function refusal(code: LookupRefusal, detail: string): Refusal<LookupRefusal> {
  return new Refusal(code, { detail });
}
