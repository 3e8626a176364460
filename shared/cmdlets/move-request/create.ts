import type { Recipient } from '../../domain/directory/recipient.ts';
import { appendReport, type ReportFact } from '../../domain/migration/move-report.ts';
import { freshProgress, type MigrationType, type MoveRequest, type MoveTerms } from '../../domain/migration/move-request.ts';
import { createMoveRequest, moveRequestOf } from '../../domain/migration/move-requests.ts';
import { suspended } from '../../domain/migration/move-transitions.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import { serverNameOf } from '../../domain/organization/servers.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import type { CmdletScope } from '../cmdlet.ts';
import { type MoveAsked, pendingRequest, type Unmovable } from './preconditions.ts';

/** What a new request is made with, besides the person. */
export interface NewMove extends MoveAsked {
  readonly type: MigrationType;
  readonly terms: MoveTerms;
  readonly targetDatabase: string | null;
  readonly targetArchiveDatabase: string | null;
}

/** Who does what cmdlets do, as report lines name him; an organisation's shell is its administrator's. */
export function administratorOf({ domains, name }: Pick<Organization, 'domains' | 'name'>): string {
  return [domains[0] ?? name, 'Users', 'Administrator'].join('/');
}

/** Writes a line into the report of a request, by the server that cmdlets run on. */
export function reportLine(tx: Transaction, { organization, at }: CmdletScope, request: MoveRequest, message: string): Promise<void> {
  const line: ReportFact = { what: 'Entry', type: 'Informational', message };
  return appendReport(tx, request, [line], { at, server: serverNameOf(organization) });
}

/** Makes the request of somebody who may be moved, or says why there is another one. Calls of the store only. */
export async function makeMoveRequest(
  tx: Transaction,
  scope: CmdletScope,
  person: Recipient,
  { type, direction, parts, deliveryDomain, terms, targetDatabase, targetArchiveDatabase }: NewMove,
): Promise<MoveRequest | Unmovable> {
  const { organization, identifiers, at } = scope;
  const existing = await moveRequestOf(tx, organization.name, person.guid);
  if (existing !== undefined) return pendingRequest(organization, person, existing);
  const fresh = { status: 'Queued', progress: freshProgress(at), due: Math.max(at, terms.startAfter ?? at), terms } as const;
  const state = terms.suspend ? suspended(fresh, at) : fresh;
  const { exchangeGuid, archiveGuid, alias, displayName } = person;
  const made = await createMoveRequest(tx, {
    ...{ type, guid: identifiers.guid(), organization: organization.name, recipient: person.guid, alias, displayName },
    mailboxGuid: exchangeGuid,
    archiveGuid: parts === 'PrimaryOnly' ? null : archiveGuid,
    ...{ direction, parts: archiveGuid === null ? 'PrimaryOnly' : parts, deliveryDomain, targetDatabase, targetArchiveDatabase },
    ...{ createdBy: administratorOf(organization), created: at, terms, ...state },
  });
  await reportLine(tx, scope, made, `'${made.createdBy}' created move request.`);
  if (terms.suspend)
    await reportLine(tx, scope, made, `The request was made suspended${terms.suspendComment === '' ? '' : `: ${terms.suspendComment}`}.`);
  return made;
}
