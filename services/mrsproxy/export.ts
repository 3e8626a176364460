import type { BadMessage, MessagePayload, MessageRecord, SourceMailbox } from '../../shared/bridges/migration/ports.ts';
import { freeOctets } from '../../shared/kernel/free-octets.ts';
import { opcodes, type PumpOptions, type PumpRecord, pack, writeFields } from '../../shared/protocols/mrs/data-pump.ts';
import type { DataExportBatch } from '../../shared/protocols/mrs/records.ts';
import type { MailboxHandle } from './handles.ts';
import { sourceOf } from './open-mailbox.ts';
import type { Session } from './session.ts';

/** Begins an export and gives its first portion; nothing is read of the mailbox before a portion is asked for. */
export async function beginExport(session: Session, mailbox: MailboxHandle, messages: readonly MessageRecord[]): Promise<DataExportBatch> {
  const how = { portionBytes: mailbox.portionBytes, compress: mailbox.isCompressed };
  const portions = pack(recordsOf(sourceOf(mailbox), messages, how), how);
  const { value: ahead } = await portions.next();
  const number = session.handles.add({ is: 'export', mailbox, portions, ahead: ahead ?? undefined, following: undefined });
  return nextBatch(session, number);
}

/** The next portion of an export; its handle ends with the last. While the caller writes it, one more is read than is known to follow. */
export async function nextBatch(session: Session, number: number): Promise<DataExportBatch> {
  const handle = session.handles.get(number, 'export');
  const { ahead } = handle;
  const { value: following } = ahead === undefined ? { value: undefined } : await (handle.following ?? handle.portions.next());
  handle.ahead = following ?? undefined;
  handle.following = handle.ahead === undefined ? undefined : handle.portions.next();
  // Whoever asks for it hears of its failure; perhaps nobody does.
  handle.following?.catch(() => {});
  // Without compression they are octets of a record, of which more may be to come.
  if (ahead !== undefined && handle.mailbox.isCompressed) session.owns(ahead.data);
  const isLast = handle.ahead === undefined;
  if (isLast) await session.handles.close(number);
  return {
    Data: ahead?.data ?? Buffer.alloc(0),
    DataExportHandle: isLast ? 0 : number,
    FlushAfterImport: false,
    IsLastBatch: isLast,
    Opcode: ahead?.opcode ?? 0,
  };
}

async function* recordsOf(
  source: SourceMailbox,
  messages: readonly MessageRecord[],
  { portionBytes, compress }: PumpOptions,
): AsyncGenerator<PumpRecord> {
  for await (const portion of source.export(messages)) {
    for (const one of portion) {
      yield 'octets' in one ? payload(one) : bad(one);
      // What is longer than a portion goes in pieces, of which each has been copied when the next record is asked for.
      if (compress && 'octets' in one && one.octets.length > portionBytes) freeOctets(one.octets);
    }
  }
}

function payload({ entryId, folderEntryId, octets }: MessagePayload): PumpRecord {
  return { opcode: opcodes.writeToMime, head: writeFields([entryId, folderEntryId]), data: octets };
}

function bad({ record, kind, failure }: BadMessage): PumpRecord {
  return { opcode: opcodes.messageExportResults, data: writeFields([record.entryId, kind, failure]) };
}
