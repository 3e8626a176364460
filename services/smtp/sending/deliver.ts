import { departed } from '../../../shared/bridges/mailflow/header-firewall.ts';
import type { QueuedMessage, QueuedRecipient, Settlement } from '../../../shared/domain/mailflow/queue-messages.ts';
import { transportServiceOf } from '../../../shared/domain/mailflow/transport-service.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { SmtpLink } from '../../../shared/net/smtp-link.ts';
import { readBlob } from '../../../shared/store/blob.ts';
import type { Transport } from './context.ts';
import type { Terms } from './terms.ts';

/** What became of a message on one session. */
export interface Delivered {
  /** By recipient, in their order: the reply that decided. */
  readonly replies: readonly { readonly recipient: QueuedRecipient; readonly reply: string }[];
  readonly link: SmtpLink | undefined;
}

/** Recipients of one transaction: what every server takes (RFC 5321, 4.5.3.1.8). */
const mostRecipients = 100;

/** Sends a message to its recipients. Refuses as the session does when that breaks: nothing is settled then. */
export async function deliver({ parts }: Transport, link: SmtpLink, terms: Terms, message: QueuedMessage): Promise<Delivered> {
  const octets = await octetsOf(parts.store.read, message);
  const body = departed(octets, { keepsOrganization: false, promotes: terms.crossPremises });
  const { sender, facts, internetMessageId } = message;
  const byAddress = new Map(message.recipients.map((recipient) => [recipient.address, recipient]));
  const addresses = [...byAddress.values()];
  const replies = new Map<string, string>();
  for (let from = 0; from < addresses.length; from += mostRecipients) {
    const recipients = addresses.slice(from, from + mostRecipients);
    const { envelopeId, returns, traceparent } = facts;
    const envelope = { sender, recipients, envelopeId, returns, traceparent, messageId: internetMessageId };
    for (const [address, reply] of await link.send(envelope, body)) replies.set(address, reply.replaceAll('\n', ' '));
    if (!link.alive) break;
  }
  return {
    link,
    // Whom a server that has gone did not answer any more waits.
    replies: message.recipients.map((recipient) => ({ recipient, reply: replies.get(recipient.address) ?? gone })),
  };
}

const gone = '421 4.4.2 Connection dropped';

export async function octetsOf(read: Transport['ground']['read'], { mime, number }: QueuedMessage): Promise<Buffer> {
  return present(await readBlob(read, mime), `the octets of message ${number}`);
}

/** What a reply does to a recipient: 2 and 5 end it, with 4 it is tried again by itself. */
export function settlementOf({ organization, settings, now }: Transport, { recipient, reply }: Delivered['replies'][number]): Settlement {
  const { position, attempts } = recipient;
  if (!reply.startsWith('4')) return { position, done: true };
  const { MessageRetryInterval } = transportServiceOf(organization, settings);
  return { position, done: false, attempts: attempts + 1, retry: now() + MessageRetryInterval * 1_000, error: reply };
}
