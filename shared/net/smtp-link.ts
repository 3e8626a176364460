import { setTimeout as delay } from 'node:timers/promises';
import { assert } from '../kernel/assert.ts';
import type { OpenExchange } from '../kernel/exchange.ts';
import { Refusal } from '../kernel/refusal.ts';
import { formatTraceparent } from '../kernel/traceparent.ts';
import { insideTransaction } from '../kernel/transaction-scope.ts';
import { InjectedRefusal } from './dial-way.ts';
import type { DialerOptions } from './dialer.ts';
import type { SmtpConnection, SmtpConnectionError, SmtpRecipient } from './smtp-connection.ts';
import type { SmtpCall } from './smtp-dial.ts';
import type { SmtpLines } from './smtp-lines.ts';
import { refusalOf, saidNo } from './smtp-refusals.ts';

/** A message's envelope, with what its sender wants to hear (RFC 3461). */
export interface SmtpEnvelope {
  /** '' is the null reverse path. */
  readonly sender: string;
  /** No address twice. */
  readonly recipients: readonly {
    readonly address: string;
    readonly notify?: readonly string[] | undefined;
    readonly original?: string | undefined;
  }[];
  readonly envelopeId?: string | undefined;
  readonly returns?: 'FULL' | 'HDRS' | undefined;
  /** What causes it to be sent: its place in the trace. */
  readonly traceparent?: string | undefined;
  readonly messageId: string;
}

/** A session that stands. One message at a time. */
export interface SmtpLink {
  /** The other end, `address:port`. */
  readonly remote: string;
  readonly local: string;
  /** The name by which it was dialled. */
  readonly host: string;
  /** 16 hexadecimal digits in capitals: session-id of the protocol log. */
  readonly sessionId: string;
  readonly tls: { readonly version: string; readonly cipher: string } | undefined;
  /**
   * Sends a message. Answers, for each recipient, the reply that decided about it. Refuses when the session breaks in its
   * midst: whether the other side has the message is not known then.
   */
  send(envelope: SmtpEnvelope, octets: Uint8Array): Promise<ReadonlyMap<string, string>>;
  /** Whether the server's EHLO has an extension: `8BITMIME`. */
  offers(extension: string): boolean;
  /** Whether another message can be sent. */
  readonly alive: boolean;
  /** Takes leave; answers when the connection has ended. */
  close(): Promise<void>;
}

interface LinkParts {
  readonly options: DialerOptions;
  readonly call: SmtpCall;
  readonly host: string;
  readonly exchange: OpenExchange;
  readonly connection: SmtpConnection;
  readonly lines: SmtpLines;
}

/** How long QUIT waits for its answer. */
const leaveMs = 1_000;

/** A session after its handshake. */
export function openSmtpLink({ options, call, host, exchange, connection, lines }: LinkParts): SmtpLink {
  const socket = connection._socket || undefined;
  const tls = connection.tlsSocket;
  const { local, remote } = lines;
  exchange.note({ detail: `${local} to ${remote}${tls === undefined ? '' : `, ${tls.getProtocol() ?? ''}`}` });
  let sent = 0;
  let ended: Promise<void> | undefined;
  return {
    remote,
    local,
    host,
    sessionId: exchange.spanId.toUpperCase(),
    tls: tls === undefined ? undefined : { version: tls.getProtocol() ?? '', cipher: tls.getCipher().name },
    offers: (extension) => connection.offers(extension),
    get alive() {
      return !connection.destroyed && socket?.destroyed === false && ended === undefined;
    },
    async send(envelope, octets) {
      assert(!insideTransaction(), `${call.service} sends mail to ${host} while a transaction is open`);
      lines.recent();
      const message = openMessage(options, call, host, envelope);
      let isFault = false;
      try {
        const said = await meetFault(options, call, host, message, connection);
        isFault = said !== undefined;
        const replies =
          said === undefined
            ? await transact(connection, call, envelope, octets, message)
            : new Map(envelope.recipients.map(({ address }) => [address, said] as const));
        // Whoever says 421 closes the session, whatever he was asked (RFC 5321, 4.2.1): nobody was refused.
        const all = [...replies.values()];
        const [first] = all;
        if (first !== undefined && all.every((reply) => reply.startsWith('421'))) throw saidNo(first);
        sent += 1;
        told(message, replies);
        message.sent(lines.recent(), undefined);
        const outcome = isFault ? 'fault' : all.every(isYes) ? 'answered' : 'refused';
        message.close(outcome, options.clock.now(call.organization));
        return replies;
      } catch (error) {
        const refusal = refusalOf(error);
        message.sent(lines.recent(), undefined);
        if (refusal instanceof Refusal) message.note({ code: refusal.code, detail: refusal.detail ?? '' });
        const outcome = isFault || refusal instanceof InjectedRefusal ? 'fault' : refusal instanceof Refusal ? 'aborted' : 'defect';
        message.close(outcome, options.clock.now(call.organization), outcome === 'defect' ? refusal : undefined);
        connection.close();
        throw refusal;
      }
    },
    close() {
      ended ??= leave(connection).then(() => {
        lines.add('-', '');
        exchange.note({ code: `${sent} sent` });
        lines.tell(exchange, call);
        exchange.close('answered', options.clock.now(call.organization));
      });
      return ended;
    },
  };
}

function openMessage({ recorder, clock }: DialerOptions, call: SmtpCall, host: string, envelope: SmtpEnvelope): OpenExchange {
  const message = recorder.open({
    service: call.service,
    direction: 'outgoing',
    protocol: 'smtp',
    target: `message ${envelope.messageId}`.trimEnd(),
    host,
    at: clock.now(call.organization),
    ...(call.organization === undefined ? {} : { organization: call.organization }),
    ...(envelope.traceparent === undefined ? {} : { traceparent: envelope.traceparent }),
  });
  message.note({ operation: 'SEND', caller: envelope.sender });
  return message;
}

/** What a fault rule has the other side say of the message; undefined: it is sent. Refuses where the connection ends. */
async function meetFault(
  { seams }: DialerOptions,
  { service, organization }: SmtpCall,
  host: string,
  message: OpenExchange,
  connection: SmtpConnection,
): Promise<string | undefined> {
  const facts = { service, organization, operation: 'SEND', host, traceId: message.traceId };
  const release = await seams.hold?.('smtp.stage', facts, () => ({ spanId: message.spanId, target: 'SEND' }));
  if (release !== undefined && release.how !== 'continue') {
    message.faulted(release.breakpoint, release.how);
    connection.close();
    throw new InjectedRefusal('ConnectionReset', { detail: `ended while it was held at ${release.breakpoint}` });
  }
  const said = release?.edit?.reply;
  if (release !== undefined && said !== undefined) {
    message.faulted(release.breakpoint, 'edit');
    return `${said.code} ${said.text}`;
  }
  const decision = seams.at('smtp.stage', facts);
  if (decision === undefined) return undefined;
  const { effect, rule } = decision;
  message.faulted(rule, effect.kind);
  if (effect.kind === 'latency') return delay(effect.delayMs, undefined);
  if (effect.kind === 'reply') return `${effect.code} ${effect.text}`;
  connection.close();
  throw new InjectedRefusal('ConnectionReset', { detail: `fault rule ${rule} at smtp.stage` });
}

async function transact(
  connection: SmtpConnection,
  call: SmtpCall,
  envelope: SmtpEnvelope,
  octets: Uint8Array,
  message: OpenExchange,
): Promise<ReadonlyMap<string, string>> {
  const { recipients, sender, envelopeId, returns } = envelope;
  const dsn = connection.offers('DSN');
  const parameters = [
    ...(dsn && returns !== undefined ? [`RET=${returns}`] : []),
    ...(dsn && envelopeId !== undefined ? [`ENVID=${xtext(envelopeId)}`] : []),
    ...(connection.offers('XOORG') && call.originatorOrganization !== undefined ? [`XOORG=${call.originatorOrganization}`] : []),
    // Ours: what a server here sets off by a message stands in the message's trace.
    ...(connection.offers('XTRACEPARENT') ? [`XTRACEPARENT=${formatTraceparent(message)}`] : []),
  ];
  const transaction = {
    sender,
    parameters,
    recipients: recipients.map((recipient) => ({ address: recipient.address, parameters: dsn ? dsnParameters(recipient) : [] })),
    eightBit: octets.some((octet) => octet > 0x7f),
  };
  try {
    return await connection.transact(transaction, octets);
  } catch (error) {
    const replies = repliesOf(error, recipients);
    if (replies === undefined) throw error;
    if (!connection.destroyed) await connection.startAnew().catch(() => connection.close());
    return replies;
  }
}

function dsnParameters({ notify, original }: SmtpEnvelope['recipients'][number]): SmtpRecipient['parameters'] {
  return [
    ...(notify === undefined || notify.length === 0 ? [] : [`NOTIFY=${notify.join(',')}`]),
    ...(original === undefined ? [] : [`ORCPT=rfc822;${xtext(original)}`]),
  ];
}

/** RFC 3461, 4. */
function xtext(text: string): string {
  const escaped = (octet: number): string => `+${octet.toString(16).toUpperCase().padStart(2, '0')}`;
  return [...Buffer.from(text)]
    .map((octet) => (octet > 0x20 && octet < 0x7f && octet !== 0x2b && octet !== 0x3d ? String.fromCharCode(octet) : escaped(octet)))
    .join('');
}

/** A whole transaction that was refused, as each recipient's reply; undefined: the session broke. */
function repliesOf(error: unknown, recipients: SmtpEnvelope['recipients']): ReadonlyMap<string, string> | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, response, rejectedErrors = [], command } = error as SmtpConnectionError;
  if (code === 'EMESSAGE' && response === undefined && command === 'MAIL FROM')
    return new Map(recipients.map(({ address }) => [address, tooLarge]));
  if (response === undefined || !/^[45]\d\d/.test(response) || !/^(MAIL|RCPT|DATA)/.test(command ?? '')) return undefined;
  const single = new Map(rejectedErrors.map((one) => [one.recipient ?? '', one.response ?? response]));
  return new Map(recipients.map(({ address }) => [address, single.get(address) ?? response]));
}

/** Said by this side, before anything is sent: the server has told its limit with SIZE. Code of RFC 3463; wording ours. */
const tooLarge = '552 5.3.4 Message size exceeds the limit that the remote server advertises';

function told(message: OpenExchange, replies: ReadonlyMap<string, string>): void {
  const [worst = ''] = [...replies.values()].toSorted((one, other) => Number(isYes(one)) - Number(isYes(other)));
  message.note({ status: Number(worst.slice(0, 3)), detail: worst });
}

/** Whether a reply says yes. */
function isYes(reply: string): boolean {
  return reply.startsWith('2');
}

async function leave(connection: SmtpConnection): Promise<void> {
  const socket = connection._socket || undefined;
  if (connection.destroyed || socket === undefined || socket.destroyed) return;
  await new Promise<void>((resolve) => {
    const late = setTimeout(() => connection.close(), leaveMs);
    socket.once('close', () => {
      clearTimeout(late);
      resolve();
    });
    connection.quit();
  });
}
