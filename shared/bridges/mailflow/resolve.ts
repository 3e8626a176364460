import type { Directory } from '../../domain/directory/directory.ts';
import { isGroup, localMailbox, publicFolderMailbox, type Recipient } from '../../domain/directory/recipient.ts';
import type { DeliveryTarget } from '../../domain/mailflow/delivery-targets.ts';
import type { NextHop } from '../../domain/mailflow/next-hop.ts';
import { type NonDeliveryReason, nonDeliveryReply } from '../../domain/mailflow/non-delivery.ts';
import { routeOf } from '../../domain/mailflow/route.ts';
import type { TrackingEvent } from '../../domain/mailflow/tracking.ts';
import type { EnvelopeRecipient, TransportMessage } from '../../domain/mailflow/transport-message.ts';
import { domainTypeOf } from '../../domain/organization/accepted-domains.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import { profileOf } from '../../domain/organization/profiles.ts';
import type { Settings } from '../../domain/organization/settings.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { Check } from '../../kernel/verdict.ts';
import { isRestricted } from '../access/mail-restriction.ts';
import type { Undelivered } from './reports.ts';

/** What recipients are resolved with. */
export interface ResolutionGround {
  readonly organization: Organization;
  readonly settings: Settings;
  readonly directory: Directory;
}

/** Where the recipients of a message lead to; each place once. */
export interface Resolution {
  readonly targets: readonly DeliveryTarget[];
  readonly onward: readonly (EnvelopeRecipient & { readonly hop: NextHop })[];
  readonly undelivered: readonly Undelivered[];
  /** EXPAND, REDIRECT and RESOLVE, without what is the message's own. */
  readonly events: readonly Pick<TrackingEvent, 'event' | 'source' | 'facts'>[];
  readonly checks: readonly Check[];
}

/** Places that one message may reach; the rest is told to its sender. A bound of ours, like that of its recipients. */
const mostPlaces = 5_000;
const atATime = 50;

/**
 * Resolves whom a message is for (Exchange's categoriser: "Mail flow and the transport pipeline"): mailboxes and public folders
 * here, members of groups, whoever mail is forwarded to, and the next hop of all who are elsewhere. Not inside a transaction.
 */
export async function resolveRecipients(
  ground: ResolutionGround,
  { sender, facts }: Pick<TransportMessage, 'sender' | 'facts'>,
  recipients: readonly EnvelopeRecipient[],
): Promise<Resolution> {
  const author = facts.authAs === 'Internal' && sender !== '' ? await ground.directory.byAddress(sender) : undefined;
  const resolver = new Resolver(ground, { isInternal: facts.authAs === 'Internal', author: author?.guid });
  for (const [index, recipient] of recipients.entries()) {
    if (index % atATime === atATime - 1) await new Promise((resolve) => setImmediate(resolve));
    await resolver.add(recipient);
  }
  return resolver;
}

interface Author {
  readonly isInternal: boolean;
  /** Somebody of this directory. */
  readonly author: Guid | undefined;
}

class Resolver implements Resolution {
  readonly #ground: ResolutionGround;
  readonly #author: Author;
  readonly #targets = new Map<string, DeliveryTarget>();
  readonly #onward = new Map<string, Resolution['onward'][number]>();
  /** Groups and forwarding recipients that are done: whatever leads to them again adds nothing. */
  readonly #done = new Set<Guid>();
  readonly undelivered: Undelivered[] = [];
  readonly events: Resolution['events'][number][] = [];
  readonly checks: Check[] = [];

  constructor(ground: ResolutionGround, author: Author) {
    this.#ground = ground;
    this.#author = author;
  }

  get targets(): readonly DeliveryTarget[] {
    return [...this.#targets.values()];
  }

  get onward(): Resolution['onward'] {
    return [...this.#onward.values()];
  }

  async add(envelope: EnvelopeRecipient): Promise<void> {
    const { address } = envelope;
    const found = await this.#find(address);
    if (found !== undefined) return this.#addRecipient(found, envelope);
    const domain = address.slice(address.lastIndexOf('@') + 1);
    const type = domainTypeOf(this.#ground.organization, this.#ground.settings, domain);
    if (!/^[^@\s]+@[^@\s]+$/.test(address)) this.#fail(envelope, 'address-invalid');
    else if (type === 'Authoritative') this.#fail(envelope, isLegacyAddress(address) ? 'legacy-name-not-found' : this.#notFound());
    else this.#sendOn(envelope, address);
  }

  async #find(address: string): Promise<Recipient | undefined> {
    const { directory } = this.#ground;
    const legacy = legacyDnOf(address);
    return legacy === undefined ? directory.byAddress(address) : ((await directory.byLegacyDn(legacy)) ?? directory.byAddress(address));
  }

  #notFound(): NonDeliveryReason {
    return profileOf(this.#ground.organization.product).version.major < 15 ? 'recipient-not-found-2010' : 'recipient-not-found';
  }

  async #addRecipient(recipient: Recipient, envelope: EnvelopeRecipient): Promise<void> {
    if (this.#targets.size + this.#onward.size >= mostPlaces) return this.#fail(envelope, 'too-many-recipients');
    const refusal = await this.#restriction(recipient);
    if (refusal !== undefined) return this.#fail(envelope, refusal);
    if (isGroup(recipient)) return this.#expand(recipient, envelope);
    const place = await this.#placeOf(recipient, envelope.address);
    if (place !== undefined) return this.#deliver(recipient, place, envelope);
    const { targetAddress } = recipient;
    if (targetAddress === null) return this.#fail(envelope, 'no-target-address');
    this.#sendOn(envelope, targetAddress);
  }

  async #restriction(recipient: Recipient): Promise<NonDeliveryReason | undefined> {
    const { isInternal, author } = this.#author;
    if (isInternal && author === undefined) return undefined;
    if (!(await isRestricted(this.#ground.directory, recipient, author))) return undefined;
    return isInternal ? 'sender-not-authorized' : 'sender-not-authenticated';
  }

  async #expand(group: Recipient, envelope: EnvelopeRecipient): Promise<void> {
    if (this.#done.has(group.guid)) return;
    this.#done.add(group.guid);
    const members = await this.#ground.directory.members(group);
    const addresses = members.slice(0, mostPlaces).map(({ primaryAddress }) => primaryAddress);
    this.events.push({
      event: 'EXPAND',
      source: 'ROUTING',
      facts: { recipients: addresses, relatedRecipientAddress: envelope.address },
    });
    this.#told(`${envelope.address} is a group of ${members.length}`);
    for (const [index, member] of members.entries()) {
      if (index % atATime === atATime - 1) await new Promise((resolve) => setImmediate(resolve));
      if (member.primaryAddress !== '') await this.#addRecipient(member, { ...envelope, address: member.primaryAddress });
    }
  }

  async #deliver(recipient: Recipient, place: DeliveryTarget, envelope: EnvelopeRecipient): Promise<void> {
    const { forwardingAddress, forwardingSmtpAddress, deliverToMailboxAndForward } = recipient.settings;
    const other = forwardingAddress === undefined ? undefined : await this.#ground.directory.byGuid(forwardingAddress);
    // ForwardingAddress goes before ForwardingSmtpAddress (page of Set-Mailbox).
    const to = other?.primaryAddress ?? forwardingSmtpAddress;
    if (to === undefined || deliverToMailboxAndForward) this.#targets.set(`${place.mailbox} ${place.folder ?? ''}`, place);
    if (to === undefined || this.#done.has(recipient.guid)) return;
    this.#done.add(recipient.guid);
    this.events.push({ event: 'REDIRECT', source: 'ROUTING', facts: { recipients: [to], relatedRecipientAddress: envelope.address } });
    this.#told(`${envelope.address} is forwarded to ${to}`);
    const forwarded = { ...envelope, address: to, original: envelope.original ?? envelope.address };
    if (other === undefined) await this.add(forwarded);
    else await this.#addRecipient(other, forwarded);
  }

  async #placeOf(recipient: Recipient, address: string): Promise<DeliveryTarget | undefined> {
    const mailbox = localMailbox(recipient);
    if (mailbox !== null) return { mailbox, address };
    const folder = recipient.settings.publicFolderCounter;
    if (folder === undefined) return undefined;
    for (const one of await this.#ground.directory.all()) {
      const hierarchy = publicFolderMailbox(one);
      if (hierarchy !== null) return { mailbox: hierarchy, folder, address };
    }
    return undefined;
  }

  #sendOn(envelope: EnvelopeRecipient, address: string): void {
    const key = address.toLowerCase();
    if (this.#onward.has(key)) return;
    const hop = routeOf(this.#ground, address);
    const original = envelope.original ?? envelope.address;
    this.#onward.set(key, { ...envelope, address, ...(original.toLowerCase() === key ? {} : { original }), hop });
    this.#told(`${original} goes to ${address} by ${hop.connector === '' ? 'no connector' : hop.connector}: ${hop.nextHop}`);
    if (original.toLowerCase() !== key)
      this.events.push({ event: 'RESOLVE', source: 'ROUTING', facts: { recipients: [address], relatedRecipientAddress: original } });
  }

  #fail({ address, original, notify }: EnvelopeRecipient, reason: NonDeliveryReason): void {
    const reply = nonDeliveryReply(reason);
    this.undelivered.push({ address, original, notify, reply });
    this.checks.push({ check: 'mailflow.recipient', outcome: 'failed', expected: address, actual: reply });
  }

  #told(actual: string): void {
    this.checks.push({ check: 'mailflow.recipient', outcome: 'passed', actual });
  }
}

/**
 * The legacyExchangeDN in an address that Exchange made of one: `IMCEAEX-_o=Contoso_ou=..._cn=mary@contoso.test`; `_` stands for
 * `/` and `+XX` for what an address does not take (MS-OXCMAIL 2.2.1.3).
 */
function legacyDnOf(address: string): string | undefined {
  const encoded = /^IMCEAEX-(.+)@[^@]+$/i.exec(address)?.[1];
  return encoded
    ?.replaceAll('_', '/')
    .replaceAll(/\+([0-9a-f]{2})/gi, (_whole, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

function isLegacyAddress(address: string): boolean {
  return legacyDnOf(address) !== undefined;
}
