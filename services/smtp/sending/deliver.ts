import { departed } from '../../../shared/bridges/mailflow/header-firewall.ts';
import type { QueuedMessage, QueuedRecipient, Settlement } from '../../../shared/domain/mailflow/queue-messages.ts';
import { hidesSenderName } from '../../../shared/domain/mailflow/remote-domains.ts';
import { transportServiceOf } from '../../../shared/domain/mailflow/transport-service.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { SmtpLink } from '../../../shared/net/smtp-link.ts';
import { withoutSenderNames } from '../../../shared/protocols/mime/sender-names.ts';
import { asCarried, isEightBit } from '../../../shared/protocols/mime/seven-bit.ts';
import { readBlob } from '../../../shared/store/blob.ts';
import type { Transport } from './context.ts';
import { upgraded } from './failures.ts';
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
export async function deliver(transport: Transport, link: SmtpLink, terms: Terms, message: QueuedMessage): Promise<Delivered> {
  const octets = await octetsOf(transport.parts.store.read, message);
  const body = departed(octets, { keepsOrganization: false, promotes: terms.crossPremises });
  const byAddress = new Map(message.recipients.map((recipient) => [recipient.address, recipient]));
  const nameless = [...byAddress.values()].filter(({ address }) => hidesSenderName(transport.settings, message.facts, address));
  const others = [...byAddress.values()].filter((recipient) => !nameless.includes(recipient));
  const replies = new Map(others.length === 0 ? [] : await sendTo(link, message, others, body));
  if (nameless.length > 0 && link.alive)
    for (const [address, reply] of await sendTo(link, message, nameless, await withoutSenderNames(body))) replies.set(address, reply);
  return {
    link,
    // Whom a server that has gone did not answer any more waits.
    replies: message.recipients.map((recipient) => {
      const reply = replies.get(recipient.address);
      return { recipient, reply: reply === undefined ? gone : upgraded(reply, terms.errorPolicies) };
    }),
  };
}

async function sendTo(
  link: SmtpLink,
  { sender, facts, internetMessageId }: QueuedMessage,
  to: readonly QueuedRecipient[],
  body: Buffer,
): Promise<ReadonlyMap<string, string>> {
  const { takes, refused, wire } = fitting(link, { sender, addresses: to.map(({ address }) => address), body });
  const taken = to.filter(({ address }) => takes.has(address));
  const replies = new Map(refused);
  for (let from = 0; from < taken.length; from += mostRecipients) {
    const recipients = taken.slice(from, from + mostRecipients);
    const { envelopeId, returns, traceparent } = facts;
    const envelope = { sender, recipients, envelopeId, returns, traceparent, messageId: internetMessageId };
    for (const [address, reply] of await link.send(envelope, wire)) replies.set(address, reply.replaceAll('\n', ' '));
    if (!link.alive) break;
  }
  return replies;
}

/** RFC 6531 section 3.5, RFC 6152 section 3 and RFC 3030 section 3 have the codes; the words are ours. */
const notInternational = '550 5.6.7 The remote server does not take addresses beyond US-ASCII: it does not offer SMTPUTF8';
const notConvertible = {
  '7bit': '554 5.6.3 The message has 8-bit octets that cannot be converted, and the remote server does not offer 8BITMIME',
  '8bit': '554 5.6.3 The message has binary parts that cannot be converted, and is not sent in chunks',
} as const;

/** What of a message a server takes: whom it can name, and octets that it can carry. */
function fitting(
  link: Pick<SmtpLink, 'offers'>,
  { sender, addresses, body }: { readonly sender: string; readonly addresses: readonly string[]; readonly body: Buffer },
): { readonly takes: ReadonlySet<string>; readonly refused: readonly (readonly [string, string])[]; readonly wire: Buffer } {
  const isPlain = (address: string): boolean => link.offers('SMTPUTF8') || !isEightBit(Buffer.from(address));
  const named = isPlain(sender) ? addresses.filter(isPlain) : [];
  const strange = addresses.filter((address) => !named.includes(address)).map((address) => [address, notInternational] as const);
  const carriage = link.offers('8BITMIME') ? '8bit' : '7bit';
  const wire = asCarried(body, carriage);
  if (wire !== undefined) return { takes: new Set(named), refused: strange, wire };
  return { takes: new Set(), refused: [...strange, ...named.map((address) => [address, notConvertible[carriage]] as const)], wire: body };
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
