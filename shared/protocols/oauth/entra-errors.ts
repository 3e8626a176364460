import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { entraErrorRows } from './entra-error-rows.ts';

/** A number of the table, without `AADSTS`. */
export type EntraErrorCode = keyof typeof entraErrorRows;

/** What the token service says with one AADSTS number. */
export interface EntraError {
  /** The OAuth error (RFC 6749 5.2, RFC 8628 3.5, OpenID Connect). */
  readonly error: string;
  readonly status: number;
  readonly suberror?: string;
  /** The sentence, its places filled from `values`; a place without a value stays as it is. */
  text(values: Readonly<Record<string, string>>): string;
}

/** The members are in the order of the service. */
export interface EntraErrorBody {
  readonly error: string;
  readonly error_description: string;
  readonly error_codes: readonly number[];
  /** `2026-11-06 12:00:00Z` */
  readonly timestamp: string;
  readonly trace_id: string;
  readonly correlation_id: string;
  readonly error_uri: string;
  readonly suberror?: string;
  /** A claims request (OpenID Connect Core 5.5) that a sign-in must meet, as JSON in a string. */
  readonly claims?: string;
}

/** What one answer adds to the table's words. */
export interface EntraErrorFacts {
  readonly at: Instant;
  readonly traceId: Guid;
  /** The client's own id when it sent one. */
  readonly correlationId: string;
  /** Where `error_uri` leads: scheme and authority of the token service. */
  readonly origin: string;
}

/** The table of the numbers (`AADSTS...`), see `entra-error-rows.ts`. */
export const entraErrors = Object.fromEntries(
  Object.entries(entraErrorRows).map(([code, [error, template, suberror]]): [string, EntraError] => [
    code,
    {
      error,
      status: error === 'invalid_client' ? 401 : 400,
      ...(suberror === undefined ? {} : { suberror }),
      text: (values) => template.replace(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place),
    },
  ]),
) as Readonly<Record<EntraErrorCode, EntraError>>;

/**
 * The JSON answer of a token endpoint that says no. The first number decides error, status and
 * suberror; several make the older form 'AADSTS70002: Error validating credentials. AADSTS50012: ...'. `values` fill the
 * places of all sentences; `claims` among them is told beside the sentence.
 *
 * @param description stands for the sentences of the table, numbers included
 * @param error stands for the OAuth error of the first number (`slow_down` with 70016, `interaction_required` with 50076)
 */
export function entraErrorBody(
  codes: readonly EntraErrorCode[],
  values: Readonly<Record<string, string>>,
  facts: EntraErrorFacts,
  description?: string,
  error?: string,
): { readonly status: number; readonly body: EntraErrorBody } {
  const [first] = codes;
  if (first === undefined) throw new Error('defect: an error without a number');
  const known = entraErrors[first];
  const timestamp = `${new Date(facts.at).toISOString().slice(0, 19).replace('T', ' ')}Z`;
  const sentences = description ?? codes.map((code) => `AADSTS${code}: ${entraErrors[code].text(values)}`).join(' ');
  return {
    status: known.status,
    body: {
      error: error ?? known.error,
      error_description: `${sentences} Trace ID: ${facts.traceId} Correlation ID: ${facts.correlationId} Timestamp: ${timestamp}`,
      error_codes: codes.map(Number),
      timestamp,
      trace_id: facts.traceId,
      correlation_id: facts.correlationId,
      error_uri: `${facts.origin}/error?code=${first}`,
      ...(known.suberror === undefined ? {} : { suberror: known.suberror }),
      ...(values['claims'] === undefined ? {} : { claims: values['claims'] }),
    },
  };
}
