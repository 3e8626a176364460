import { legacyDnOf } from '../../../shared/domain/directory/address-entry-id.ts';
import type { Directory } from '../../../shared/domain/directory/directory.ts';
import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import { type Delegate, delegation } from '../../../shared/domain/mailbox/delegates.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import type { getDelegate as contract } from '../../../shared/protocols/ews/operations/get-delegate.ts';
import { type UserId, userNamed } from '../delegates/user-named.ts';
import { permissionsOf, wireDelegate } from '../delegates/wire-delegate.ts';
import { ewsRefusal } from '../failures.ts';
import { type OpenMailbox, openMailboxOf } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

/** A delegate as far as he is one: in the mailbox, where Outlook and AddDelegate write him, and in the directory. */
interface KnownDelegate {
  readonly recipient: Recipient;
  /** Undefined: the mailbox does not know him. */
  readonly written: Delegate | undefined;
  /** He may send on behalf of the owner. */
  readonly sends: boolean;
}

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getdelegate-operation */
export const getDelegate: Operation<typeof contract> = async (call, request) => {
  const [answer] = await perItem(call, [request], async ({ Mailbox, UserIds, IncludePermissions }) => {
    const { read } = call.context.store;
    const mailbox = await openMailboxOf(call, Mailbox.EmailAddress);
    const directory = call.context.directory(call.organization.name);
    const { delegates, meetingRequests } = await delegation(read, mailbox.guid);
    const known = await delegatesOf(directory, mailbox, delegates);
    const tell = async ({ recipient, written, sends }: KnownDelegate) => {
      // Inferred: who stands in one of the two places alone.
      if (written === undefined || !sends) throw ewsRefusal('ErrorDelegateMissingConfiguration', { detail: recipient.primaryAddress });
      const permissions = IncludePermissions ? await permissionsOf(read, mailbox.guid, recipient.guid) : undefined;
      return { class: 'Success', DelegateUser: wireDelegate(recipient, written, permissions) } as const;
    };
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
  delegates: readonly Delegate[],
): Promise<readonly KnownDelegate[]> {
  const found = new Map<Guid, KnownDelegate>();
  const senders = owner.settings.grantSendOnBehalfTo ?? [];
  for (const written of delegates) {
    const recipient = await directory.byLegacyDn(legacyDnOf(written.entryId) ?? '');
    if (recipient !== undefined) found.set(recipient.guid, { recipient, written, sends: senders.includes(recipient.guid) });
  }
  for (const guid of senders) {
    const recipient = found.has(guid) ? undefined : await directory.byGuid(guid);
    if (recipient !== undefined) found.set(guid, { recipient, written: undefined, sends: true });
  }
  return [...found.values()];
}

async function delegateNamed(directory: Directory, known: readonly KnownDelegate[], user: UserId): Promise<KnownDelegate> {
  const named = await userNamed(directory, user);
  const delegate = known.find(({ recipient }) => recipient === named);
  if (delegate === undefined) throw ewsRefusal('ErrorNotDelegate', { detail: named.primaryAddress });
  return delegate;
}
