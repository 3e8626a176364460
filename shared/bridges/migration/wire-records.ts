import type { PropertyBag } from '../../kernel/mapi.ts';
import { mrsException } from '../../protocols/mrs/exceptions.ts';
import type { AccessEntry, FolderRec, MappedPrincipal, MessageRec, RecipientData } from '../../protocols/mrs/records.ts';
import type { AclEntry, FolderRecord, MessageRecord, MovingRecipient, Principal } from './ports.ts';

// The records of a move as the proxy's data contracts carry them, both ways.

export function folderToWire(folder: FolderRecord): FolderRec {
  return {
    ...(folder.access === undefined ? {} : { AccessList: folder.access.map(entryToWire) }),
    AdditionalProps: JSON.stringify(folder.properties),
    EntryId: folder.entryId,
    FolderClass: folder.folderClass,
    FolderName: folder.displayName,
    ParentId: folder.parentEntryId,
    SearchCriteria: folder.search,
    WellKnownRole: folder.role,
  };
}

/** Refuses properties that are none. */
export function folderFromWire(rec: FolderRec): FolderRecord {
  return {
    entryId: rec.EntryId,
    parentEntryId: rec.ParentId,
    displayName: rec.FolderName,
    folderClass: rec.FolderClass,
    role: rec.WellKnownRole,
    search: rec.SearchCriteria,
    properties: readProperties(rec.AdditionalProps),
    ...(rec.AccessList === undefined ? {} : { access: rec.AccessList.map(entryFromWire) }),
  };
}

const propertyKey = /^(?:0x[0-9A-F]{8}|\{[0-9a-f-]{36}\}:(?:0x[0-9A-F]{4}|=.{1,256}):[0-9A-F]{4})$/s;

function readProperties(text: string): PropertyBag {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw malformed('they are no JSON');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw malformed('they are no object');
  for (const [key, value] of Object.entries(parsed)) {
    if (!propertyKey.test(key)) throw malformed(`${JSON.stringify(key.slice(0, 64))} is no property`);
    if (!isPropertyValue(value)) throw malformed(`${key} has no value of a property`);
  }
  return parsed as PropertyBag;
}

function isPropertyValue(value: unknown): boolean {
  const plain = ['string', 'number', 'boolean'];
  if (!Array.isArray(value)) return plain.includes(typeof value);
  return value.every((one) => plain.includes(typeof one) && typeof one === typeof value[0]);
}

function malformed(why: string): Error {
  return mrsException('InvalidDataTransientException', `The properties of a folder cannot be read: ${why}.`);
}

export function messageToWire(message: MessageRecord): MessageRec {
  return {
    EntryId: message.entryId,
    FolderId: message.folderEntryId,
    IsFAI: message.isAssociated,
    MessageClass: message.messageClass,
    MessageSize: message.size,
    Subject: message.subject,
  };
}

export function messageFromWire(rec: MessageRec): MessageRecord {
  return {
    entryId: rec.EntryId,
    folderEntryId: rec.FolderId,
    isAssociated: rec.IsFAI,
    messageClass: rec.MessageClass,
    subject: rec.Subject,
    size: rec.MessageSize,
  };
}

export function principalToWire(principal: Principal): MappedPrincipal {
  return {
    Alias: principal.alias,
    DisplayName: principal.displayName,
    IsMailEnabled: principal.isMailEnabled,
    LegacyDN: principal.legacyDn,
    MailboxGuid: principal.mailboxGuid,
    MasterAccountSid: principal.masterAccountSid,
    ObjectGuid: principal.objectGuid,
    ObjectSid: principal.sid,
    ProxyAddresses: principal.proxies,
  };
}

export function principalFromWire(told: MappedPrincipal): Principal {
  return {
    sid: told.ObjectSid,
    masterAccountSid: told.MasterAccountSid,
    objectGuid: told.ObjectGuid,
    mailboxGuid: told.MailboxGuid,
    alias: told.Alias,
    displayName: told.DisplayName,
    legacyDn: told.LegacyDN,
    proxies: told.ProxyAddresses,
    isMailEnabled: told.IsMailEnabled,
  };
}

export function entryToWire(entry: AclEntry): AccessEntry {
  return { IsInherited: entry.isInherited, Name: entry.name, Right: entry.right, Rights: entry.rights, Sid: entry.sid };
}

export function entryFromWire(entry: AccessEntry): AclEntry {
  return { sid: entry.Sid, name: entry.Name, rights: entry.Rights, right: entry.Right, isInherited: entry.IsInherited };
}

export function recipientToWire(recipient: MovingRecipient): RecipientData {
  return {
    Addresses: recipient.addresses,
    Alias: recipient.alias,
    ArchiveGuid: recipient.archiveGuid,
    DisplayName: recipient.displayName,
    ExchangeGuid: recipient.exchangeGuid,
    LegacyExchangeDN: recipient.legacyDn,
    ObjectGuid: recipient.objectGuid,
    ObjectSid: recipient.sid,
    PrimarySmtpAddress: recipient.primaryAddress,
    RecipientTypeDetails: recipient.type,
    TargetAddress: recipient.targetAddress,
  };
}

export function recipientFromWire(told: RecipientData): MovingRecipient {
  return {
    objectGuid: told.ObjectGuid,
    type: told.RecipientTypeDetails,
    displayName: told.DisplayName,
    alias: told.Alias,
    primaryAddress: told.PrimarySmtpAddress,
    addresses: told.Addresses,
    targetAddress: told.TargetAddress,
    legacyDn: told.LegacyExchangeDN,
    exchangeGuid: told.ExchangeGuid,
    archiveGuid: told.ArchiveGuid,
    sid: told.ObjectSid,
  };
}
