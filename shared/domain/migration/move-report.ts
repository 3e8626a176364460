import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { nextSequence } from '../../store/change-feed.ts';
import type { Executor } from '../../store/database.ts';
import type { MoveReportTable } from '../../store/migration-schema.ts';
import { prepared } from '../../store/prepared.ts';
import { storable, storableJson } from '../../store/storable.ts';

/** A line of a move report: `{local time} [{server}] {message}`. */
export interface ReportLine {
  readonly what: 'Entry';
  readonly type: 'Informational' | 'Warning' | 'Error' | 'Debug';
  readonly message: string;
}

/** A failure, as `Report.Failures` has it. */
export interface ReportFailure {
  readonly what: 'Failure';
  /** FailureType: `TargetPrincipalMappingException`. */
  readonly type: string;
  /** FailureCode: an HRESULT; -2146233088 where nothing better is known. */
  readonly code: number;
  readonly mapiLowLevelError: number;
  readonly side: 'None' | 'Source' | 'Target';
  /** ExceptionTypesInt: 1 Exchange, 2 Transient, 10 MRS ... */
  readonly exceptionTypes: readonly number[];
  readonly message: string;
  /** What was being done: lines `Operation: IMailbox.Connect`. */
  readonly dataContext: string;
  readonly workItem: string;
  readonly inner: Omit<ReportFailure, 'what' | 'inner'> | null;
}

/** BadItemKind, and the two kinds of principals that have no counterpart (Exchange Team Blog, "TooManyBadItemsPermanentException"). */
export type BadItemKind =
  | 'MissingItem'
  | 'CorruptItem'
  | 'LargeItem'
  | 'CorruptSearchFolderCriteria'
  | 'CorruptFolderACL'
  | 'CorruptFolderRule'
  | 'MissingFolder'
  | 'MisplacedFolder'
  | 'CorruptFolderProperty'
  | 'CorruptFolderRestriction'
  | 'CorruptInferenceProperties'
  | 'CorruptMailboxSetting'
  | 'FolderPropertyMismatch'
  | 'SourcePrincipalMapping'
  | 'TargetPrincipalMapping';

/** Something that was left out, as `Report.BadItems`, `Report.LargeItems` and `SkippedItems` have it. */
export interface BadItem {
  readonly what: 'BadItem';
  readonly kind: BadItemKind;
  readonly entryId: string;
  readonly folderId: string;
  readonly folderName: string;
  /** Role of a well-known folder; '' for the others. */
  readonly folderType: string;
  readonly messageClass: string;
  readonly subject: string;
  readonly sender: string;
  readonly recipient: string;
  /** Octets; null where there is no message. */
  readonly size: number | null;
  readonly sent: Instant | null;
  readonly received: Instant | null;
  readonly failure: string;
  readonly category: string;
}

/** Sizes of one mailbox at one moment: `SourceMailboxBeforeMove` and its like. */
export interface ReportSizes {
  readonly what: 'Sizes';
  readonly mailbox: 'SourceMailbox' | 'TargetMailbox' | 'SourceArchive' | 'TargetArchive';
  readonly items: number;
  readonly bytes: number;
  readonly deletedItems: number;
  readonly deletedBytes: number;
  readonly associatedItems: number;
  readonly associatedBytes: number;
}

export type ReportFact = ReportLine | ReportFailure | BadItem | ReportSizes;

/** A fact with the place that it has in the report. */
export interface ReportEntry {
  /** From 1. */
  readonly number: number;
  readonly at: Instant;
  /** Name of the server that says it. */
  readonly server: string;
  readonly fact: ReportFact;
}

const insertOne = prepared((db, p: MoveReportTable) => db.insertInto('move_report').values({ ...columnsOf(p) }));
const ofRequest = prepared((db, p: { organization: string; request: string; after: number; limit: number }) =>
  db
    .selectFrom('move_report')
    .selectAll()
    .where('organization', '=', p.organization)
    .where('request', '=', p.request)
    .where('number', '>', p.after)
    .orderBy('number')
    .limit(p.limit),
);
const ofKind = prepared((db, p: { organization: string; request: string; what: string; after: number; limit: number }) =>
  db
    .selectFrom('move_report')
    .selectAll()
    .where('organization', '=', p.organization)
    .where('request', '=', p.request)
    .where('what', '=', p.what)
    .where('number', '>', p.after)
    .orderBy('number')
    .limit(p.limit),
);

function columnsOf({ organization, request, number, what, at, server, fact }: MoveReportTable): MoveReportTable {
  return { organization, request, number, what, at, server, fact };
}

/** Appends to the report of a request; what has been written stays. */
export async function appendReport(
  tx: Executor,
  { organization, guid }: { readonly organization: string; readonly guid: Guid },
  facts: readonly ReportFact[],
  { at, server }: { readonly at: Instant; readonly server: string },
): Promise<void> {
  if (facts.length === 0) return;
  const first = await nextSequence(tx, reportScope(guid), facts.length);
  for (const [index, fact] of facts.entries())
    await insertOne.run(tx, {
      ...{ organization, request: guid, number: first + index, what: fact.what },
      ...{ at, server: storable(server), fact: storableJson(fact) },
    });
}

/** The report of a request in its order, after a number, at most `limit`. */
export async function readReport(
  executor: Executor,
  { organization, guid }: { readonly organization: string; readonly guid: Guid },
  { after = 0, limit, what }: { readonly after?: number; readonly limit: number; readonly what?: ReportFact['what'] },
): Promise<readonly ReportEntry[]> {
  const rows =
    what === undefined
      ? await ofRequest.all(executor, { organization, request: guid, after, limit })
      : await ofKind.all(executor, { organization, request: guid, what, after, limit });
  return rows.map((row) => ({ number: row.number, at: row.at, server: row.server, fact: JSON.parse(row.fact) as ReportFact }));
}

/** Forgets the report of a request that is removed. */
export async function removeReport(
  tx: Executor,
  { organization, guid }: { readonly organization: string; readonly guid: Guid },
): Promise<void> {
  await tx.deleteFrom('move_report').where('organization', '=', organization).where('request', '=', guid).execute();
  await tx.deleteFrom('change_counter').where('scope', '=', reportScope(guid)).execute();
}

function reportScope(guid: Guid): string {
  return `move-report:${guid}`;
}
