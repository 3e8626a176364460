import type { Guid } from '../../kernel/ids.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { Directory } from '../directory/directory.ts';
import { localMailbox, type Recipient } from '../directory/recipient.ts';

/** Recipients that one message may name, and mailboxes that it may reach through them and their groups: a bound of ours. */
const mostDeliveries = 500;

/**
 * Why a message has no way to a recipient. `no-mailbox-here`: mail flow would have to carry it elsewhere, or the address
 * is nobody's; its value `Address` says which.
 */
export type MailflowRefusalCode = 'no-mailbox-here' | 'too-many-recipients';

/** The mailboxes of one organisation that the recipients of a message lead to, each once; groups are followed. */
export class DeliveryTargets {
  readonly #directory: Directory;
  readonly #mailboxes = new Set<Guid>();
  readonly #expanded = new Set<Guid>();

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  get mailboxes(): readonly Guid[] {
    return [...this.#mailboxes];
  }

  /** Adds what a recipient leads to; `address` is what the message calls it. Refuses with {@link MailflowRefusalCode}. */
  async add(recipient: Recipient | undefined, address: string): Promise<void> {
    const mailbox = recipient === undefined ? null : localMailbox(recipient);
    if (mailbox !== null) {
      this.#mailboxes.add(mailbox);
      this.atMost(this.#mailboxes.size);
      return;
    }
    if (!recipient?.type.endsWith('Group')) throw refusal('no-mailbox-here', { Address: address });
    if (this.#expanded.has(recipient.guid)) return;
    this.#expanded.add(recipient.guid);
    for (const member of await this.#directory.members(recipient)) await this.add(member, member.primaryAddress);
  }

  /** Refuses with `too-many-recipients` when a message names more than it may. */
  atMost(count: number): void {
    if (count > mostDeliveries) throw refusal('too-many-recipients', {});
  }
}

/** What a refusal says to people, whatever the protocol. */
export function mailflowText({ code, values }: Refusal<MailflowRefusalCode>, organization: string): string {
  return code === 'too-many-recipients'
    ? `more than ${mostDeliveries} recipients`
    : `This simulation delivers inside an organisation only; ${values['Address']} has no mailbox in ${organization}.`;
}

function refusal(code: MailflowRefusalCode, values: Readonly<Record<string, string>>): Refusal<MailflowRefusalCode> {
  return new Refusal(code, { values, detail: values['Address'] ?? `more than ${mostDeliveries} recipients` });
}
