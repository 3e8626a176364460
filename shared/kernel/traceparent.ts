import type { OpenExchange } from './exchange.ts';

/** The `traceparent` header by which an exchange names itself as the cause of the next one (W3C Trace Context 3.2): version 00, sampled. */
export function formatTraceparent(exchange: Pick<OpenExchange, 'traceId' | 'spanId'>): string {
  return `00-${exchange.traceId}-${exchange.spanId}-01`;
}
