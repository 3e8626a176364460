import type { MailboxInformation } from '../../shared/bridges/migration/ports.ts';
import { counted, scoreOf, skippedFailure } from '../../shared/domain/migration/item-limits.ts';
import {
  isHeldAsRead,
  keepMoveRequest,
  type MoveHolder,
  releaseMoveRequest,
  saveProgress,
} from '../../shared/domain/migration/move-hold.ts';
import {
  appendReport,
  type BadItem,
  type BadItemKind,
  type ReportFact,
  type ReportFailure,
} from '../../shared/domain/migration/move-report.ts';
import type { MoveEnd, MoveProgress, MoveRequest } from '../../shared/domain/migration/move-request.ts';
import { readSyncState } from '../../shared/domain/migration/move-requests.ts';
import type { moveStages } from '../../shared/domain/migration/move-stages.ts';
import { atStage, copied, type MoveState, recovered } from '../../shared/domain/migration/move-transitions.ts';
import type { Organization } from '../../shared/domain/organization/organization.ts';
import { serverNameOf } from '../../shared/domain/organization/servers.ts';
import type { Instant } from '../../shared/kernel/clock.ts';
import { Refusal } from '../../shared/kernel/refusal.ts';
import type { MoverParts } from './context.ts';
import type { Failure } from './failures.ts';
import { type Entry, jobRefusal, type Ledger, type Skipped, type SkippedKind } from './job/job.ts';
import { type JobState, newJobState } from './job/state.ts';
import { texts } from './job/texts.ts';

/** How long a process keeps others from a request without a sign of life. It gives one each minute, however long a call takes. */
const leaseMs = 5 * 60_000;
/** Whoever looks at a move sees it come further this often, at least; machine time. */
const awaitedMs = 5_000;

/** The ledger of a request that this process has: all that it writes. */
export class MoveLedger implements Ledger {
  readonly #parts: MoverParts;
  readonly #organization: Organization;
  readonly #signal: AbortSignal;
  /** Visits that ended badly before this one, in a row. */
  readonly poisonBefore: number;
  /** When anything was last written; machine time. */
  #writtenAt: number;
  #request: MoveRequest;
  #state: JobState;

  private constructor(parts: MoverParts, organization: Organization, request: MoveRequest, state: JobState, signal: AbortSignal) {
    this.#parts = parts;
    this.#organization = organization;
    this.#request = request;
    this.#state = state;
    this.#signal = signal;
    this.poisonBefore = request.progress.poison ?? 0;
    this.#writtenAt = parts.realNow();
  }

  static async open(parts: MoverParts, organization: Organization, request: MoveRequest, signal: AbortSignal): Promise<MoveLedger> {
    const state = (await readSyncState<JobState>(parts.store.read, request)) ?? newJobState;
    return new MoveLedger(parts, organization, request, state, signal);
  }

  get state(): JobState {
    return this.#state;
  }

  get request(): MoveRequest {
    return this.#request;
  }

  /** Machine time. */
  get sinceWrittenMs(): number {
    return this.#parts.realNow() - this.#writtenAt;
  }

  now(): Instant {
    return this.#parts.clock.now(this.#organization.name);
  }

  async isAwaited(): Promise<boolean> {
    if (this.#signal.aborted || this.sinceWrittenMs >= awaitedMs) return true;
    return !(await isHeldAsRead(this.#parts.store.read, this.#request, { name: this.#parts.holder }));
  }

  async write({ state, stage, lines = [], skipped = [], amounts, octets = 0, target }: Entry): Promise<void> {
    const at = this.now();
    let shown = this.#request;
    if (state !== undefined && shown.progress.failure !== null) shown = { ...shown, ...recovered(shown, at) };
    const before = shown.progress.stage;
    if (stage !== undefined) shown = { ...shown, ...atStage(shown, stage, at) };
    if (amounts !== undefined && stage === 'copying')
      shown = { ...shown, ...copied(shown, { count: amounts.items, bytes: amounts.bytes }, amounts.totalBytes, at) };
    const whole = { ...shown.progress, ...(skipped.length === 0 ? {} : counted(shown.progress, skipped.map(badItem))) };
    const progress: MoveProgress = {
      ...whole,
      score: scoreOf(whole),
      ...(target === undefined ? {} : { target: endOf(target) }),
      bytesTransferred: shown.progress.bytesTransferred + octets,
      poison: 0,
    };
    const staged =
      stage !== undefined && progress.stage !== before && told.has(stage) ? [texts.stage(progress.stage, progress.percent)] : [];
    const noted = skipped.length === 0 ? {} : { lastSkipped: at };
    const next = { ...this.#state, ...noted, ...state };
    const facts = [...[...staged, ...lines].map(lineOf), ...skipped.flatMap(factsOf)];
    await this.#save({ ...shown, progress }, facts, next === this.#state ? undefined : next, at);
    this.#checkInterrupted();
  }

  checkSkipped(when: 'copying' | 'strict' | 'completing'): void {
    const { progress, terms } = this.#request;
    const failure = skippedFailure(progress, terms, when, this.#state.lastSkipped);
    if (failure === undefined) return;
    throw new Refusal('too-many-skipped', { detail: failure.message, values: { ExceptionType: failure.type, Message: failure.message } });
  }

  /** Enters what is known of the ends. */
  async enter(change: Partial<MoveProgress>, facts: readonly ReportFact[]): Promise<void> {
    const { status, progress } = this.#request;
    await this.#save({ status, progress: { ...progress, ...change } }, facts, undefined, this.now());
    this.#checkInterrupted();
  }

  /** Enters a turn of the request, whoever has asked for something else meanwhile. */
  async settle(shown: Pick<MoveState, 'status' | 'progress'>, facts: readonly ReportFact[], state?: JobState): Promise<void> {
    await this.#save(shown, facts, state, this.now());
  }

  /** Enters the turn from which nobody is heard any more: refuses with `interrupted` where somebody has asked for something else until now. */
  async commit(shown: Pick<MoveState, 'status' | 'progress'>, facts: readonly ReportFact[]): Promise<void> {
    await this.#save(shown, facts, undefined, this.now(), checkAsked);
  }

  /** Both ends are within reach; it is written with what is written next. */
  reached(): void {
    const { progress } = this.#request;
    this.#request = { ...this.#request, progress: { ...progress, unreachedSince: null } };
  }

  /** A visit that ends because somebody wants it so has not ended badly. */
  async excuse(): Promise<void> {
    const { status, progress } = this.#request;
    if ((progress.poison ?? 0) > this.poisonBefore) await this.settle({ status, progress: { ...progress, poison: this.poisonBefore } }, []);
  }

  /** Says that the process is still there. */
  keep(): Promise<void> {
    return this.#parts.store.transaction((tx) => keepMoveRequest(tx, this.#request, this.#holder()));
  }

  /** Gives the request back. */
  release(due: Instant | null): Promise<void> {
    return this.#parts.store.transaction((tx) => releaseMoveRequest(tx, this.#request, due, this.#holder(), this.now()));
  }

  #holder(): MoveHolder {
    return { name: this.#parts.holder, now: this.#parts.realNow(), leaseMs };
  }

  async #save(
    { status, progress }: Pick<MoveState, 'status' | 'progress'>,
    facts: readonly ReportFact[],
    state: JobState | undefined,
    at: Instant,
    check: (saved: MoveRequest) => void = () => {},
  ): Promise<void> {
    const server = serverNameOf(this.#organization);
    this.#request = await this.#parts.store.transaction(async (tx) => {
      const saved = await saveProgress(tx, this.#request, { status, progress, syncState: state }, this.#holder());
      check(saved);
      await appendReport(tx, this.#request, facts, { at, server });
      return saved;
    });
    if (state !== undefined) this.#state = state;
    this.#writtenAt = this.#parts.realNow();
  }

  /** What is being completed is completed, whatever is asked for; a process that ends lets everything lie. */
  #checkInterrupted(): void {
    const { status, guid } = this.#request;
    if (this.#signal.aborted) throw jobRefusal('interrupted', `the process of ${guid} ends`);
    if (status !== 'CompletionInProgress') checkAsked(this.#request);
  }
}

/** Refuses where an administrator wants the request to stop. */
function checkAsked({ terms, guid }: MoveRequest): void {
  if (terms.suspend || terms.canceled) throw jobRefusal('interrupted', `${guid} is to stop`);
}

/** Stages that reports tell of in a line of their own. */
const told: ReadonlySet<string> = new Set<keyof typeof moveStages>(['hierarchy', 'checkpoint', 'enumerating', 'seeded', 'finalizing']);

/** One end, as statistics show it. */
export function endOf({ server, serverVersion, database, databaseGuid }: MailboxInformation): MoveEnd {
  return { server, version: serverVersion, database, databaseGuid };
}

/** A line of the report. */
export function lineOf(message: string): ReportFact {
  return { what: 'Entry', type: 'Informational', message };
}

/** A line that warns, or that tells of an error. */
export function markedLine(type: 'Warning' | 'Error', message: string): ReportFact {
  return { what: 'Entry', type, message };
}

/** A failure, as the report keeps it. */
export function failureFact({ type, code, side, message, exceptionTypes }: Failure): ReportFailure {
  return {
    ...{ what: 'Failure', type, code, mapiLowLevelError: 0, side, exceptionTypes, message },
    ...{ dataContext: `--------\nOperationSide: ${side}`, workItem: '', inner: null },
  };
}

const badItemKinds: Readonly<Record<SkippedKind, BadItemKind>> = {
  MissingItem: 'MissingItem',
  CorruptItem: 'CorruptItem',
  LargeItem: 'LargeItem',
  CorruptFolderRule: 'CorruptFolderRule',
  SourcePrincipal: 'SourcePrincipalMapping',
  TargetPrincipal: 'TargetPrincipalMapping',
};

function badItem({ kind, entryId, folder, subject, messageClass, size, failure }: Skipped): BadItem {
  return {
    ...{ what: 'BadItem', kind: badItemKinds[kind], entryId, folderId: '', folderName: folder, folderType: '', messageClass, subject },
    ...{ sender: '', recipient: '', size: messageClass === '' ? null : size, sent: null, received: null, failure, category: '' },
  };
}

/** What was left out; a principal is a failure, too, by whose type scripts find it. */
function factsOf(skipped: Skipped): readonly ReportFact[] {
  const item = badItem(skipped);
  if (skipped.kind !== 'SourcePrincipal' && skipped.kind !== 'TargetPrincipal') return [item];
  const side = skipped.kind === 'SourcePrincipal' ? 'Source' : 'Target';
  return [
    item,
    {
      ...{ what: 'Failure', type: `${side}PrincipalMappingException`, code: -2_146_233_088, mapiLowLevelError: 0, side },
      ...{ exceptionTypes: [1, 10, 12], message: skipped.failure, workItem: '', inner: null },
      dataContext: `--------\nOperationSide: ${side}\n${skipped.context ?? ''}`,
    },
  ];
}
