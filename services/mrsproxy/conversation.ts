import type { Organization } from '../../shared/domain/organization/organization.ts';
import type { Settings } from '../../shared/domain/organization/settings.ts';
import type { Instant } from '../../shared/kernel/clock.ts';
import type { Guid } from '../../shared/kernel/ids.ts';
import { Refusal } from '../../shared/kernel/refusal.ts';
import { contract, isOperation, NOT_IMPLEMENTED, type OperationName } from '../../shared/protocols/mrs/contract.ts';
import { QuotaError } from '../../shared/protocols/mrs/data-contract.ts';
import {
  actionNotSupported,
  addressingHeaderRequired,
  createSequenceRefused,
  type FaultMessage,
  sequenceFault,
} from '../../shared/protocols/mrs/faults.ts';
import { backChannel, type MrsMessage } from '../../shared/protocols/mrs/message.ts';
import { actionOf, actions, operationIn, tempuri } from '../../shared/protocols/mrs/namespaces.ts';
import { type MrsOperation, wrapped } from '../../shared/protocols/mrs/operation.ts';
import {
  createSequenceResponse,
  readCreateSequence,
  readTerminateSequence,
  terminateSequence,
} from '../../shared/protocols/mrs/sequence-bodies.ts';
import { hasCapability, productCapabilities, readCapabilities } from '../../shared/protocols/mrs/version.ts';
import { soap12FaultElement } from '../../shared/protocols/soap/fault-12.ts';
import type { TrackedExchange } from '../../shared/service/tracked-exchange.ts';
import { SchemaError } from '../../shared/xml/errors.ts';
import { mayMove } from './access.ts';
import type { MrsCall, MrsProxyContext } from './context.ts';
import { accessDenied, defectFault, faultOf, notImplemented } from './failures.ts';
import { type Handler, operations } from './operations/index.ts';
import type { ServerNode } from './server-node.ts';
import type { Session, SessionAnswer } from './session.ts';

/** Where a message is talked about. */
export interface Ground {
  readonly context: MrsProxyContext;
  readonly organization: Organization;
  readonly settings: Settings;
  readonly instant: Instant;
  readonly exchange: TrackedExchange;
  readonly node: ServerNode;
  readonly caller: Guid;
  /** MRSProxyMaxConnections. */
  readonly limit: number;
  /** What a fault rule has the operation fail with. */
  readonly injected?: Refusal | undefined;
}

/** What is said to a message, with the code for the journal. Without a message there is nothing to say. */
export interface Spoken {
  readonly message: MrsMessage | undefined;
  readonly status: number;
  readonly code: string;
}
export type Said = Spoken | { readonly fault: FaultMessage };

/** Answers a message by what it is in its session. */
export async function converse(ground: Ground, message: MrsMessage): Promise<Said> {
  switch (message.action) {
    case actions.createSequence:
      return open(ground, message);
    case actions.terminateSequence:
      return terminate(ground, message);
    case actions.acknowledgementAsked:
    case actions.acknowledgement:
      return acknowledge(ground, message);
    default:
      return message.sequence === undefined ? { fault: actionNotSupported(message.action) } : take(ground, message, message.sequence);
  }
}

async function open({ context, node, caller, instant }: Ground, message: MrsMessage): Promise<Said> {
  if (message.messageId === undefined) return { fault: addressingHeaderRequired('MessageID') };
  if (message.replyTo === undefined) return { fault: addressingHeaderRequired('ReplyTo') };
  const wanted = orFault(() => readCreateSequence(message.body));
  if ('fault' in wanted) return wanted;
  const { offered, acksTo } = wanted.value;
  if (offered === undefined) return { fault: createSequenceRefused('NoOffer') };
  if (acksTo !== message.replyTo || acksTo !== backChannel) return { fault: createSequenceRefused('AcksTo') };
  const session = await node.open(offered, caller, () => `urn:uuid:${context.identifiers.guid()}`, instant);
  if (session === undefined) return { fault: createSequenceRefused('ConnectionLimitReached') };
  const body = createSequenceResponse(session.identifier, message.to ?? '');
  return spoken({ action: actions.createSequenceResponse, relatesTo: message.messageId, body });
}

async function terminate({ node, caller, instant }: Ground, message: MrsMessage): Promise<Said> {
  const named = orFault(() => readTerminateSequence(message.body));
  if ('fault' in named) return named;
  const session = await node.find(named.value, caller, instant);
  if (session === undefined) return { fault: sequenceFault('UnknownSequence', named.value) };
  const receipt = session.hear(undefined, message.acknowledgements ?? [], instant);
  if (receipt.is === 'fault') return { fault: sequenceFault(receipt.fault, session.identifier) };
  await node.end(session);
  return spoken({
    action: actions.terminateSequence,
    relatesTo: message.messageId,
    acknowledgements: [session.acknowledgement],
    body: terminateSequence(session.offered),
  });
}

/** A client that keeps the session alive, or tells which answers it has. */
async function acknowledge({ node, caller, instant }: Ground, message: MrsMessage): Promise<Said> {
  const [asked] = message.acknowledgementsAsked ?? [];
  const [told] = message.acknowledgements ?? [];
  const identifier = asked ?? told?.identifier;
  if (identifier === undefined) return { fault: actionNotSupported(message.action) };
  const session = asked === undefined ? await node.byOffer(identifier, caller, instant) : await node.find(identifier, caller, instant);
  if (session === undefined) return { fault: sequenceFault('UnknownSequence', identifier) };
  const receipt = session.hear(undefined, message.acknowledgements ?? [], instant);
  if (receipt.is === 'fault') return { fault: sequenceFault(receipt.fault, identifier) };
  return asked === undefined ? { message: undefined, status: 202, code: 'NoError' } : tell(session, message);
}

async function take(ground: Ground, message: MrsMessage, place: NonNullable<MrsMessage['sequence']>): Promise<Said> {
  const { node, caller, instant } = ground;
  const session = await node.find(place.identifier, caller, instant);
  if (session === undefined) return { fault: sequenceFault('UnknownSequence', place.identifier) };
  const request = message.action === actions.lastMessage ? undefined : decode(ground, message);
  const receipt = session.hear(place, message.acknowledgements ?? [], instant);
  if (receipt.is === 'fault') return { fault: sequenceFault(receipt.fault, session.identifier) };
  if (receipt.is === 'told') return tell(session, message);
  if (receipt.is === 'next') {
    const make = async () => ({ ...(await answer({ ...ground, session }, message, request)), relatesTo: message.messageId });
    await session.carryOut(place.number, make);
  }
  const kept = await session.answerTo(place.number);
  if (kept === undefined) return tell(session, message);
  return spoken({ ...kept, acknowledgements: [session.acknowledgement] }, codeOf(kept));
}

/** What has come, and nothing else. */
function tell(session: Session, message: MrsMessage): Spoken {
  return spoken({ action: actions.acknowledgement, relatesTo: message.messageId, acknowledgements: [session.acknowledgement] });
}

interface Decoded {
  readonly name: string;
  /** A SchemaError is the operation's answer; one of quota the whole request's. */
  readonly value: unknown;
}

/** The operation that a message asks for with its parameters, read before the message counts as taken. */
function decode({ organization }: Ground, { action, body }: MrsMessage): Decoded | undefined {
  const name = operationIn(action);
  if (name === undefined || !isOperation(name) || !isOffered(organization, name))
    return name === undefined ? undefined : { name, value: undefined };
  const operation = contract[name] as unknown as MrsOperation<unknown, unknown>;
  try {
    if (body?.namespace !== tempuri || body.name !== name)
      throw new SchemaError(`${body?.name ?? 'nothing'} is not the element of ${name}.`, {});
    return { name, value: operation.request.decode(body) };
  } catch (error) {
    if (!(error instanceof SchemaError) || error instanceof QuotaError) throw error;
    return { name, value: error };
  }
}

/** Older servers have not all operations. */
function isOffered({ product }: Organization, name: OperationName): boolean {
  const { needs } = contract[name];
  return needs === undefined || hasCapability({ capabilities: readCapabilities(productCapabilities[product]) }, needs);
}

type Answer = Pick<SessionAnswer, 'action' | 'body'>;

async function answer(ground: Ground & Pick<MrsCall, 'session'>, message: MrsMessage, request: Decoded | undefined): Promise<Answer> {
  if (message.action === actions.lastMessage) return { action: actions.lastMessage };
  if (request === undefined) return faultAnswer(actionNotSupported(message.action));
  const { name, value } = request;
  try {
    if (NOT_IMPLEMENTED.includes(name)) throw notImplemented(name);
    if (!isOperation(name) || !isOffered(ground.organization, name)) return faultAnswer(actionNotSupported(message.action));
    if (!(await mayMove(ground))) return faultAnswer(accessDenied);
    if (value instanceof SchemaError) throw value;
    if (ground.injected !== undefined) throw ground.injected;
    const handler = operations[name] as Handler<unknown, unknown>;
    const response = await handler(ground, value);
    const operation = contract[name] as unknown as MrsOperation<unknown, unknown>;
    return { action: `${actionOf(name)}Response`, body: wrapped(operation.response, response, `${name}Response`) };
  } catch (error) {
    const fault = faultOf(error, name, ground.session.handles.side);
    if (fault === undefined) ground.exchange.conclude('defect', error);
    else ground.exchange.note({ detail: error instanceof Error ? error.message : '' });
    return faultAnswer(fault ?? defectFault);
  }
}

function faultAnswer({ action, fault }: FaultMessage): Answer {
  return { action, body: soap12FaultElement(fault) };
}

/** For the journal: the exception or subcode of a fault. */
function codeOf({ action, body }: SessionAnswer): string {
  if (body?.name !== 'Fault') return 'NoError';
  return operationIn(action)?.replace(/MailboxReplicationServiceFaultFault$/, ' refused') ?? 'Fault';
}

function spoken(message: MrsMessage, code = 'NoError'): Spoken {
  return { message, status: 200, code };
}

function orFault<T>(read: () => T): { readonly value: T } | { readonly fault: FaultMessage } {
  try {
    return { value: read() };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { fault: createSequenceRefused('AcksTo') };
  }
}
