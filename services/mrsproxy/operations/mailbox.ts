import type { FolderRecord, MovingStatus, RecipientConversion } from '../../../shared/bridges/migration/ports.ts';
import {
  entryToWire,
  folderToWire,
  principalToWire,
  recipientFromWire,
  recipientToWire,
} from '../../../shared/bridges/migration/wire-records.ts';
import { folderTags, inTransit, movedMailboxOperations } from '../../../shared/protocols/mrs/contract.ts';
import { mostPortionBytes } from '../../../shared/protocols/mrs/data-pump.ts';
import { mrsException } from '../../../shared/protocols/mrs/exceptions.ts';
import type { mailboxOperations } from '../../../shared/protocols/mrs/operations/mailbox.ts';
import type { FolderRec, MappedPrincipal, RecipientData } from '../../../shared/protocols/mrs/records.ts';
import type { MrsCall } from '../context.ts';
import { notImplemented } from '../failures.ts';
import { disconnect, outOfOrder } from '../handles.ts';
import { configure, connect, openOf, sourceOf } from '../open-mailbox.ts';
import { Pager } from '../pager.ts';
import type { Handlers } from './index.ts';

const mostFolders = 500;

/** What both ends of a move have. */
export const mailboxHandlers: Handlers<keyof typeof mailboxOperations> = {
  IMailbox_Config3: async (call, asked) => ({ IMailbox_Config3Result: configure(call, asked) }),
  IMailbox_Config4: async (call, asked) => ({ IMailbox_Config4Result: configure(call, asked) }),
  IMailbox_Config5: async (call, asked) => ({ IMailbox_Config5Result: configure(call, asked) }),
  IMailbox_Config7: async (call, asked) => ({ IMailbox_Config7Result: configure(call, asked) }),
  async IMailbox_ConfigureProxyService({ session }, { mailboxHandle, exportBufferSizeKB }) {
    const bytes = exportBufferSizeKB * 1_024;
    if (bytes < 1_024 || bytes > mostPortionBytes)
      throw mrsException('InvalidDataTransientException', `ExportBufferSizeKB is from 1 to ${mostPortionBytes / 1_024} here.`);
    session.handles.get(mailboxHandle, 'mailbox').portionBytes = bytes;
    return {};
  },
  async IMailbox_Connect2(call, { mailboxHandle, connectFlags }) {
    if (connectFlags !== 0) throw notImplemented(`IMailbox_Connect2 with flags ${connectFlags}`);
    await connect(call, call.session.handles.get(mailboxHandle, 'mailbox'));
    return {};
  },
  async IMailbox_Disconnect({ session }, { mailboxHandle }) {
    await disconnect(session.handles.get(mailboxHandle, 'mailbox'));
    return {};
  },
  async IMailbox_GetMailboxInformation({ session }, { mailboxHandle }) {
    const { size, ...told } = await openOf(session.handles.get(mailboxHandle, 'mailbox')).information();
    return {
      IMailbox_GetMailboxInformationResult: {
        AssociatedItemCount: size.associatedItems,
        AssociatedItemsSize: size.associatedBytes,
        DisplayName: told.displayName,
        IsArchiveMailbox: told.kind === 'archive',
        LegacyExchangeDN: told.legacyDn,
        MailboxGuid: told.mailboxGuid,
        MailboxQuota: told.quota,
        MdbGuid: told.databaseGuid,
        MdbName: told.database,
        RegularDeletedItemCount: size.deletedItems,
        RegularDeletedItemsSize: size.deletedBytes,
        RegularItemCount: size.items,
        RegularItemsSize: size.bytes,
      },
    };
  },
  async IMailbox_GetMailboxServerInformation({ session }, { mailboxHandle }) {
    const { server, serverVersion } = await openOf(session.handles.get(mailboxHandle, 'mailbox')).information();
    return { IMailbox_GetMailboxServerInformationResult: { MailboxServerName: server, MailboxServerVersion: serverVersion } };
  },
  async IMailbox_SetInTransitStatus({ session }, { mailboxHandle, status }) {
    const wanted = transitNames.get(status);
    if (wanted === undefined) throw notImplemented(`IMailbox_SetInTransitStatus with status ${status}`);
    await openOf(session.handles.get(mailboxHandle, 'mailbox')).setInTransit(wanted);
    return { onlineMoveSupported: true };
  },
  async IMailbox_EnumerateFolderHierarchyPaged2({ session }, { mailboxHandle, additionalPtagsToLoad }) {
    const handle = session.handles.get(mailboxHandle, 'mailbox');
    await handle.folders?.close();
    const isAsked = (tag: number): boolean => additionalPtagsToLoad?.includes(tag) === true;
    const besides = { access: isAsked(folderTags.accessList), looked: isAsked(folderTags.contentCount) };
    handle.folders = new Pager(sourceOf(handle).folders(besides), mostFolders);
    const { items, more } = await handle.folders.next();
    return { IMailbox_EnumerateFolderHierarchyPaged2Result: foldersOnPage(items), moreData: more };
  },
  async IMailbox_EnumerateFolderHierarchyNextBatch({ session }, { mailboxHandle }) {
    const { folders } = session.handles.get(mailboxHandle, 'mailbox');
    if (folders === undefined) throw outOfOrder('IMailbox_EnumerateFolderHierarchyPaged2 comes first.');
    const { items, more } = await folders.next();
    return { IMailbox_EnumerateFolderHierarchyNextBatchResult: foldersOnPage(items), moreData: more };
  },
  async IMailbox_GetADUser({ session }, { mailboxHandle }) {
    return { IMailbox_GetADUserResult: recipientToWire(await openOf(session.handles.get(mailboxHandle, 'mailbox')).recipient()) };
  },
  IMailbox_UpdateMovedMailbox3: convert,
  IMailbox_UpdateMovedMailbox4: convert,
  async IMailbox_ResolvePrincipals({ session }, { mailboxHandle, principals }) {
    const sids = principals.flatMap((one) => (one === null ? [] : [one.ObjectSid]));
    if (sids.length > mostPrincipals) throw outOfOrder(`More than ${mostPrincipals} principals are not resolved at once.`);
    const found = await openOf(session.handles.get(mailboxHandle, 'mailbox')).resolvePrincipals([...new Set(sids)]);
    const bySid = new Map(
      found.flatMap((one) => [one.masterAccountSid, one.sid].flatMap((sid) => (sid === null ? [] : [[sid, one] as const]))),
    );
    const told = principals.map((one): MappedPrincipal | null => {
      const known = one === null ? undefined : bySid.get(one.ObjectSid);
      return known === undefined ? null : principalToWire(known);
    });
    return { IMailbox_ResolvePrincipalsResult: told };
  },
  async IMailbox_GetMailboxSecurityDescriptor({ session }, { mailboxHandle }) {
    const entries = await sourceOf(session.handles.get(mailboxHandle, 'mailbox')).mailboxAcl();
    return { IMailbox_GetMailboxSecurityDescriptorResult: entries.map(entryToWire) };
  },
  async IMailbox_DeleteMailbox({ session }, { mailboxHandle }) {
    await openOf(session.handles.get(mailboxHandle, 'mailbox')).deleteMailbox();
    return {};
  },
};

/** Of a page of folders; access lists that would go beyond are asked for one by one. */
const mostEntries = 2_000;

function foldersOnPage(folders: readonly FolderRecord[]): FolderRec[] {
  let room = mostEntries;
  return folders.map(({ access, ...folder }) => {
    if (access === undefined || access.length > room) return folderToWire(folder);
    room -= access.length;
    return folderToWire({ ...folder, access });
  });
}

const mostPrincipals = 1_000;

const transitNames = new Map<number, MovingStatus>([
  [inTransit.NotInTransit, 'None'],
  [inTransit.SyncSource, 'SyncSource'],
  [inTransit.SyncDestination, 'SyncDestination'],
  [inTransit.MoveSource, 'Locked'],
  [inTransit.flippingSource, 'Flipping'],
]);

const conversions = new Map<number, RecipientConversion['operation']>([
  [movedMailboxOperations.MorphToMailbox, 'MorphToMailbox'],
  [movedMailboxOperations.MorphToMailUser, 'MorphToMailUser'],
  [movedMailboxOperations.UpdateArchiveOnly, 'UpdateArchiveOnly'],
]);

interface Conversion {
  readonly mailboxHandle: number;
  readonly op: number;
  readonly remoteRecipientData: RecipientData | null;
  /** In a move between organisations it is the delivery domain of the mail user, too. */
  readonly archiveDomain: string | null;
}

async function convert({ session }: MrsCall, { mailboxHandle, op, remoteRecipientData, archiveDomain }: Conversion) {
  const operation = conversions.get(op);
  if (operation === undefined) throw notImplemented(`IMailbox_UpdateMovedMailbox with operation ${op}`);
  if (remoteRecipientData === null) throw outOfOrder('IMailbox_UpdateMovedMailbox needs remoteRecipientData.');
  const conversion = { operation, otherSide: recipientFromWire(remoteRecipientData), deliveryDomain: archiveDomain ?? '' };
  const { recipient, server, warnings } = await openOf(session.handles.get(mailboxHandle, 'mailbox')).convertRecipient(conversion);
  return { entries: JSON.stringify(warnings), recipient: recipientToWire(recipient), server };
}
