import type { Recipient } from '../../shared/domain/directory/recipient.ts';
import type { AdvertisedUrls } from '../../shared/domain/organization/advertised-urls.ts';
import { type ProductProfile, profileOf } from '../../shared/domain/organization/profiles.ts';
import { type Guid, namedGuid } from '../../shared/kernel/ids.ts';
import type { Asked, AutodiscoverContext } from './context.ts';
import { type AutodiscoverTraits, traitsOf } from './traits.ts';
import { ownUrls } from './urls.ts';

/** What both protocols tell of a mailbox that is here. */
export interface MailboxFacts {
  readonly recipient: Recipient;
  readonly urls: AdvertisedUrls;
  readonly profile: ProductProfile;
  readonly traits: AutodiscoverTraits;
  /** Identifies the forest (UserDeploymentId). */
  readonly deploymentId: string;
  /** Since Exchange 2013 the "server" of a mailbox is its GUID and the domain of its address. */
  readonly server: string;
  /** Legacy DN of that server. */
  readonly serverDn: string;
  /** Legacy DN of the mailbox database. */
  readonly databaseDn: string;
  /** Name and port of the web services. */
  readonly webAuthority: string;
}

/** Collects the facts of one mailbox. */
export function mailboxFacts(context: AutodiscoverContext, asked: Asked, recipient: Recipient, mailbox: Guid): MailboxFacts {
  const urls = ownUrls(context, asked);
  const server = `${mailbox}@${recipient.primaryAddress.slice(recipient.primaryAddress.lastIndexOf('@') + 1)}`;
  const serverDn = `${administrativeGroup(recipient.legacyDn)}/cn=Configuration/cn=Servers/cn=${server}`;
  return {
    recipient,
    urls,
    profile: profileOf(asked.organization.product),
    traits: traitsOf(asked.organization.product),
    deploymentId: namedGuid('deployment', asked.organization.name),
    server,
    serverDn,
    databaseDn: `${serverDn}/cn=Microsoft Private MDB`,
    webAuthority: new URL(urls.ews).host,
  };
}

// `/o=Contoso/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=...` up to the recipients container.
function administrativeGroup(legacyDn: string): string {
  const end = legacyDn.toLowerCase().indexOf('/cn=recipients/');
  return end === -1 ? legacyDn : legacyDn.slice(0, end);
}
