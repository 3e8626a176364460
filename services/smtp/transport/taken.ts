import { createHash } from 'node:crypto';
import type { Transaction } from '../../../shared/domain/organization/transaction.ts';
import type { Instant } from '../../../shared/kernel/clock.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { fieldValues } from '../../../shared/protocols/mime/edit-header.ts';
import type { SmtpEnvelope } from '../../../shared/service/smtp-session.ts';
import { keepHandle, trimHandles } from '../../../shared/store/handle-table.ts';

const kind = 'smtp-taken';
/** World time; a server tries for no longer (MessageExpirationTimeout). */
const keptMs = 2 * 24 * 60 * 60_000;
/** Messages that are known again; further ones push out the oldest. A bound of ours. */
const most = 50_000;
/** Looking through those that are kept costs as much as keeping some hundred. */
const trimEvery = 1_024;

export type TakenRefusalCode = 'taken-before';

/**
 * What is the same when a server brings a message once more because it was gone before it had heard the 250 or noted it (RFC 1047): whom it is
 * from and for, and each of its octets. Undefined of a message without Message-ID, of which two may be alike.
 */
export function fingerprintOf(organization: string, { sender, recipients }: SmtpEnvelope, octets: Buffer): string | undefined {
  if (fieldValues(octets, 'Message-ID').length === 0) return undefined;
  const envelope = [organization, sender.address, ...recipients.map(({ address }) => address)];
  return createHash('sha256').update(JSON.stringify(envelope)).update(octets).digest('base64url');
}

/** Notes, in the transaction that takes a message, that it is taken. Refuses with `taken-before` and the `number` that it has where it was. */
export async function noteTaken(tx: Transaction, fingerprint: string, number: number, at: Instant): Promise<void> {
  if (number % trimEvery === 0) await trimHandles(tx, kind, most, at);
  const before = await keepHandle(tx, { kind, handle: fingerprint, value: { number }, expires: at + keptMs }, at);
  if (before !== undefined)
    throw new Refusal<TakenRefusalCode>('taken-before', { values: { number: String((before as { number: number }).number) } });
}
