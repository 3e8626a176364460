import { localArchive, localMailbox, type Recipient } from '../../domain/directory/recipient.ts';
import { kindOf, type MoveParts, type MoveRequest } from '../../domain/migration/move-request.ts';
import { isOver } from '../../domain/migration/request-status.ts';
import { databaseNameOfMailbox } from '../../domain/organization/mailbox-databases.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import { identityOf, recipientType } from '../recipient/shown.ts';

/** Why somebody's mailbox cannot be moved: the name of Exchange's exception, and what it says. */
export interface Unmovable {
  readonly type: string;
  readonly message: string;
}

/** Which move is asked for. */
export interface MoveAsked {
  readonly direction: 'Pull' | 'Push';
  readonly parts: MoveParts;
  readonly deliveryDomain: string;
}

const permanent = 'MigrationPermanentException';

/**
 * Looks at somebody before his move is begun; what only the other side can tell is asked of it when it begins. Texts that
 * Microsoft has published (OfficeDocs-Support, "move-mailboxes") are used as they are; where there is none, the sentence is ours.
 */
export function unmovable(organization: Organization, person: Recipient, asked: MoveAsked): Unmovable | undefined {
  return asked.direction === 'Push' ? unmovableOut(person, asked) : unmovableIn(organization, person, asked);
}

function unmovableIn(organization: Organization, person: Recipient, { parts, deliveryDomain }: MoveAsked): Unmovable | undefined {
  const { type, exchangeGuid, archiveGuid, addresses, displayName } = person;
  if (parts === 'ArchiveOnly') {
    if (archiveGuid === null || localArchive(person) !== null) return noArchive(person);
  } else {
    if (localMailbox(person) !== null)
      return {
        type: 'TargetUserAlreadyHasPrimaryMailboxException',
        message: `Target user '${displayName}' already has a primary mailbox.`,
      };
    if (recipientType(type) !== 'MailUser')
      return { type: permanent, message: `A primary mailbox moves in for a mail user; '${identityOf(person)}' is a ${type} here.` };
    if (parts === 'PrimaryAndArchive' && localArchive(person) !== null) return primaryOnly;
  }
  if (exchangeGuid === null)
    return {
      type: 'MissingExchangeGuidException',
      message: `The mail user '${identityOf(person)}' has no ExchangeGuid, by which the mailbox would be known on the other side.`,
    };
  const domains = smtpDomains(addresses);
  const accepted = new Set(organization.domains.map((domain) => domain.toLowerCase()));
  if (domains.some((domain) => !accepted.has(domain)))
    return {
      type: 'NotAcceptedDomainException',
      message: "You can't use the domain because it's not an accepted domain for your organization.",
    };
  if (!domains.includes(deliveryDomain.toLowerCase()))
    return { type: permanent, message: `The target mailbox doesn't have an smtp proxy matching '${deliveryDomain}'.` };
  return undefined;
}

function unmovableOut(person: Recipient, { parts }: MoveAsked): Unmovable | undefined {
  if (parts === 'ArchiveOnly') return localArchive(person) === null ? noArchive(person) : undefined;
  if (localMailbox(person) === null)
    return { type: permanent, message: `'${identityOf(person)}' has no mailbox in this organization that could be moved.` };
  return parts === 'PrimaryAndArchive' && person.archiveGuid !== null && localArchive(person) === null ? primaryOnly : undefined;
}

/** The archive is on the other side already; the text is published. */
const primaryOnly: Unmovable = { type: permanent, message: 'You must specify the PrimaryOnly parameter.' };

function noArchive(person: Recipient): Unmovable {
  return { type: permanent, message: `'${identityOf(person)}' has no archive that could be moved.` };
}

/** Why a request cannot be made beside the one that there is. */
export function pendingRequest(organization: Organization, person: Recipient, existing: MoveRequest): Unmovable {
  const name = person.displayName;
  if (kindOf(existing) !== 'Mailbox')
    return {
      type: 'ManagementObjectAlreadyExistsException',
      message: `'${name}' belongs to the migration batch '${existing.terms.batch.replace(/^MigrationService:/, '')}', which carries data of the type ${existing.type}.`,
    };
  if (isOver(existing.status))
    return {
      type: 'ManagementObjectAlreadyExistsException',
      message: `'${name}' has a move request that is ${existing.status}. Run Remove-MoveRequest before a new one is made.`,
    };
  if (existing.terms.canceled)
    return {
      type: 'ManagementObjectAlreadyExistsException',
      message: `The move request of '${name}' is still being removed. Try again later.`,
    };
  const mailbox = existing.mailboxGuid ?? existing.archiveGuid;
  const database = existing.targetDatabase ?? (mailbox === null ? '' : databaseNameOfMailbox(organization, mailbox));
  return { type: 'ManagementObjectAlreadyExistsException', message: `Mailbox '${name}' is already being moved to '${database}'.` };
}

function smtpDomains(addresses: readonly string[]): readonly string[] {
  const domains = addresses.flatMap((address) =>
    /^smtp:/i.test(address) ? [address.slice(address.lastIndexOf('@') + 1).toLowerCase()] : [],
  );
  return [...new Set(domains)];
}
