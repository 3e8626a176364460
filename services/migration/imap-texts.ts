import type { ImapAmount, LeftMessage } from '../../shared/bridges/migration/imap-sync.ts';
import { sizeText } from '../../shared/cmdlets/recipient/size.ts';
import { itemText, texts } from './job/texts.ts';

// What an IMAP synchronisation writes into its report. Items that are left out are told of in the published sentences; the others are worded here.

const plural = (count: number, noun: string): string => `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;

export const imapTexts = {
  started: texts.started,
  connected: (userName: string, host: string) => `Connected to the account '${userName}' of the IMAP server '${host}'.`,
  listed: (folders: number, { count, bytes }: ImapAmount) =>
    `The messages of ${plural(folders, 'folder')} are listed: ${plural(count, 'item')}, ${sizeText(bytes)} in all.`,
  beyond: (count: number) => `${plural(count, 'older item')} will not be copied: the account has more than may be migrated.`,
  folderRefused: (path: string, reason: string) => `The folder "${path}" is left out: ${reason}`,
  left: (message: Omit<LeftMessage, 'key'> & { readonly messageClass: string }) =>
    message.kind === 'LargeItem'
      ? texts.large(itemText(message, message.folder, true))
      : texts.corrupted(`${itemText(message, message.folder, false)}: ${message.failure}`),
  seeded: (count: number) => `The first copy is complete: ${plural(count, 'item')}.`,
  synced: (round: number, count: number) => `Incremental sync ${round - 1} is complete: ${plural(count, 'new item')}.`,
} as const;
