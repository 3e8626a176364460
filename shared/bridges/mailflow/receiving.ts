import { localMailbox } from '../../domain/directory/recipient.ts';
import { fullFor, type MailboxOwner } from '../../domain/mailbox/quota.ts';
import { nonDeliveryReply } from '../../domain/mailflow/non-delivery.ts';
import type { Store } from '../../domain/organization/transaction.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { Resolution, ResolutionGround } from './resolve.ts';

interface Ground extends Pick<ResolutionGround, 'organization' | 'directory'> {
  readonly read: Store['read'];
}

/** A resolution without the mailboxes that are full: their senders are told. */
export async function receiving(ground: Ground, { targets, onward, undelivered, events, checks }: Resolution): Promise<Resolution> {
  const open: Resolution['targets'][number][] = [];
  const full: Resolution['undelivered'][number][] = [];
  for (const target of targets) {
    const { mailbox, address } = target;
    if ((await fullFor(ground.read, mailbox, await ownerOf(ground, mailbox))) === undefined) open.push(target);
    else full.push({ address, reply: nonDeliveryReply('mailbox-full') });
  }
  return { targets: open, onward, undelivered: [...undelivered, ...full], events, checks };
}

/** Whose mailbox it is, as far as the directory in memory knows. */
async function ownerOf({ organization, directory }: Ground, mailbox: Guid): Promise<MailboxOwner | undefined> {
  const owner = await directory.byExchangeGuid(mailbox);
  return owner === undefined || localMailbox(owner) !== mailbox ? undefined : { organization, settings: owner.settings };
}
