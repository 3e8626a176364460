import type { ExchangeTable } from '../store/schema.ts';
import { storable, storableJson } from '../store/storable.ts';
import { octetsOf, octetsText } from './octets-text.ts';
import type { ExchangeOctets, ExchangeRecord, FullExchange } from './record.ts';

/** What has no column of its own. */
type Facts = Pick<ExchangeRecord, 'detail' | 'verdict' | 'faults' | 'error' | 'startedMs' | 'web' | 'smtp' | 'wizard'>;

/** A row of the `exchange` table; `octets` is absent where heads and bodies were not asked for. */
export type ExchangeRow = Omit<ExchangeTable, 'octets'> & { readonly octets?: string | null };

/** The row of an exchange that has closed. */
export function toRow(record: ExchangeRecord, octets: ExchangeOctets): ExchangeTable {
  const { detail, verdict, faults, error, startedMs, web, smtp, wizard } = record;
  const told = { ...(smtp === undefined ? {} : { smtp }), ...(wizard === undefined ? {} : { wizard }) };
  const facts: Facts = { detail, verdict, faults, error, startedMs, web, ...told };
  return {
    trace_id: record.traceId,
    span_id: record.spanId,
    parent_span: record.parentSpan,
    sequence: record.sequence,
    at: record.at,
    closed: record.closed,
    duration_us: record.durationMs === null ? null : Math.round(record.durationMs * 1_000),
    direction: record.direction,
    protocol: record.protocol,
    service: record.service,
    organization: record.organization,
    operation: optional(record.operation),
    host: storable(record.host),
    target: storable(record.target),
    peer: record.peer,
    caller: optional(record.caller),
    status: record.status,
    code: optional(record.code),
    outcome: record.outcome,
    facts: storableJson(facts),
    octets: octetsText(octets),
  };
}

/** The inverse of {@link toRow}. */
export function fromRow(row: ExchangeRow): FullExchange {
  const facts = JSON.parse(row.facts) as Facts;
  const octets: ExchangeOctets = typeof row.octets === 'string' ? octetsOf(row.octets) : { request: null, answer: null };
  return {
    traceId: row.trace_id,
    spanId: row.span_id,
    parentSpan: row.parent_span,
    sequence: row.sequence,
    at: row.at,
    closed: row.closed,
    startedMs: facts.startedMs,
    durationMs: row.duration_us === null ? null : row.duration_us / 1_000,
    direction: row.direction as ExchangeRecord['direction'],
    protocol: row.protocol as ExchangeRecord['protocol'],
    service: row.service,
    organization: row.organization,
    operation: row.operation,
    host: row.host,
    target: row.target,
    peer: row.peer,
    caller: row.caller,
    status: row.status,
    // Rows written by earlier versions have none.
    web: facts.web ?? null,
    ...(facts.smtp === undefined ? {} : { smtp: facts.smtp }),
    ...(facts.wizard === undefined ? {} : { wizard: facts.wizard }),
    code: row.code,
    detail: facts.detail,
    outcome: row.outcome as ExchangeRecord['outcome'],
    verdict: facts.verdict,
    faults: facts.faults,
    error: facts.error,
    ...octets,
  };
}

function optional(text: string | null): string | null {
  return text === null ? null : storable(text);
}
