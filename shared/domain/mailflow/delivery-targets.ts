import type { Guid } from '../../kernel/ids.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { Executor } from '../../store/database.ts';
import type { Directory } from '../directory/directory.ts';
import { localMailbox, publicFolderMailbox, type Recipient } from '../directory/recipient.ts';
import { getFolder } from '../mailbox/folders.ts';

/** Recipients that one message may name, and mailboxes that it may reach through them and their groups: a bound of ours. */
const mostDeliveries = 500;

/**
 * Why a message has no way to a recipient. `no-mailbox-here`: mail flow would have to carry it elsewhere, or the address
 * is nobody's; its value `Address` says which.
 */
export type MailflowRefusalCode = 'no-mailbox-here' | 'too-many-recipients';

/** Where mail for a recipient comes in. */
export interface DeliveryTarget {
  readonly mailbox: Guid;
  /** A public folder, by its counter in that mailbox; a person's mailbox decides by its rules. */
  readonly folder?: number;
  /** What the recipient is called, or the member of a group. */
  readonly address: string;
}

/** Where a recipient's mail comes in here: his mailbox, or a public folder; undefined where it comes in elsewhere, or a group stands for others. */
export async function deliveryTarget(directory: Directory, recipient: Recipient, address: string): Promise<DeliveryTarget | undefined> {
  const mailbox = localMailbox(recipient);
  if (mailbox !== null) return { mailbox, address };
  const folder = recipient.settings.publicFolderCounter;
  if (folder === undefined) return undefined;
  for (const one of await directory.all()) {
    const hierarchy = publicFolderMailbox(one);
    if (hierarchy !== null) return { mailbox: hierarchy, folder, address };
  }
  return undefined;
}

/** Where the recipients of a message lead to in one organisation, each place once; groups are followed. */
export class DeliveryTargets {
  readonly #directory: Directory;
  readonly #targets = new Map<string, DeliveryTarget>();
  readonly #expanded = new Set<Guid>();

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  get all(): readonly DeliveryTarget[] {
    return [...this.#targets.values()];
  }

  /** Adds what a recipient leads to; `address` is what the message calls it. Refuses with {@link MailflowRefusalCode}. */
  async add(recipient: Recipient | undefined, address: string): Promise<void> {
    const target = recipient === undefined ? undefined : await deliveryTarget(this.#directory, recipient, address);
    if (target !== undefined) {
      this.#targets.set(`${target.mailbox} ${target.folder ?? ''}`, target);
      this.atMost(this.#targets.size);
      return;
    }
    if (!recipient?.type.endsWith('Group')) throw noMailboxHere(address);
    if (this.#expanded.has(recipient.guid)) return;
    this.#expanded.add(recipient.guid);
    for (const member of await this.#directory.members(recipient)) await this.add(member, member.primaryAddress);
  }

  /** Refuses with `too-many-recipients` when a message names more than it may. */
  atMost(count: number): void {
    if (count > mostDeliveries) throw refusal('too-many-recipients', {});
  }
}

/** Refuses with `no-mailbox-here` where a public folder has gone. */
export async function requireFolders(read: Executor, targets: readonly DeliveryTarget[]): Promise<void> {
  for (const { mailbox, folder, address } of targets) {
    if (folder !== undefined && (await getFolder(read, mailbox, folder)) === undefined) throw noMailboxHere(address);
  }
}

/** What a refusal says to people, whatever the protocol. */
export function mailflowText({ code, values }: Refusal<MailflowRefusalCode>, organization: string): string {
  return code === 'too-many-recipients'
    ? `more than ${mostDeliveries} recipients`
    : `This simulation delivers inside an organisation only; ${values['Address']} has no mailbox in ${organization}.`;
}

/** The refusal of a recipient to whom no mail can come. */
function noMailboxHere(address: string): Refusal<MailflowRefusalCode> {
  return refusal('no-mailbox-here', { Address: address });
}

function refusal(code: MailflowRefusalCode, values: Readonly<Record<string, string>>): Refusal<MailflowRefusalCode> {
  return new Refusal(code, { values, detail: values['Address'] ?? `more than ${mostDeliveries} recipients` });
}
