import { Refusal } from '../../kernel/refusal.ts';

/**
 * What the domain of moves refuses. `request-exists`: the person has a request, finished or not. `not-allowed`: the request
 * is not in a state for that. `lease-lost`: another process has the request. `request-changed`: somebody changed it meanwhile.
 */
export type MigrationRefusalCode = 'request-exists' | 'request-not-found' | 'not-allowed' | 'lease-lost' | 'request-changed';

/** A refusal of the domain; `detail` is for the journal. */
export function migrationRefusal(
  code: MigrationRefusalCode,
  detail: string,
  values?: Readonly<Record<string, string>>,
): Refusal<MigrationRefusalCode> {
  return new Refusal(code, { detail, ...(values === undefined ? {} : { values }) });
}
