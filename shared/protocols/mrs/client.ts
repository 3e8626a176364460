import { heldBodyBytes } from '../../kernel/exchange.ts';
import { freeOctets } from '../../kernel/free-octets.ts';
import type { Identifiers } from '../../kernel/ids.ts';
import { oneAtATime } from '../../kernel/one-at-a-time.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { DialRefusal } from '../../net/dial-refusals.ts';
import type { Dialer, HeldConnection, HttpsAnswer, HttpsCall } from '../../net/dialer.ts';
import { SchemaError, XmlSyntaxError } from '../../xml/errors.ts';
import { type AccountCredentials, ntlmCredentials, ntlmProof } from '../ntlm/client.ts';
import { readSoap12Fault } from '../soap/fault-12.ts';
import {
  type Called,
  dialFailure,
  faulted,
  httpFailure,
  noAnswer,
  noMessage,
  protocolBroken,
  sessionOver,
  unknownSequence,
} from './call-failures.ts';
import { type Contract, contract, type OperationName } from './contract.ts';
import { type MrsException, mrsException } from './exceptions.ts';
import { backChannel, type MrsMessage, readMrsMessage, writeMrsMessage } from './message.ts';
import { actionOf, actions, tempuri } from './namespaces.ts';
import { type MrsOperation, type RequestOf, type ResponseOf, wrapped } from './operation.ts';
import { numbered, type SentSequence, takeAnswer } from './reliable-sequence.ts';
import { remoteFailure } from './remote-failure.ts';
import { createSequence, readCreateSequenceResponse, terminateSequence } from './sequence-bodies.ts';
import { capabilityName, hasCapability, type MrsVersion, writeVersion } from './version.ts';
import { fromVersionInformation, toVersionInformation } from './version-information.ts';

/** Where a session goes and who opens it. */
export interface MrsEndpoint extends Pick<HttpsCall, 'service' | 'organization' | 'parent' | 'signal'> {
  readonly dialer: Pick<Dialer, 'hold'>;
  /** `https://mail.contoso.test/EWS/mrsproxy.svc`. */
  readonly url: string;
  readonly account: AccountCredentials;
  readonly identifiers: Pick<Identifiers, 'guid'>;
  /** What calls. */
  readonly version: MrsVersion;
  /** Physical mailbox GUID: the front end of the other side finds the server by it. */
  readonly anchorMailbox?: string | undefined;
  /** Of one call; 50 s by default, as Exchange waits. */
  readonly timeoutMs?: number;
}

/** A session that is open. It owns a connection; calls on it are made one after the other. */
export interface MrsSession {
  readonly server: MrsVersion;
  /** As reports name the other side: `https://mail.contoso.test/EWS/mrsproxy.svc EX01.contoso.test (15.1.1979.3 caps:3FFFFF)`. */
  readonly name: string;
  /** Throws a `Refusal<MrsException>`. `isLong`: it may take as long as MRSProxyLongOperationTimeout. */
  call<Name extends OperationName>(
    name: Name,
    request: RequestOf<Contract[Name]>,
    how?: { readonly isLong?: boolean },
  ): Promise<ResponseOf<Contract[Name]>>;
  /** Ends it on both sides as far as the other one can be reached. Never throws. */
  close(): Promise<void>;
}

const usualTimeoutMs = 50_000;
/** MRSProxyLongOperationTimeout. */
const longTimeoutMs = 20 * 60_000;
const mostAnswerBytes = 16 * 1_048_576;
/** How often a message is sent before the session is given up: WCF's MaxRetryCount is 8. */
const mostAttempts = 8;

/**
 * Opens a reliable session and shakes hands: the whole of a connectivity test. Throws a `Refusal<MrsException>`.
 */
export async function openMrsSession(endpoint: MrsEndpoint): Promise<MrsSession> {
  const channel = new Channel(endpoint);
  try {
    await channel.open();
    const { serverVersion } = await channel.call('ExchangeVersionInformation', contract.ExchangeVersionInformation, {
      clientVersion: toVersionInformation(endpoint.version),
    });
    const server = fromVersionInformation(serverVersion);
    channel.name = `${endpoint.url} ${server.computerName} (${writeVersion(server)})`;
    return {
      server,
      name: channel.name,
      async call(name, request, how) {
        const operation = contract[name] as unknown as MrsOperation<unknown, unknown>;
        const { needs } = operation;
        if (needs !== undefined && !hasCapability(server, needs)) throw unsupported(server, name, capabilityName(needs));
        const timeoutMs = how?.isLong === true ? longTimeoutMs : undefined;
        return (await channel.call(name, operation, request, timeoutMs)) as ResponseOf<Contract[typeof name]>;
      },
      close: () => channel.close(),
    };
  } catch (error) {
    await channel.close();
    throw error;
  }
}

/** The sentence is ours. */
function unsupported(server: MrsVersion, operation: string, capability: string): Refusal<MrsException> {
  return mrsException(
    'UnsupportedRemoteServerVersionWithOperationPermanentException',
    `Server '${server.computerName}' (${writeVersion(server)}) does not offer '${operation}', for want of '${capability}'.`,
  );
}

/** The reliable channel of one session: its sequence, its connection, its cookies. */
class Channel {
  readonly #endpoint: MrsEndpoint;
  readonly #connection: HeldConnection;
  readonly #inTurn = oneAtATime();
  readonly #cookies = new Map<string, string>();
  #sequence: SentSequence | undefined;
  #isFaulted = false;
  name: string;

  constructor(endpoint: MrsEndpoint) {
    this.#endpoint = endpoint;
    this.#connection = endpoint.dialer.hold();
    this.name = endpoint.url;
  }

  get #called(): Called {
    return { name: this.name, url: this.#endpoint.url, timeoutMs: this.#endpoint.timeoutMs ?? usualTimeoutMs };
  }

  #id(): string {
    return `urn:uuid:${this.#endpoint.identifiers.guid()}`;
  }

  async open(): Promise<void> {
    const offered = this.#id();
    const body = createSequence({ acksTo: backChannel, offered });
    const answer = await this.#exchange({ action: actions.createSequence, body }, this.#called);
    if (answer.action !== actions.createSequenceResponse)
      throw this.#failed(protocolBroken(this.#called, `${answer.action} opens nothing`));
    try {
      this.#sequence = { identifier: readCreateSequenceResponse(answer.body), offered, sent: 0, received: 0 };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw this.#failed(protocolBroken(this.#called, error.message));
    }
  }

  async call<Q, A>(name: string, operation: MrsOperation<Q, A>, request: Q, timeoutMs?: number): Promise<A> {
    const called = { ...this.#called, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
    const body = wrapped(operation.request, request, name);
    const answer = await this.#inTurn(() => this.#request({ action: actionOf(name), body }, called));
    const { body: told } = answer;
    const fault = told === undefined ? undefined : readSoap12Fault(told);
    if (fault !== undefined) throw remoteFailure(called.name, fault, faulted(called, fault.reason));
    try {
      if (told?.namespace !== tempuri || told.name !== `${name}Response`)
        throw new SchemaError(`${told?.name ?? 'nothing'} answers ${name}.`, {});
      return operation.response.decode(told);
    } catch (error) {
      if (!(error instanceof SchemaError)) throw error;
      throw mrsException('CommunicationErrorPermanentException', protocolBroken(called, error.message).values['Message'] ?? '');
    }
  }

  async close(): Promise<void> {
    try {
      if (this.#sequence !== undefined && !this.#isFaulted) await this.#inTurn(() => this.#end());
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    } finally {
      this.#isFaulted = true;
      await this.#connection.close();
    }
  }

  async #end(): Promise<void> {
    const called = this.#called;
    await this.#request({ action: actions.lastMessage }, called, true);
    if (this.#sequence === undefined) return;
    const { identifier, offered, received } = this.#sequence;
    const acknowledgements = [{ identifier: offered, ranges: [[1, received]] as const }];
    await this.#exchange({ action: actions.terminateSequence, body: terminateSequence(identifier), acknowledgements }, called);
  }

  /** Sends a message of the sequence until its answer is there. */
  async #request(message: MrsMessage, called: Called, isLast = false): Promise<MrsMessage> {
    const before = this.#sequence;
    if (this.#isFaulted || before === undefined) throw sessionOver(called);
    const sequence = numbered(before);
    this.#sequence = sequence;
    const answer = await this.#exchange(
      {
        ...message,
        sequence: { identifier: sequence.identifier, number: sequence.sent, isLast },
        ...(sequence.received === 0 ? {} : { acknowledgements: [{ identifier: sequence.offered, ranges: [[1, sequence.received]] }] }),
      },
      called,
      (one) => takeAnswer(sequence, one.sequence).receipt !== 'not-an-answer',
    );
    const taken = takeAnswer(sequence, answer.sequence);
    if (taken.receipt !== 'taken') throw this.#failed(protocolBroken(called, `an answer is ${taken.receipt}`));
    this.#sequence = taken.state;
    return answer;
  }

  /** Sends a message again as long as it brings nothing back, always the same octets. */
  async #exchange(message: MrsMessage, called: Called, isAnswer: (message: MrsMessage) => boolean = () => true): Promise<MrsMessage> {
    const messageId = this.#id();
    const octets = writeMrsMessage({ ...message, messageId, replyTo: backChannel, to: this.#endpoint.url });
    let lost: Refusal | undefined;
    for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
      const came = await this.#post(message.action, octets, called);
      if (came instanceof Refusal) lost = came;
      if (came === undefined || came instanceof Refusal) continue;
      const answer = this.#read(came, called);
      this.#throwFault(answer, called);
      if (!isAnswer(answer)) continue;
      if (answer.relatesTo !== undefined && answer.relatesTo !== messageId)
        throw this.#failed(protocolBroken(called, 'an answer relates to another request'));
      return answer;
    }
    throw this.#failed(lost === undefined ? noAnswer(called) : dialFailure(lost, called));
  }

  /** A refusal: the connection was lost. Undefined: nothing is answered yet. */
  async #post(action: string, octets: Buffer, called: Called): Promise<HttpsAnswer | Refusal | undefined> {
    const { url, account, anchorMailbox, version, service, organization, parent, signal } = this.#endpoint;
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    try {
      const answer = await this.#connection.https({
        ...{ service, organization, parent, signal, url, method: 'POST', body: octets },
        ...{ timeoutMs: called.timeoutMs, maxBytes: mostAnswerBytes, proof: ntlmProof(ntlmCredentials(account), url) },
        headers: {
          'content-type': `application/soap+xml; charset=utf-8; action="${action}"`,
          'x-exchclientversion': version.product.slice(0, 2).join('.'),
          ...(anchorMailbox === undefined ? {} : { 'x-anchormailbox': anchorMailbox }),
          ...(cookie === '' ? {} : { cookie }),
        },
      });
      this.#keepCookies(answer);
      return answer.status === 202 ? undefined : answer;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const code = error.code as DialRefusal;
      // The message may have arrived: what is sent again is not carried out again.
      if (code === 'ConnectionReset' || code === 'AnswerMalformed') return error;
      throw this.#failed(dialFailure(error, called));
    }
  }

  #keepCookies({ headers }: HttpsAnswer): void {
    for (const line of [headers['set-cookie'] ?? []].flat()) {
      const [, name = '', value = ''] = /^\s*([^=;\s]{1,64})=([^;]{0,2048})/.exec(line) ?? [];
      if (name !== '' && (this.#cookies.has(name) || this.#cookies.size < mostCookies)) this.#cookies.set(name, value);
    }
  }

  #read(answer: HttpsAnswer, called: Called): MrsMessage {
    const isSoap = /^application\/soap\+xml\b/i.test(String(answer.headers['content-type'] ?? ''));
    if (!isSoap) throw this.#failed(answer.status === 200 ? noMessage(called, answer.headers) : httpFailure(answer, called));
    try {
      const message = readMrsMessage(answer.body);
      // Its octets are not among the message's, and nobody else has them.
      if (answer.body.length > heldBodyBytes) freeOctets(answer.body);
      return message;
    } catch (error) {
      if (!(error instanceof XmlSyntaxError || error instanceof Refusal)) throw error;
      throw this.#failed(protocolBroken(called, error.message));
    }
  }

  /** Faults of the session end it; an operation's own is an answer. */
  #throwFault({ sequence, body }: MrsMessage, called: Called): void {
    const fault = body === undefined || sequence !== undefined ? undefined : readSoap12Fault(body);
    if (fault === undefined) return;
    const { subcode, reason } = fault;
    throw this.#failed(
      subcode === 'UnknownSequence' ? unknownSequence(called, reason) : remoteFailure(called.name, fault, faulted(called, fault.reason)),
    );
  }

  #failed<Failure extends Error>(failure: Failure): Failure {
    this.#isFaulted = true;
    return failure;
  }
}

const mostCookies = 16;
