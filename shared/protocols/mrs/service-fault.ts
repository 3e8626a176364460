import { type Content, maybe, recursive, sequence } from '../../xml/codec.ts';
import { child, type XmlElement } from '../../xml/element.ts';
import { nillable, types } from './data-contract.ts';
import { data } from './namespaces.ts';

/** MrsErrorType. */
const errorTypes = ['Permanent', 'Transient', 'ProxyThrottlingLimitReached', 'ResourceUnhealthy'] as const;

/** What an operation's fault tells. `MessageData`, a serialised .NET object, is never sent and never read. */
export interface ServiceFault {
  /** Name of the exception's class: `SourceMailboxAlreadyBeingMovedTransientException`. */
  readonly exceptionType: string;
  readonly message: string;
  readonly kind: (typeof errorTypes)[number];
  readonly side: 'Source' | 'Target' | null;
  readonly errorCode: number;
  readonly inner: ServiceFault | null;
}

/** COR_E_EXCEPTION: FailureCode of a .NET exception that has none of its own. */
export const plainErrorCode = -2_146_233_088;
/** FlagsInt: on which side it happened (numbers ours). */
const sides = { Source: 1, Target: 2 } as const;

interface Written {
  readonly Capacity?: number | undefined;
  readonly ErrorCode?: number | undefined;
  readonly ExceptionType?: string | null | undefined;
  readonly FlagsInt?: number | undefined;
  readonly InnerException?: Written | null | undefined;
  readonly MapiLowLevelError?: number | undefined;
  readonly MessageData?: Buffer | null | undefined;
  readonly MessageDataNonLocalized?: string | null | undefined;
  readonly MrsErrorType?: string | undefined;
  readonly StackTrace?: string | null | undefined;
}

const name = 'MailboxReplicationServiceFault';
const content: Content<Written> = recursive(name, () => whole);
// Members that resource limits fill are read over: nothing here has such limits.
const whole: Content<Written> = sequence({
  Capacity: maybe(data, types.integer),
  DataContextData: maybe(data, types.nullableOctets),
  ErrorCode: maybe(data, types.integer),
  ExceptionType: maybe(data, types.nullableText),
  FlagsInt: maybe(data, types.integer),
  InnerException: maybe(data, nillable(content)),
  MapiLowLevelError: maybe(data, types.integer),
  MessageData: maybe(data, types.nullableOctets),
  MessageDataNonLocalized: maybe(data, types.nullableText),
  MrsErrorType: maybe(data, types.text),
  StackTrace: maybe(data, types.nullableText),
}) as Content<Written>;

export function serviceFaultElement(fault: ServiceFault): XmlElement {
  return content.encode(written(fault), data, name);
}

function written({ exceptionType, message, kind, side, errorCode, inner }: ServiceFault): Written {
  return {
    Capacity: 0,
    ErrorCode: errorCode,
    ExceptionType: exceptionType,
    FlagsInt: side === null ? 0 : sides[side],
    ...(inner === null ? {} : { InnerException: written(inner) }),
    MapiLowLevelError: 0,
    MessageData: null,
    MessageDataNonLocalized: message,
    MrsErrorType: kind,
    StackTrace: null,
  };
}

const deepest = 8;

/** The fault in a Detail; undefined where there is none. Throws `SchemaError` for one that is none. */
export function readServiceFault(detail: readonly XmlElement[]): ServiceFault | undefined {
  const found = detail.find((one) => one.namespace === data && one.name === name);
  if (found === undefined) return undefined;
  let depth = 0;
  for (let one: XmlElement | undefined = found; one !== undefined; one = child(one, data, 'InnerException')) depth += 1;
  return depth > deepest ? undefined : told(content.decode(found));
}

function told(fault: Written): ServiceFault {
  const { ExceptionType, MessageDataNonLocalized, MrsErrorType, FlagsInt, ErrorCode, InnerException } = fault;
  return {
    exceptionType: ExceptionType ?? '',
    message: MessageDataNonLocalized ?? '',
    kind: errorTypes.find((one) => one === MrsErrorType) ?? 'Permanent',
    side: FlagsInt === sides.Source ? 'Source' : FlagsInt === sides.Target ? 'Target' : null,
    errorCode: ErrorCode ?? plainErrorCode,
    inner: InnerException == null ? null : told(InnerException),
  };
}
