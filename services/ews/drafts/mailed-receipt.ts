import { carryOutAcceptance, planAcceptance } from '../../../shared/bridges/mailflow/accept.ts';
import { draftFromMime } from '../../../shared/bridges/message/draft-from-mime.ts';
import type { ItemDraft } from '../../../shared/domain/mailbox/draft.ts';
import { remoteDomainOf } from '../../../shared/domain/mailflow/remote-domains.ts';
import type { TransportMessage } from '../../../shared/domain/mailflow/transport-message.ts';
import { domainTypeOf } from '../../../shared/domain/organization/accepted-domains.ts';
import { serverFqdn } from '../../../shared/domain/organization/servers.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import { formatTraceparent } from '../../../shared/kernel/traceparent.ts';
import { writeDispositionReport } from '../../../shared/protocols/mime/disposition-report.ts';
import { readBlob } from '../../../shared/store/blob.ts';
import type { Executor } from '../../../shared/store/database.ts';
import type { EwsCall } from '../context.ts';

/** Who is told by mail that somebody has read, or has removed, what he sent. */
export interface MailedReceipt {
  /** Without a mailbox here. */
  readonly to: string;
  readonly report: ItemDraft;
  readonly disposition: 'displayed' | 'deleted';
}

/**
 * Prepares a receipt for somebody elsewhere; undefined where the remote domain takes none (page of Set-RemoteDomain, DeliveryReportEnabled:
 * of what client software reports). Nobody answers it: its reverse path is the null one (RFC 8098, 3).
 */
export async function mailedReceipt(
  call: EwsCall,
  { to, report, disposition }: MailedReceipt,
): Promise<((tx: Executor) => Promise<void>) | undefined> {
  const { context, organization, instant } = call;
  const settings = await context.settings(organization.name);
  const domain = to.slice(to.lastIndexOf('@') + 1);
  const isOwn = domainTypeOf(organization, settings, domain) !== undefined;
  if (!/^[^@\s]+@[^@\s]+$/.test(to) || !(isOwn || remoteDomainOf(settings, domain).DeliveryReportEnabled)) return undefined;
  const text = (key: keyof typeof tags): string => String(report.properties[tags[key]] ?? '');
  const mime = writeDispositionReport({
    from: { name: text('senderName'), address: text('senderSmtpAddress') },
    to: { name: '', address: to },
    subject: text('subject'),
    date: instant,
    messageId: text('internetMessageId'),
    inReplyTo: text('inReplyToId'),
    text: text('body'),
    reportingHost: serverFqdn(organization, call.server),
    disposition,
    id: context.identifiers.guid().replaceAll('-', ''),
  });
  const message: TransportMessage = {
    sender: '',
    recipients: [{ address: to, notify: ['NEVER'] }],
    item: { ...(await draftFromMime(mime, instant)), mime },
    facts: {
      ...{ source: 'STOREDRIVER', authAs: 'Internal', authSource: serverFqdn(organization, call.server), authMechanism: '04' },
      ...{ directionality: 'Originating', connector: '', traceparent: formatTraceparent(call.exchange) },
    },
  };
  const { store, identifiers } = context;
  const ground = {
    ...{ organization, settings, read: store.read, blobs: (hash: string) => readBlob(store.read, hash) },
    ...{ directory: context.directory(organization.name), identifiers },
  };
  const planned = await planAcceptance(ground, message, instant);
  return async (tx) => {
    await carryOutAcceptance(tx, ground, planned, instant);
  };
}
