import { publicFolderAccess, publicFolderHierarchy } from '../../shared/domain/directory/public-folders.ts';
import { archiveNameOf, localArchive, type Recipient } from '../../shared/domain/directory/recipient.ts';
import { type AdvertisedUrls, advertisedHost, advertisedUrls } from '../../shared/domain/organization/advertised-urls.ts';
import { outlookAnywhere } from '../../shared/domain/organization/client-access.ts';
import { offlineAddressBookId } from '../../shared/domain/organization/offline-address-books.ts';
import { type OrganizationConfig, organizationConfig } from '../../shared/domain/organization/organization-config.ts';
import { type ProductProfile, profileOf } from '../../shared/domain/organization/profiles.ts';
import { type Guid, namedGuid } from '../../shared/kernel/ids.ts';
import type { Asked, AutodiscoverContext } from './context.ts';
import { type AutodiscoverTraits, traitsOf } from './traits.ts';
import { approachOf } from './urls.ts';

/** What both protocols tell of a mailbox that is here. */
export interface MailboxFacts {
  readonly recipient: Recipient;
  readonly urls: AdvertisedUrls;
  readonly profile: ProductProfile;
  readonly traits: AutodiscoverTraits;
  /** Identifies the forest (UserDeploymentId). */
  readonly deploymentId: string;
  /** Names the default offline address book below its virtual directory. */
  readonly offlineAddressBook: Guid;
  /** Since Exchange 2013 the "server" of a mailbox is its GUID and the domain of its address. */
  readonly server: string;
  /** Legacy DN of that server. */
  readonly serverDn: string;
  /** Legacy DN of the mailbox database. */
  readonly databaseDn: string;
  /** The archive beside it. */
  readonly archive: Archive | undefined;
  /** Address of the mailbox by which the person reaches public folders, here or elsewhere; undefined where he has none now. */
  readonly publicFolders: string | undefined;
  /** What Outlook Anywhere is for clients from outside; undefined where they are told of none. */
  readonly anywhere: Anywhere | undefined;
}

/** An archive as an alternative mailbox (MS-OXDSCLI 2.2.4.1.1.2.3). */
export interface Archive {
  readonly Type: 'Archive';
  readonly DisplayName: string;
  readonly LegacyDN: string;
  readonly Server: string;
}

/** How Outlook is told to come over HTTP. */
export interface Anywhere {
  /** Name and port. */
  readonly server: string;
  readonly requiresSsl: boolean;
  /** AuthPackage of plain XML. */
  readonly authPackage: string;
}

/** Collects the facts of one mailbox. */
export async function mailboxFacts(context: AutodiscoverContext, asked: Asked, recipient: Recipient, mailbox: Guid): Promise<MailboxFacts> {
  const { organization } = asked;
  const settings = await context.settings(organization.name);
  const approach = approachOf(context, asked);
  const { isEnabled, ExternalHostname, ...methods } = outlookAnywhere(organization, settings);
  const domain = recipient.primaryAddress.slice(recipient.primaryAddress.lastIndexOf('@') + 1);
  const server = `${mailbox}@${domain}`;
  const archive = localArchive(recipient);
  const serverDn = `${administrativeGroup(recipient.legacyDn)}/cn=Configuration/cn=Servers/cn=${server}`;
  return {
    recipient,
    urls: advertisedUrls(organization, settings, approach),
    profile: profileOf(organization.product),
    traits: traitsOf(organization.product),
    deploymentId: namedGuid('deployment', organization.name),
    offlineAddressBook: offlineAddressBookId(organization),
    server,
    serverDn,
    databaseDn: `${serverDn}/cn=Microsoft Private MDB`,
    archive:
      archive === null
        ? undefined
        : {
            Type: 'Archive',
            DisplayName: archiveNameOf(recipient),
            LegacyDN: `${recipient.legacyDn}/guid=${archive}`,
            Server: `${archive}@${domain}`,
          },
    publicFolders: await publicFolderAddress(context, organization.name, organizationConfig(settings), recipient),
    anywhere:
      isEnabled && ExternalHostname !== ''
        ? {
            server: advertisedHost(organization, ExternalHostname, approach),
            requiresSsl: methods.ExternalClientsRequireSsl,
            authPackage: methods.ExternalClientAuthenticationMethod,
          }
        : undefined,
  };
}

/** Of the mailbox that he was given, else the one with the hierarchy; where they are elsewhere, of the first that stands for one there. */
async function publicFolderAddress(
  context: AutodiscoverContext,
  organization: string,
  config: OrganizationConfig,
  { settings }: Recipient,
): Promise<string | undefined> {
  const directory = context.directory(organization);
  if (config.PublicFoldersEnabled === 'Remote') {
    const [remote] = config.RemotePublicFolderMailboxes;
    return remote === undefined ? undefined : (await directory.byGuid(remote as Guid))?.primaryAddress;
  }
  const hierarchy = publicFolderHierarchy(await directory.all());
  if (publicFolderAccess(config, hierarchy) !== 'open') return undefined;
  const own = settings.defaultPublicFolderMailbox;
  return ((own === undefined ? undefined : await directory.byGuid(own)) ?? hierarchy)?.primaryAddress;
}

/** The address of an offline address book: its GUID below the virtual directory. */
export function addressBookUrl(directory: string | undefined, book: Guid): string | undefined {
  return directory === undefined ? undefined : `${directory.replace(/\/$/, '')}/${book}/`;
}

// `/o=Contoso/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=...` up to the recipients container.
function administrativeGroup(legacyDn: string): string {
  const end = legacyDn.toLowerCase().indexOf('/cn=recipients/');
  return end === -1 ? legacyDn : legacyDn.slice(0, end);
}
