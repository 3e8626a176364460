import { legacyDnOf } from '../../../shared/domain/directory/address-entry-id.ts';
import type { Directory } from '../../../shared/domain/directory/directory.ts';
import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import { delegation } from '../../../shared/domain/mailbox/delegates.ts';
import { folderPermissions } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { folderRoleOf } from '../../../shared/domain/mailbox/folder-roles.ts';
import { getFolderByRole } from '../../../shared/domain/mailbox/folders.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { getDelegate as contract } from '../../../shared/protocols/ews/operations/get-delegate.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import { type OpenMailbox, openMailboxOf } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

type UserId = NonNullable<RequestOf<typeof contract>['UserIds']>['UserId'][number];

/** A delegate as far as he is one: in the mailbox, where Outlook and AddDelegate write him, and in the directory. */
interface Delegate {
  readonly recipient: Recipient;
  /** Undefined: the mailbox does not know him. */
  readonly seesPrivateItems: boolean | undefined;
  /** He may send on behalf of the owner. */
  readonly sends: boolean;
}

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getdelegate-operation */
export const getDelegate: Operation<typeof contract> = async (call, request) => {
  const [answer] = await perItem(call, [request], async ({ Mailbox, UserIds, IncludePermissions }) => {
    const mailbox = await openMailboxOf(call, Mailbox.EmailAddress);
    const directory = call.context.directory(call.organization.name);
    const { delegates, meetingRequests } = await delegation(call.context.store.read, mailbox.guid);
    const known = await delegatesOf(directory, mailbox, delegates);
    const tell = (delegate: Delegate) => wireDelegate(call, mailbox, delegate, IncludePermissions);
    const told =
      UserIds === undefined
        ? await perItem(call, known, tell)
        : await perItem(call, UserIds.UserId, async (user) => tell(await delegateNamed(directory, known, user)));
    const ResponseMessages = told.length === 0 ? {} : { ResponseMessages: told };
    return { class: 'Success', ...ResponseMessages, DeliverMeetingRequests: meetingRequests } as const;
  });
  return present(answer, 'the answer for the one mailbox');
};

async function delegatesOf(
  directory: Directory,
  { owner }: OpenMailbox,
  written: Awaited<ReturnType<typeof delegation>>['delegates'],
): Promise<readonly Delegate[]> {
  const found = new Map<Guid, Delegate>();
  const senders = owner.settings.grantSendOnBehalfTo ?? [];
  for (const { entryId, seesPrivateItems } of written) {
    const recipient = await directory.byLegacyDn(legacyDnOf(entryId) ?? '');
    if (recipient !== undefined) found.set(recipient.guid, { recipient, seesPrivateItems, sends: senders.includes(recipient.guid) });
  }
  for (const guid of senders) {
    const recipient = found.has(guid) ? undefined : await directory.byGuid(guid);
    if (recipient !== undefined) found.set(guid, { recipient, seesPrivateItems: undefined, sends: true });
  }
  return [...found.values()];
}

/** The delegate that a request names. Refuses as Microsoft's page "ResponseCode" has it. */
async function delegateNamed(directory: Directory, known: readonly Delegate[], user: UserId): Promise<Delegate> {
  const { SID, PrimarySmtpAddress, DistinguishedUser } = user;
  if (DistinguishedUser !== undefined) throw ewsRefusal('ErrorDistinguishedUserNotSupported', { detail: DistinguishedUser });
  if (SID === undefined && PrimarySmtpAddress === undefined) throw ewsRefusal('ErrorMissingUserIdInformation');
  const bySid = SID === undefined ? undefined : await directory.bySid(SID);
  if (SID !== undefined && bySid === undefined) throw ewsRefusal('ErrorInvalidUserSid', { detail: SID });
  const byAddress = PrimarySmtpAddress === undefined ? undefined : await directory.byAddress(PrimarySmtpAddress);
  if (PrimarySmtpAddress !== undefined && byAddress === undefined) throw ewsRefusal('ErrorDelegateNoUser', { detail: PrimarySmtpAddress });
  if (bySid !== undefined && byAddress !== undefined && bySid !== byAddress) throw ewsRefusal('ErrorInvalidDelegateUserId');
  const delegate = known.find(({ recipient }) => recipient === (bySid ?? byAddress));
  if (delegate === undefined) throw ewsRefusal('ErrorNotDelegate', { detail: SID ?? PrimarySmtpAddress ?? '' });
  return delegate;
}

async function wireDelegate(call: EwsCall, mailbox: OpenMailbox, { recipient, seesPrivateItems, sends }: Delegate, permissions: boolean) {
  // Inferred: who stands in one of the two places alone.
  if (seesPrivateItems === undefined || !sends) throw ewsRefusal('ErrorDelegateMissingConfiguration', { detail: recipient.primaryAddress });
  const { sid, primaryAddress, displayName, guid } = recipient;
  const level = (role: string) => levelIn(call, mailbox.guid, role, guid);
  const DelegatePermissions = {
    CalendarFolderPermissionLevel: await level('calendar'),
    TasksFolderPermissionLevel: await level('tasks'),
    InboxFolderPermissionLevel: await level('inbox'),
    ContactsFolderPermissionLevel: await level('contacts'),
    NotesFolderPermissionLevel: await level('notes'),
    JournalFolderPermissionLevel: await level('journal'),
  };
  const DelegateUser = {
    UserId: { SID: sid, PrimarySmtpAddress: primaryAddress, DisplayName: displayName },
    ...(permissions ? { DelegatePermissions } : {}),
    // No rule here forwards requests for meetings to delegates.
    ReceiveCopiesOfMeetingMessages: false,
    ViewPrivateItems: seesPrivateItems,
  };
  return { class: 'Success', DelegateUser } as const;
}

async function levelIn(
  call: EwsCall,
  mailbox: Guid,
  role: string,
  delegate: Guid,
): Promise<'None' | 'Editor' | 'Reviewer' | 'Author' | 'Custom'> {
  const folder = await getFolderByRole(call.context.store.read, mailbox, role);
  const entry = folder === undefined ? undefined : folderPermissions(folder).find(({ member }) => member === delegate);
  const name = entry === undefined ? 'None' : folderRoleOf(entry.rights);
  return name === 'None' || name === 'Editor' || name === 'Reviewer' || name === 'Author' ? name : 'Custom';
}
