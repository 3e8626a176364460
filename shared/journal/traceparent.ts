/** Where an exchange hangs in its trace. */
export interface TraceParent {
  readonly traceId: string;
  readonly spanId: string;
}

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;

/**
 * Reads a `traceparent` header (W3C Trace Context 3.2): lower case only, no zero ids, version ff invalid, more fields
 * only in versions later than 00. Undefined for anything else: the exchange then begins a trace of its own.
 */
export function parseTraceparent(header: string | undefined): TraceParent | undefined {
  if (header === undefined || header.length > 512) return undefined;
  const match = pattern.exec(header);
  if (match === null) return undefined;
  const [, version, traceId = '', spanId = '', more] = match;
  if (version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  return /^0+$/.test(traceId) || /^0+$/.test(spanId) ? undefined : { traceId, spanId };
}
