import type { Guid } from '../../kernel/ids.ts';
import { type MrsEndpoint, type MrsSession, openMrsSession } from '../../protocols/mrs/client.ts';
import { inTransit, movedMailboxOperations, proxyControl } from '../../protocols/mrs/contract.ts';
import { usualPortionBytes } from '../../protocols/mrs/data-pump.ts';
import { mrsException } from '../../protocols/mrs/exceptions.ts';
import type { MappedPrincipal } from '../../protocols/mrs/records.ts';
import { hasCapability } from '../../protocols/mrs/version.ts';
import { FolderHandles } from './folder-handles.ts';
import type { ConvertedRecipient, MailboxKind, MovingMailbox, RecipientConversion } from './ports.ts';
import { principalFromWire, recipientFromWire, recipientToWire } from './wire-records.ts';

/** A mailbox behind another organisation's proxy. */
export interface RemoteEnd extends Omit<MrsEndpoint, 'anchorMailbox'> {
  /** ExchangeGuid of the primary mailbox. */
  readonly mailboxGuid: Guid;
  readonly kind: MailboxKind;
  /** Of the archive, where that is meant. */
  readonly archiveGuid?: Guid | null;
  /** Names the move, as reservationId (ours): a later session of the same move has the mailbox at once. */
  readonly move?: Guid;
  /** Octets of a portion before compression; by default ExportBufferSizeKB of the shipped configuration. */
  readonly portionBytes?: number;
  /** ProxyControlFlags DoNotCompress. */
  readonly doNotCompress?: boolean;
}

/** A mailbox that was configured and connected, and the session that is its own. */
export interface RemoteMailbox {
  readonly session: MrsSession;
  readonly handle: number;
  readonly portionBytes: number;
  readonly isCompressed: boolean;
  readonly folders: FolderHandles;
  /** What the other side knows from this one: the state since which changes are asked for. */
  readonly told: { state?: string };
}

const noGuid = '00000000-0000-0000-0000-000000000000' as Guid;

/** Opens a session, shakes hands, configures the mailbox by the newest operation that the server has, and connects. */
export async function openRemoteMailbox(end: RemoteEnd, mbxType: 'SourceMailbox' | 'DestMailboxCrossOrg'): Promise<RemoteMailbox> {
  const physicalMailboxGuid = end.kind === 'archive' ? archiveOf(end) : end.mailboxGuid;
  const session = await openMrsSession({ ...end, anchorMailbox: physicalMailboxGuid });
  try {
    const isCompressed = end.doNotCompress !== true;
    const portionBytes = end.portionBytes ?? usualPortionBytes;
    const handle = await configure(session, {
      primaryMailboxGuid: end.mailboxGuid,
      physicalMailboxGuid,
      mdbGuid: noGuid,
      mdbName: null,
      mbxType,
      proxyControlFlags: isCompressed ? 0 : proxyControl.doNotCompress,
      reservationId: end.move ?? noGuid,
    });
    if (portionBytes !== usualPortionBytes && hasCapability(session.server, 'proxyConfiguration'))
      await session.call('IMailbox_ConfigureProxyService', { mailboxHandle: handle, exportBufferSizeKB: Math.ceil(portionBytes / 1_024) });
    await session.call('IMailbox_Connect2', { mailboxHandle: handle, connectFlags: 0 }, { isLong: true });
    return { session, handle, portionBytes, isCompressed, folders: folderHandles(session, handle, mbxType), told: {} };
  } catch (error) {
    await session.close();
    throw error;
  }
}

function archiveOf({ archiveGuid, mailboxGuid }: RemoteEnd): Guid {
  if (archiveGuid != null) return archiveGuid;
  throw mrsException('MailboxDoesNotExistPermanentException', `The mailbox ${mailboxGuid} has no archive.`);
}

/** What every version of IMailbox_Config asks for. */
interface ConfigAsked {
  readonly primaryMailboxGuid: Guid;
  readonly physicalMailboxGuid: Guid;
  readonly mdbGuid: Guid;
  readonly mdbName: string | null;
  readonly mbxType: 'SourceMailbox' | 'DestMailboxCrossOrg';
  readonly proxyControlFlags: number;
  readonly reservationId: Guid;
}

async function configure(session: MrsSession, { reservationId, ...asked }: ConfigAsked): Promise<number> {
  const { server } = session;
  const later = { ...asked, partitionHint: null, localMailboxFlags: 0 };
  if (hasCapability(server, 'containerOperations')) {
    const told = await session.call('IMailbox_Config7', { ...later, reservationId, mailboxContainerGuid: null });
    return told.IMailbox_Config7Result;
  }
  if (hasCapability(server, 'resourceReservation'))
    return (await session.call('IMailbox_Config5', { ...later, reservationId })).IMailbox_Config5Result;
  if (hasCapability(server, 'tenantHint')) return (await session.call('IMailbox_Config4', later)).IMailbox_Config4Result;
  return (await session.call('IMailbox_Config3', asked)).IMailbox_Config3Result;
}

function folderHandles(session: MrsSession, mailboxHandle: number, mbxType: ConfigAsked['mbxType']): FolderHandles {
  const open = async (entryId: string): Promise<number> =>
    mbxType === 'SourceMailbox'
      ? (await session.call('ISourceMailbox_GetFolder', { mailboxHandle, entryId })).ISourceMailbox_GetFolderResult
      : (await session.call('IDestinationMailbox_GetFolder', { mailboxHandle, entryId })).IDestinationMailbox_GetFolderResult;
  return new FolderHandles(open, (handle) => session.call('CloseHandle', { handle }));
}

/** Principals that one call asks for. */
const principalsAtOnce = 200;

/** What both ends of a move can, of a mailbox behind a proxy. */
export function remoteMovingMailbox({ session, handle: mailboxHandle }: RemoteMailbox): MovingMailbox {
  return {
    async information() {
      const { IMailbox_GetMailboxInformationResult: told } = await session.call('IMailbox_GetMailboxInformation', { mailboxHandle });
      const { IMailbox_GetMailboxServerInformationResult: place } = await session.call('IMailbox_GetMailboxServerInformation', {
        mailboxHandle,
      });
      return {
        mailboxGuid: told.MailboxGuid,
        kind: told.IsArchiveMailbox ? 'archive' : 'primary',
        displayName: told.DisplayName,
        legacyDn: told.LegacyExchangeDN,
        server: place.MailboxServerName,
        serverVersion: place.MailboxServerVersion,
        database: told.MdbName,
        databaseGuid: told.MdbGuid,
        quota: told.MailboxQuota,
        size: {
          items: told.RegularItemCount,
          bytes: told.RegularItemsSize,
          deletedItems: told.RegularDeletedItemCount,
          deletedBytes: told.RegularDeletedItemsSize,
          associatedItems: told.AssociatedItemCount,
          associatedBytes: told.AssociatedItemsSize,
        },
      };
    },
    recipient: async () => recipientFromWire((await session.call('IMailbox_GetADUser', { mailboxHandle })).IMailbox_GetADUserResult),
    async setInTransit(status) {
      await session.call('IMailbox_SetInTransitStatus', { mailboxHandle, status: transitStatus[status] });
    },
    convertRecipient: (conversion) => convert(session, mailboxHandle, conversion),
    async resolvePrincipals(sids) {
      const found = [];
      for (let from = 0; from < sids.length; from += principalsAtOnce) {
        const principals = sids.slice(from, from + principalsAtOnce).map(unknownPrincipal);
        const { IMailbox_ResolvePrincipalsResult: told } = await session.call('IMailbox_ResolvePrincipals', { mailboxHandle, principals });
        found.push(...told.flatMap((one) => (one === null ? [] : [principalFromWire(one)])));
      }
      return found;
    },
    async deleteMailbox() {
      await session.call('IMailbox_DeleteMailbox', { mailboxHandle, flags: 0 }, { isLong: true });
    },
    close: () => session.close(),
  };
}

const transitStatus = {
  None: inTransit.NotInTransit,
  SyncSource: inTransit.SyncSource,
  SyncDestination: inTransit.SyncDestination,
  Locked: inTransit.MoveSource,
  Flipping: inTransit.flippingSource,
} as const;

async function convert(session: MrsSession, mailboxHandle: number, conversion: RecipientConversion): Promise<ConvertedRecipient> {
  const asked = {
    mailboxHandle,
    op: movedMailboxOperations[conversion.operation],
    remoteRecipientData: recipientToWire(conversion.otherSide),
    domainController: null,
    newDatabaseGuid: noGuid,
    newArchiveDatabaseGuid: noGuid,
    archiveDomain: conversion.deliveryDomain,
  };
  const told = hasCapability(session.server, 'containerOperations')
    ? await session.call('IMailbox_UpdateMovedMailbox4', { ...asked, newMailboxContainerGuid: null, newUnifiedMailboxIdData: null })
    : await session.call('IMailbox_UpdateMovedMailbox3', asked);
  return { recipient: recipientFromWire(told.recipient), server: told.server, warnings: readWarnings(told.entries) };
}

function readWarnings(entries: string): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(entries);
    if (Array.isArray(parsed)) return parsed.filter((one) => typeof one === 'string');
  } catch {
    // Told below: what cannot be read is no list.
  }
  throw mrsException('InvalidDataTransientException', 'The report entries of IMailbox_UpdateMovedMailbox cannot be read.');
}

function unknownPrincipal(sid: string): MappedPrincipal {
  const nothing = { Alias: '', DisplayName: '', IsMailEnabled: false, LegacyDN: '', ProxyAddresses: [] };
  return { ...nothing, MailboxGuid: null, MasterAccountSid: null, ObjectGuid: null, ObjectSid: sid };
}
