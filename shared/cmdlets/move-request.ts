import type { Recipient } from '../domain/directory/recipient.ts';
import { migrationEndpoints } from '../domain/migration/endpoints.ts';
import { kindOf, type MoveParts, type MoveRequest, type MoveTerms } from '../domain/migration/move-request.ts';
import { getMoveRequest, listMoveRequests, removeMoveRequest } from '../domain/migration/move-requests.ts';
import { checkChangeable, checkRemovable, checkResumable, checkSuspendable } from '../domain/migration/move-transitions.ts';
import { isOver, type RequestStatus, requestStatuses } from '../domain/migration/request-status.ts';
import type { Guid } from '../kernel/ids.ts';
import { requireDomain } from './address-given.ts';
import { type Cmdlet, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { requireObject } from './config-object.ts';
import { choiceGiven, requireOneSet, textGiven } from './given.ts';
import { changeRequest, resuming, setting, suspending } from './move-request/change.ts';
import { makeMoveRequest } from './move-request/create.ts';
import { requireMoveRequest } from './move-request/identity.ts';
import { unmovable } from './move-request/preconditions.ts';
import { resultLimit } from './move-request/result-size.ts';
import { moveRequestShown } from './move-request/shown.ts';
import { accountGiven, sharedParameters, usualTerms, withTermsGiven } from './move-request/terms-given.ts';
import { requireRecipient } from './recipient-identity.ts';

const kinds = ['on-premises', 'cloud'] as const;
const named = { Identity: 'text', DomainController: 'text' } as const;

/**
 * `New-MoveRequest -Remote | -Outbound`, `Get-`, `Set-`, `Suspend-`, `Resume-` and `Remove-MoveRequest`: moves between this
 * organisation and another one. Moves between databases of one organisation, and those of Exchange 2010 by `-RemoteLegacy`, are refused.
 */
export const moveRequest = {
  new: {
    kinds,
    positional: 'Identity',
    parameters: {
      ...{ Identity: 'text', Remote: 'switch', Outbound: 'switch', RemoteLegacy: 'switch', RemoteGlobalCatalog: 'text' },
      ...{ TargetDeliveryDomain: 'text', PrimaryOnly: 'switch', ArchiveOnly: 'switch', ArchiveDomain: 'text', SourceEndpoint: 'text' },
      ...{ TargetDatabase: 'text', ArchiveTargetDatabase: 'text', RemoteTargetDatabase: 'text', RemoteArchiveTargetDatabase: 'text' },
      ...{ Suspend: 'switch', SuspendComment: 'text', SuspendWhenReadyToComplete: 'switch', PreventCompletion: 'switch' },
      ...{ IgnoreRuleLimitErrors: 'switch', ...sharedParameters },
    },
    required: ['Identity'],
    async run(scope, given) {
      const { organization, transaction } = scope;
      const move = await newMove(scope, given);
      const person = await requireMovable(scope, String(given['Identity']));
      const problem = unmovable(organization, person, move);
      if (problem !== undefined) throw cmdletRefusal('operation-failed', problem.message);
      const made = await transaction(async (tx) => {
        const account = move.terms.endpoint === null ? await accountGiven(tx, scope, given, person.guid) : {};
        return makeMoveRequest(tx, scope, person, { ...move, terms: { ...move.terms, ...account } });
      });
      if (!('guid' in made)) throw cmdletRefusal('object-exists', made.message);
      return [moveRequestShown(organization, made)];
    },
  },
  get: {
    kinds,
    positional: 'Identity',
    parameters: {
      ...{ Identity: 'text', BatchName: 'text', MoveStatus: 'text', Status: 'text', RemoteHostName: 'text', Suspend: 'boolean' },
      ...{ SuspendWhenReadyToComplete: 'boolean', ResultSize: 'text', DomainController: 'text' },
    },
    required: [],
    async run(scope, given) {
      requireOneSet(given, [
        ['Identity'],
        ['BatchName', 'MoveStatus', 'Status', 'RemoteHostName', 'Suspend', 'SuspendWhenReadyToComplete'],
      ]);
      const identity = textGiven(given, 'Identity');
      const found = identity === undefined ? await matching(scope, given) : [await requireMoveRequest(scope, identity)];
      return found.map((request) => moveRequestShown(scope.organization, request));
    },
  },
  set: {
    kinds,
    positional: 'Identity',
    parameters: {
      ...{ Identity: 'text', ...sharedParameters, SourceEndpoint: 'text', SkippedItemApprovalTime: 'date' },
      ...{ SuspendWhenReadyToComplete: 'boolean', PreventCompletion: 'boolean', IgnoreRuleLimitErrors: 'boolean' },
    },
    required: ['Identity'],
    async run(scope, given) {
      const request = await requireMoveRequest(scope, String(given['Identity']));
      const endpoint = await endpointTerms(scope, given);
      await scope.transaction(async (tx) => {
        const account = await accountGiven(tx, scope, given, request.recipient);
        const change = setting(scope.at, (terms) => ({ ...withTermsGiven(scope, terms, given), ...account, ...endpoint }));
        await changeRequest(tx, scope, request, checkChangeable, change);
      });
      return [];
    },
  },
  suspend: {
    kinds,
    positional: 'Identity',
    parameters: { ...named, SuspendComment: 'text' },
    required: ['Identity'],
    async run(scope, given) {
      const request = await requireMoveRequest(scope, String(given['Identity']));
      const change = suspending(scope.at, textGiven(given, 'SuspendComment'));
      await scope.transaction((tx) => changeRequest(tx, scope, request, checkSuspendable, change));
      return [];
    },
  },
  resume: {
    kinds,
    positional: 'Identity',
    parameters: { ...named, SuspendWhenReadyToComplete: 'switch' },
    required: ['Identity'],
    async run(scope, given) {
      const request = await requireMoveRequest(scope, String(given['Identity']));
      const change = resuming(scope.at, { suspendWhenReadyToComplete: given['SuspendWhenReadyToComplete'] === true });
      await scope.transaction((tx) => changeRequest(tx, scope, request, checkResumable, change));
      return [];
    },
  },
  remove: {
    kinds,
    positional: 'Identity',
    parameters: { ...named, Force: 'switch' },
    required: ['Identity'],
    async run(scope, given) {
      await cancelRequest(scope, await requireMoveRequest(scope, String(given['Identity'])));
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

/** Takes a request away; where something of it stands already, whoever moves mailboxes does so once that is undone. */
export async function cancelRequest(scope: CmdletScope, request: MoveRequest): Promise<void> {
  await scope.transaction(async (tx) => {
    const current = await getMoveRequest(tx, request);
    if (current === undefined) return;
    const { status, owner, progress } = current;
    const isUntouched = owner === null && progress.moments.started === undefined && ['Queued', 'Suspended'].includes(status);
    if (isOver(status) || isUntouched) return removeMoveRequest(tx, current);
    await changeRequest(tx, scope, current, checkRemovable, ({ terms }) => ({
      terms: { ...terms, canceled: true },
      idle: (idle) => ({ ...idle, due: scope.at }),
      done: 'removed',
    }));
  });
}

async function requireMovable({ organization, directory }: CmdletScope, identity: string): Promise<Recipient> {
  const people = directory(organization.name);
  const { recipients } = await people.resolveNames(identity);
  const same = recipients.filter(({ displayName }) => displayName.toLowerCase() === identity.toLowerCase());
  // Published: OfficeDocs-Support, "operation couldn't be performed because matches multiple entries".
  if (same.length > 1)
    throw cmdletRefusal('operation-failed', `The operation couldn't be performed because '${identity}' matches multiple entries.`);
  return requireRecipient(people, organization, identity);
}

async function newMove(scope: CmdletScope, given: CmdletParameters): Promise<Parameters<typeof makeMoveRequest>[3]> {
  requireOneSet(given, [['Remote'], ['Outbound'], ['RemoteLegacy']]);
  requireOneSet(given, [['PrimaryOnly'], ['ArchiveOnly']]);
  if (given['RemoteLegacy'] === true)
    throw cmdletRefusal('operation-failed', 'Moves with -RemoteLegacy are not supported by this simulation.');
  if (given['Remote'] !== true && given['Outbound'] !== true)
    throw cmdletRefusal(
      'operation-failed',
      'Moves between databases of one organization are not supported by this simulation: write -Remote or -Outbound.',
    );
  const endpoint = await endpointTerms(scope, given);
  const host = textGiven(given, 'RemoteHostName') ?? endpoint.remoteHost;
  if (host === undefined) throw cmdletRefusal('bad-parameter', 'A remote move needs -RemoteHostName.');
  const deliveryDomain = textGiven(given, 'TargetDeliveryDomain');
  if (deliveryDomain === undefined) throw cmdletRefusal('bad-parameter', 'A remote move needs -TargetDeliveryDomain.');
  const parts: MoveParts =
    given['ArchiveOnly'] === true ? 'ArchiveOnly' : given['PrimaryOnly'] === true ? 'PrimaryOnly' : 'PrimaryAndArchive';
  // Published: OfficeDocs-Support, "You must specify the ArchiveDomain parameter".
  if (parts === 'ArchiveOnly' && textGiven(given, 'ArchiveDomain') === undefined)
    throw cmdletRefusal('bad-parameter', 'You must specify the ArchiveDomain parameter');
  const direction = given['Outbound'] === true ? 'Push' : 'Pull';
  const written = withTermsGiven(scope, usualTerms(scope, host.toLowerCase()), given);
  const terms = { ...written, ...endpoint, suspend: given['Suspend'] === true, suspendComment: textGiven(given, 'SuspendComment') ?? '' };
  if (given['RemoteCredential'] === undefined && terms.endpoint === null)
    throw cmdletRefusal(
      'bad-parameter',
      'A remote move needs -RemoteCredential or -SourceEndpoint: an account that the other organization knows.',
    );
  return {
    ...{ type: 'ExchangeRemoteMove', direction, parts, deliveryDomain: requireDomain('TargetDeliveryDomain', deliveryDomain), terms },
    targetDatabase: textGiven(given, direction === 'Push' ? 'RemoteTargetDatabase' : 'TargetDatabase') ?? null,
    targetArchiveDatabase: textGiven(given, direction === 'Push' ? 'RemoteArchiveTargetDatabase' : 'ArchiveTargetDatabase') ?? null,
  };
}

async function endpointTerms(
  { organization, transaction }: CmdletScope,
  given: CmdletParameters,
): Promise<Partial<Pick<MoveTerms, 'endpoint' | 'remoteHost' | 'credential'>>> {
  const name = textGiven(given, 'SourceEndpoint');
  if (name === undefined) return {};
  const { value } = await transaction((tx) => requireObject(migrationEndpoints, organization, name, tx));
  if (value.type !== 'ExchangeRemoteMove')
    throw cmdletRefusal('bad-parameter', `The endpoint '${value.name}' is of the type ${value.type}: no mailbox moves by it.`);
  return { endpoint: value.name, remoteHost: value.remoteServer, credential: null };
}

const page = 1_000;

async function matching({ organization, transaction }: CmdletScope, given: CmdletParameters): Promise<readonly MoveRequest[]> {
  const statuses = Object.keys(requestStatuses) as RequestStatus[];
  const status = choiceGiven(given, 'MoveStatus', statuses) ?? choiceGiven(given, 'Status', statuses);
  const [batch, host] = [textGiven(given, 'BatchName'), textGiven(given, 'RemoteHostName')?.toLowerCase()];
  const most = resultLimit(given);
  const fits = ({ type, terms }: MoveRequest): boolean =>
    kindOf({ type }) === 'Mailbox' &&
    !terms.canceled &&
    (host === undefined || terms.remoteHost === host) &&
    (given['Suspend'] === undefined || terms.suspend === given['Suspend']) &&
    (given['SuspendWhenReadyToComplete'] === undefined || terms.suspendWhenReadyToComplete === given['SuspendWhenReadyToComplete']);
  const found: MoveRequest[] = [];
  for (let after: Guid | undefined; found.length < most; ) {
    const filter = { status, batch, after, limit: page };
    const portion = await transaction((tx) => listMoveRequests(tx, organization.name, filter));
    found.push(...portion.filter(fits));
    if (portion.length < page) break;
    after = portion.at(-1)?.guid;
  }
  return found.slice(0, most).toSorted((one, other) => one.displayName.localeCompare(other.displayName, 'en'));
}
