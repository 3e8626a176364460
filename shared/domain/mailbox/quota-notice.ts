import type { Instant } from '../../kernel/clock.ts';
import type { Guid, Identifiers } from '../../kernel/ids.ts';
import { tags } from '../../kernel/mapi.ts';
import type { Executor, Store } from '../../store/database.ts';
import { setTimer, type Timer } from '../../store/timer-table.ts';
import type { Recipient } from '../directory/recipient.ts';
import { readRecipients } from '../directory/recipients.ts';
import type { Organization } from '../organization/organization.ts';
import { findOrganization } from '../organization/registry.ts';
import { reportAddress } from '../organization/report-address.ts';
import { deliver } from './deliver.ts';
import type { ItemDraft } from './draft.ts';
import { sizeOfMailbox } from './mailbox-size.ts';
import { getMailbox } from './mailboxes.ts';
import { type MailboxQuotas, type QuotaNotice, quotaNoticeFor, quotasOf } from './quota.ts';
import { noticeTimer } from './quota-timer.ts';
import { readTransit } from './transit.ts';

const dayMs = 86_400_000;

/**
 * Tells the owner of a mailbox that it is almost full, sends nothing, or takes nothing any more. Such mail comes into full
 * mailboxes, too ("Understanding Quota Messages": quotas do not count for it). Archives are not told of.
 */
export function tellOfQuota(store: Store, identifiers: Pick<Identifiers, 'guid'>): (timer: Timer) => Promise<void> {
  return async ({ due, payload }) => {
    const { mailbox } = payload as { mailbox: Guid };
    await store.transaction((tx) => tellOwner(tx, mailbox, `<${identifiers.guid()}`, due));
  };
}

async function tellOwner(tx: Executor, mailbox: Guid, id: string, instant: Instant): Promise<void> {
  const found = await getMailbox(tx, mailbox);
  if (found === undefined || found.deleted !== undefined || found.kind !== 'primary') return;
  const { status } = await readTransit(tx, mailbox, instant);
  if (status === 'Locked' || status === 'SyncDestination') return setTimer(tx, noticeTimer(mailbox, (instant + dayMs) as Instant));
  const quotas = await quotasOf(tx, mailbox);
  const { inUse } = await sizeOfMailbox(tx, mailbox);
  const notice = quotaNoticeFor(quotas, inUse);
  const organization = await findOrganization(tx, found.organization);
  const [owner] = await readRecipients(tx, found.organization, [found.recipient]);
  if (notice === undefined || organization === undefined || owner === undefined) return;
  await deliver(tx, mailbox, { ...noticeDraft(notice, owner, organization, { quotas, inUse }, id, instant) }, instant);
}

/**
 * The classes are those of Exchange (`.Warning` seen in public tracking logs), as are the subjects and who it is from; the texts are
 * ours.
 */
function noticeDraft(
  notice: QuotaNotice,
  { displayName, primaryAddress }: Recipient,
  organization: Organization,
  { quotas, inUse }: { readonly quotas: MailboxQuotas; readonly inUse: number },
  id: string,
  instant: Instant,
): ItemDraft {
  const from = { name: 'Microsoft Outlook', address: reportAddress(organization) };
  const lines = [
    ...[texts[notice], ''],
    `It holds ${kilobytes(inUse)}.`,
    ...(['IssueWarningQuota', 'ProhibitSendQuota', 'ProhibitSendReceiveQuota'] as const).flatMap((name) => {
      const limit = quotas[name];
      return limit === null ? [] : [`${meanings[name]} ${kilobytes(limit)}.`];
    }),
    ...['', 'To make room, delete what you do not need and empty Deleted Items.'],
  ];
  return {
    class: `IPM.Note.StorageQuotaWarning.${notice}`,
    properties: {
      [tags.subject]: notice === 'Warning' ? 'Your mailbox is almost full' : 'Your mailbox is full',
      [tags.body]: lines.join('\r\n'),
      [tags.importance]: 2,
      [tags.clientSubmitTime]: instant,
      [tags.internetMessageId]: `${id}@${from.address.replace(/^.*@/, '')}>`,
      [tags.sentRepresentingName]: from.name,
      [tags.sentRepresentingSmtpAddress]: from.address,
      [tags.senderName]: from.name,
      [tags.senderSmtpAddress]: from.address,
    },
    recipients: [{ kind: 'to', name: displayName, address: primaryAddress, routingType: 'SMTP' }],
    attachments: [],
  };
}

const texts: Readonly<Record<QuotaNotice, string>> = {
  Warning: 'Your mailbox will soon be too large to send mail.',
  Send: 'Your mailbox is too large: it sends no mail until there is room in it.',
  SendReceive: 'Your mailbox is too large: it neither sends nor receives mail until there is room in it.',
};

const meanings = {
  IssueWarningQuota: 'You are warned from',
  ProhibitSendQuota: 'Nothing is sent from',
  ProhibitSendReceiveQuota: 'Nothing is received from',
} as const;

function kilobytes(octets: number): string {
  return `${Math.ceil(octets / 1_024)} KB`;
}
