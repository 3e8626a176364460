import { type MovePriority, type MoveTerms, movePriorities } from '../../domain/migration/move-request.ts';
import { replicationSettings } from '../../domain/migration/replication-settings.ts';
import { sealCredential } from '../../domain/migration/sealed-credential.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import type { Guid } from '../../kernel/ids.ts';
import { type CmdletParameters, type CmdletScope, cmdletRefusal, type ParameterType } from '../cmdlet.ts';
import { choiceGiven, credentialGiven, listGiven, numberGiven, textGiven } from '../given.ts';
import { parseTimeSpan } from '../time-span.ts';
import { isScored, limitsGiven, requireLossAccepted } from './limits-given.ts';

/** What New- and Set-MoveRequest both take; New- has switches where Set- has booleans. */
export const sharedParameters = {
  AcceptLargeDataLoss: 'switch',
  BadItemLimit: 'text',
  LargeItemLimit: 'text',
  BatchName: 'text',
  CompleteAfter: 'date',
  StartAfter: 'date',
  CompletedRequestAgeLimit: 'text',
  IncrementalSyncInterval: 'text',
  MoveOptions: 'list',
  Priority: 'text',
  RemoteCredential: 'credential',
  RemoteHostName: 'text',
  DomainController: 'text',
} as const satisfies Readonly<Record<string, ParameterType>>;

const dayMs = 86_400_000;

/** Terms of a request of which nothing was said (page of New-MoveRequest). */
export function usualTerms({ organization }: Pick<CmdletScope, 'organization'>, remoteHost: string): MoveTerms {
  return {
    ...{ remoteHost, credential: null, endpoint: null, batch: '' },
    ...{ suspend: false, suspendComment: '', canceled: false, suspendWhenReadyToComplete: false, preventCompletion: false },
    ...{ startAfter: null, completeAfter: null, incrementalSyncMs: replicationSettings.incrementalSyncMs },
    ...{ badItemLimit: 0, largeItemLimit: 0, scored: isScored(organization), acceptLargeDataLoss: false, skippedItemsApproved: null },
    ...{ ignoreRuleLimitErrors: false, priority: 'Normal', completedAgeLimitMs: replicationSettings.completedAgeLimitMs, moveOptions: [] },
  };
}

/** The account that was written, for the request of somebody. Calls of the store only. */
export async function accountGiven(
  tx: Transaction,
  { organization, at }: Pick<CmdletScope, 'organization' | 'at'>,
  given: CmdletParameters,
  recipient: Guid,
): Promise<Partial<Pick<MoveTerms, 'credential' | 'endpoint'>>> {
  const written = credentialGiven(given, 'RemoteCredential');
  if (written === undefined) return {};
  const account = { userName: written.UserName, password: written.Password };
  return { credential: await sealCredential(tx, organization.name, recipient, account, at), endpoint: null };
}

/** Terms with what was written but for the account. Refuses with `bad-parameter`. */
export function withTermsGiven({ organization }: Pick<CmdletScope, 'organization'>, terms: MoveTerms, given: CmdletParameters): MoveTerms {
  const limits = limitsGiven(organization, given);
  const acceptLargeDataLoss = given['AcceptLargeDataLoss'] === true || terms.acceptLargeDataLoss;
  requireLossAccepted(limits, acceptLargeDataLoss);
  const flag = (name: string, current: boolean): boolean => (typeof given[name] === 'boolean' ? given[name] : current);
  const { startAfter, completeAfter, skippedItemsApproved } = terms;
  return {
    ...terms,
    ...limits,
    acceptLargeDataLoss,
    remoteHost: textGiven(given, 'RemoteHostName')?.toLowerCase() ?? terms.remoteHost,
    batch: textGiven(given, 'BatchName') ?? terms.batch,
    suspendWhenReadyToComplete: flag('SuspendWhenReadyToComplete', terms.suspendWhenReadyToComplete),
    preventCompletion: flag('PreventCompletion', terms.preventCompletion),
    ignoreRuleLimitErrors: flag('IgnoreRuleLimitErrors', terms.ignoreRuleLimitErrors),
    startAfter: numberGiven(given, 'StartAfter') ?? startAfter,
    completeAfter: numberGiven(given, 'CompleteAfter') ?? completeAfter,
    skippedItemsApproved: numberGiven(given, 'SkippedItemApprovalTime') ?? skippedItemsApproved,
    incrementalSyncMs: intervalGiven(given) ?? terms.incrementalSyncMs,
    ...ageGiven(given),
    priority: choiceGiven<MovePriority>(given, 'Priority', movePriorities) ?? terms.priority,
    moveOptions: listGiven(given, 'MoveOptions') ?? terms.moveOptions,
  };
}

function intervalGiven(given: CmdletParameters): number | undefined {
  const text = textGiven(given, 'IncrementalSyncInterval');
  if (text === undefined) return undefined;
  const seconds = parseTimeSpan(text);
  if (seconds !== undefined && seconds * 1_000 <= replicationSettings.maxIncrementalSyncMs) return seconds * 1_000;
  throw cmdletRefusal(
    'bad-parameter',
    `-IncrementalSyncInterval takes a time from 00:00:00 to 120.00:00:00, not ${JSON.stringify(text.slice(0, 64))}.`,
  );
}

/** A number is one of days. */
function ageGiven(given: CmdletParameters): Partial<MoveTerms> {
  const text = textGiven(given, 'CompletedRequestAgeLimit');
  if (text === undefined) return {};
  if (text.toLowerCase() === 'unlimited') return { completedAgeLimitMs: null };
  const seconds = parseTimeSpan(text);
  if (seconds !== undefined && seconds * 1_000 <= mostAgeDays * dayMs) return { completedAgeLimitMs: seconds * 1_000 };
  throw cmdletRefusal(
    'bad-parameter',
    `-CompletedRequestAgeLimit takes days, a time such as 30.00:00:00, or Unlimited, not ${JSON.stringify(text.slice(0, 64))}.`,
  );
}

const mostAgeDays = 24_855;
