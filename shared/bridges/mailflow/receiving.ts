import { localMailbox } from '../../domain/directory/recipient.ts';
import { fullFor, type MailboxOwner } from '../../domain/mailbox/quota.ts';
import { isThere } from '../../domain/mailflow/delivery-targets.ts';
import { nonDeliveryReply } from '../../domain/mailflow/non-delivery.ts';
import { mailboxDatabases } from '../../domain/organization/mailbox-databases.ts';
import type { Store } from '../../domain/organization/transaction.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { Resolution, ResolutionGround } from './resolution.ts';

interface Ground extends Pick<ResolutionGround, 'organization' | 'settings' | 'directory'> {
  readonly read: Store['read'];
}

/** A resolution without the mailboxes that are full and the public folders that have gone: their senders are told. */
export async function receiving(ground: Ground, resolution: Resolution): Promise<Resolution> {
  const { targets, onward, undelivered, moderated, reached, events, checks } = resolution;
  const open: Resolution['targets'][number][] = [];
  const lost: Resolution['undelivered'][number][] = [];
  for (const target of targets) {
    const { address, mailbox } = target;
    if (!(await isThere(ground.read, target))) lost.push({ address, reply: nonDeliveryReply('folder-gone') });
    else if ((await fullFor(ground.read, mailbox, await ownerOf(ground, mailbox))) === undefined) open.push(target);
    else lost.push({ address, reply: nonDeliveryReply('mailbox-full') });
  }
  const isLost = new Set(lost.map(({ address }) => address));
  const held = reached.filter(({ address, action }) => action !== 'delivered' || !isLost.has(address));
  return { targets: open, onward, undelivered: [...undelivered, ...lost], moderated, reached: held, events, checks };
}

/** Whose mailbox it is, as far as the directory in memory knows. */
async function ownerOf({ organization, settings, directory }: Ground, mailbox: Guid): Promise<MailboxOwner | undefined> {
  const owner = await directory.byMailbox(mailbox);
  if (owner === undefined || localMailbox(owner) !== mailbox) return undefined;
  return { organization, settings: owner.settings, databases: mailboxDatabases.all(settings) };
}
