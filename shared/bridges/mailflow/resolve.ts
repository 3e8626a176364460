import { isArbitrationAddress } from '../../domain/directory/arbitration.ts';
import { arePublicFoldersMigrated } from '../../domain/directory/public-folders.ts';
import { isGroup, type Recipient } from '../../domain/directory/recipient.ts';
import { type DeliveryTarget, deliveryTarget } from '../../domain/mailflow/delivery-targets.ts';
import { isKnownAtEdge } from '../../domain/mailflow/edge-blocking.ts';
import { type NonDeliveryReason, nonDeliveryReply } from '../../domain/mailflow/non-delivery.ts';
import { remoteDomainOf } from '../../domain/mailflow/remote-domains.ts';
import { routeOf } from '../../domain/mailflow/route.ts';
import { type SizeLimits, sizeLimitsOf } from '../../domain/mailflow/size-limits.ts';
import { transportConfigOf } from '../../domain/mailflow/transport-config.ts';
import type { EnvelopeRecipient, TransportMessage } from '../../domain/mailflow/transport-message.ts';
import { domainTypeOf } from '../../domain/organization/accepted-domains.ts';
import { organizationConfig } from '../../domain/organization/organization-config.ts';
import { profileOf } from '../../domain/organization/profiles.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { Check } from '../../kernel/verdict.ts';
import { isRestricted } from '../access/mail-restriction.ts';
import { isModerated, moderatorsOf } from '../access/moderation.ts';
import { encapsulatedDn } from './encapsulated-dn.ts';
import type { Resolution, ResolutionGround } from './resolution.ts';
import { type WaitingHop, waitingHop } from './waiting-hop.ts';

/** Places that one message may reach; the rest is told to its sender. A bound of ours, like that of its recipients. */
const mostPlaces = 5_000;
const atATime = 50;

/**
 * Resolves whom a message is for (Exchange's categoriser: "Mail flow and the transport pipeline"): mailboxes and public folders
 * here, members of groups, whoever mail is forwarded to, and the next hop of all who are elsewhere. Not inside a transaction.
 */
export async function resolveRecipients(
  ground: ResolutionGround,
  { sender, facts, size }: Pick<TransportMessage, 'sender' | 'facts'> & { readonly size: number },
  recipients: readonly EnvelopeRecipient[],
): Promise<Resolution> {
  const isInternal = facts.authAs === 'Internal';
  const author = isInternal && sender !== '' ? await ground.directory.byAddress(sender) : undefined;
  // What servers write by themselves is as large as it is ("Messages exempt from size limits", message-size-limits).
  const isByServers = facts.source === 'DSN' || facts.source === 'MAILBOXRULE' || facts.source === 'APPROVAL';
  const limits = isByServers ? undefined : sizeLimitsOf(ground, isInternal, author);
  const resolver = new Resolver(ground, { isInternal, isNobody: sender === '', author: author?.guid, size, limits, facts });
  const { MaxRecipientEnvelopeLimit: most } = transportConfigOf(ground.organization, ground.settings);
  if (most !== 'unlimited' && recipients.length > most) return resolver.refuseAll(recipients);
  for (const [index, recipient] of recipients.entries()) {
    if (index % atATime === atATime - 1) await new Promise((resolve) => setImmediate(resolve));
    await resolver.add(recipient);
  }
  return resolver;
}

interface Author {
  readonly isInternal: boolean;
  /** The null reverse path: a report, or an automatic reply. */
  readonly isNobody: boolean;
  /** Somebody of this directory. */
  readonly author: Guid | undefined;
  /** Octets of the message. */
  readonly size: number;
  /** Undefined: none holds. */
  readonly limits: SizeLimits | undefined;
  readonly facts: TransportMessage['facts'];
}

/** A recipient on its way to a place. */
interface Step {
  readonly envelope: EnvelopeRecipient;
  /** Whom it has been led through: whoever stands there already makes a circle. */
  readonly through: readonly Guid[];
}

class Resolver implements Resolution {
  readonly #ground: ResolutionGround;
  readonly #author: Author;
  readonly #targets = new Map<string, DeliveryTarget>();
  readonly #onward = new Map<string, Resolution['onward'][number]>();
  /** Groups and forwarding recipients that are done: whatever leads to them again adds nothing. */
  readonly #done = new Set<Guid>();
  readonly undelivered: Resolution['undelivered'][number][] = [];
  readonly moderated: Resolution['moderated'][number][] = [];
  readonly reached: Resolution['reached'][number][] = [];
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

  /** A message for more people than one may have reaches nobody. */
  refuseAll(recipients: readonly EnvelopeRecipient[]): Resolution {
    for (const recipient of recipients) this.#fail(recipient, 'too-many-recipients');
    return this;
  }

  async add(envelope: EnvelopeRecipient): Promise<void> {
    const { limits, size } = this.#author;
    if (limits !== undefined && size > limits.send) return this.#fail(envelope, 'message-too-large-for-sender');
    return this.#add({ envelope, through: [] });
  }

  async #add({ envelope, through }: Step): Promise<void> {
    const { address } = envelope;
    const found = await this.#find(address);
    if (found !== undefined) return this.#addRecipient(found, { envelope, through });
    if (!/^[^@\s]+@[^@\s]+$/.test(address)) return this.#fail(envelope, 'address-invalid');
    const domain = address.slice(address.lastIndexOf('@') + 1);
    const type = domainTypeOf(this.#ground.organization, this.#ground.settings, domain);
    const { directory, settings } = this.#ground;
    if (type !== 'Authoritative' || (await isKnownAtEdge(directory, settings, address))) return this.#sendOn(envelope, address);
    if (this.#isOtherAssistant(address)) return this.#sendOn(envelope, address);
    this.#fail(envelope, this.#notFound(encapsulatedDn(address) === undefined ? 'recipient' : 'legacy-name'));
  }

  /** The arbitration mailbox of the other side, which is not synchronised: what moderators here decide goes there. Exchange's way is not public. */
  #isOtherAssistant(address: string): boolean {
    return this.#author.isInternal && isArbitrationAddress(address) && routeOf(this.#ground, address).connector !== '';
  }

  async #find(address: string): Promise<Recipient | undefined> {
    const { directory } = this.#ground;
    const legacy = encapsulatedDn(address);
    return legacy === undefined ? directory.byAddress(address) : ((await directory.byLegacyDn(legacy)) ?? directory.byAddress(address));
  }

  #notFound(what: 'recipient' | 'legacy-name'): NonDeliveryReason {
    return profileOf(this.#ground.organization.product).version.major < 15 ? `${what}-not-found-2010` : `${what}-not-found`;
  }

  async #addRecipient(recipient: Recipient, step: Step): Promise<void> {
    const { envelope } = step;
    if (this.#targets.size + this.#onward.size >= mostPlaces) return this.#fail(envelope, 'too-many-recipients');
    const refusal = await this.#restriction(recipient);
    if (refusal !== undefined) return this.#fail(envelope, refusal);
    if (await this.#waitsForApproval(recipient)) return this.#moderate(recipient, envelope);
    if (isGroup(recipient)) return this.#expand(recipient, step);
    const isGone = recipient.type === 'PublicFolder' && arePublicFoldersMigrated(organizationConfig(this.#ground.settings));
    const place = isGone ? undefined : await deliveryTarget(this.#ground.directory, recipient, envelope.address);
    const waits = place === undefined ? undefined : await waitingHop(this.#ground, recipient, place.mailbox);
    if (waits !== undefined) return this.#strand(envelope, waits);
    if (place !== undefined) {
      // The copy for the mailbox that a staged migration fills elsewhere ("Office 365 Migration Solutions for Email Services").
      if (recipient.targetAddress !== null) this.#sendOn(envelope, recipient.targetAddress);
      return this.#deliver(recipient, place, step);
    }
    if (recipient.targetAddress === null) this.#fail(envelope, 'no-target-address');
    else this.#sendOn(envelope, recipient.targetAddress);
  }

  async #restriction(recipient: Recipient): Promise<NonDeliveryReason | undefined> {
    const { isInternal, isNobody, author, limits, size } = this.#author;
    if (limits !== undefined && size > (recipient.settings.maxReceiveSize ?? limits.receive)) return 'message-too-large-for-recipient';
    if (isInternal && author === undefined) {
      // Nobody's mail is the organisation's own; somebody whom the directory does not have is on no list.
      const isListed = isNobody || (recipient.settings.acceptMessagesOnlyFrom ?? []).length === 0;
      return isListed ? undefined : 'sender-not-authorized';
    }
    if (!(await isRestricted(this.#ground.directory, recipient, author))) return undefined;
    return isInternal ? 'sender-not-authorized' : 'sender-not-authenticated';
  }

  /** What servers write by themselves waits for nobody, and what was approved not again. */
  async #waitsForApproval(recipient: Recipient): Promise<boolean> {
    const { isNobody, author, facts } = this.#author;
    if (recipient.settings.moderationEnabled !== true || isNobody || facts.source === 'APPROVAL') return false;
    if (facts.approvedForMembers === true) return false;
    const approved = await Promise.all((facts.approvedFor ?? []).map((address) => this.#ground.directory.byAddress(address)));
    return !approved.some((one) => one?.guid === recipient.guid) && isModerated(this.#ground.directory, recipient, author);
  }

  async #moderate(recipient: Recipient, envelope: EnvelopeRecipient): Promise<void> {
    if (this.#done.has(recipient.guid)) return;
    this.#done.add(recipient.guid);
    const moderators = await moderatorsOf(this.#ground.directory, recipient);
    if (moderators.length === 0) return this.#fail(envelope, 'moderators-gone');
    this.moderated.push({ envelope, recipient, moderators });
    this.#told(`${envelope.address} waits for ${moderators.map(({ primaryAddress }) => primaryAddress).join(', ')}`);
  }

  async #expand(group: Recipient, { envelope, through }: Step): Promise<void> {
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
    this.#reach(envelope, 'expanded');
    // Who hears of the group does not hear of each member (RFC 3461, 5.2.7.2).
    const notify = envelope.notify?.filter((one) => one !== 'SUCCESS');
    const onward = { ...envelope, ...(notify === undefined ? {} : { notify: notify.length === 0 ? (['NEVER'] as const) : notify }) };
    for (const [index, member] of members.entries()) {
      if (index % atATime === atATime - 1) await new Promise((resolve) => setImmediate(resolve));
      if (member.primaryAddress === '') continue;
      await this.#addRecipient(member, { envelope: { ...onward, address: member.primaryAddress }, through });
    }
  }

  async #deliver(recipient: Recipient, place: DeliveryTarget, { envelope, through }: Step): Promise<void> {
    const { forwardingAddress, forwardingSmtpAddress, deliverToMailboxAndForward } = recipient.settings;
    const other = forwardingAddress === undefined ? undefined : await this.#ground.directory.byGuid(forwardingAddress);
    // ForwardingAddress goes before ForwardingSmtpAddress (page of Set-Mailbox).
    const to = other?.primaryAddress ?? forwardingSmtpAddress;
    if (to === undefined || deliverToMailboxAndForward) {
      this.#targets.set(`${place.mailbox} ${place.folder ?? ''}`, place);
      this.#reach(envelope, 'delivered');
    }
    if (to === undefined) return;
    if (other === undefined && !(await this.#mayForward(to))) return this.#drop(envelope, to);
    if (through.includes(recipient.guid)) {
      // Who has his copy and forwards in a circle has his copy; who forwards only is never reached.
      if (!deliverToMailboxAndForward) this.#fail(envelope, 'forwarding-loop');
      return;
    }
    if (this.#done.has(recipient.guid)) return;
    this.#done.add(recipient.guid);
    this.events.push({ event: 'REDIRECT', source: 'ROUTING', facts: { recipients: [to], relatedRecipientAddress: envelope.address } });
    this.#told(`${envelope.address} is forwarded to ${to}`);
    const forwarded = { ...envelope, address: to, original: envelope.original ?? envelope.address };
    const step = { envelope: forwarded, through: [...through, recipient.guid] };
    await (other === undefined ? this.#add(step) : this.#addRecipient(other, step));
  }

  /** AutoForwardEnabled of the remote domain; what administrators forward by ForwardingAddress it does not hold back. */
  async #mayForward(address: string): Promise<boolean> {
    const { organization, settings, directory } = this.#ground;
    const domain = address.slice(address.lastIndexOf('@') + 1);
    if (domainTypeOf(organization, settings, domain) !== undefined || (await directory.byAddress(address)) !== undefined) return true;
    return remoteDomainOf(settings, domain).AutoForwardEnabled;
  }

  /** Nobody is told ("Control automatic external email forwarding in Microsoft 365", remote domains). */
  #drop({ address }: EnvelopeRecipient, to: string): void {
    this.events.push({ event: 'DROP', source: 'ROUTING', facts: { recipients: [to], relatedRecipientAddress: address } });
    const actual = `AutoForwardEnabled of the remote domain: not to ${to}`;
    this.checks.push({ check: 'mailflow.recipient', outcome: 'failed', expected: address, actual });
  }

  #strand(envelope: EnvelopeRecipient, hop: WaitingHop): void {
    this.#onward.set(envelope.address.toLowerCase(), { ...envelope, hop });
    this.checks.push({ check: 'mailflow.recipient', outcome: 'failed', expected: envelope.address, actual: hop.lastError });
  }

  #sendOn(envelope: EnvelopeRecipient, address: string): void {
    const key = address.toLowerCase();
    if (this.#onward.has(key)) return;
    const hop = routeOf(this.#ground, address);
    const { limits, size } = this.#author;
    if (limits !== undefined && size > Math.min(limits.outside, hop.largest ?? limits.outside)) {
      this.#fail(envelope, 'message-too-large');
      return;
    }
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

  #reach({ address, original, notify }: EnvelopeRecipient, action: 'delivered' | 'expanded'): void {
    if (notify?.includes('SUCCESS')) this.reached.push({ address, original, notify, reply: '', action });
  }

  #told(actual: string): void {
    this.checks.push({ check: 'mailflow.recipient', outcome: 'passed', actual });
  }
}
