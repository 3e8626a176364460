import { createHash } from 'node:crypto';
import type { BadItem, ReportEntry, ReportFact, ReportFailure, ReportSizes } from '../../domain/migration/move-report.ts';
import { readReport } from '../../domain/migration/move-report.ts';
import type { MoveRequest } from '../../domain/migration/move-request.ts';
import type { CmdletObject, CmdletScope } from '../cmdlet.ts';
import { sizeText } from '../recipient/size.ts';
import { momentShown } from './shown.ts';

type Of<Fact extends ReportFact> = Omit<ReportEntry, 'fact'> & { readonly fact: Fact };

/** Entries that a report shows at most: a move that was retried for days has more, the oldest go. A bound of ours. */
const mostEntries = 5_000;
const page = 1_000;

/** Reads a report as a whole, in portions; the newest entries where there are more than are shown. */
export async function wholeReport({ transaction }: CmdletScope, request: MoveRequest): Promise<readonly ReportEntry[]> {
  const entries: ReportEntry[] = [];
  for (let after = 0; ; ) {
    const portion = await transaction((tx) => readReport(tx, request, { after, limit: page }));
    entries.push(...portion);
    if (entries.length > mostEntries) entries.splice(0, entries.length - mostEntries);
    if (portion.length < page) return entries;
    after = portion.at(-1)?.number ?? after;
  }
}

/** `Report` of Get-MoveRequestStatistics -IncludeReport; names from scripts that read exported reports. */
export function reportShown(request: MoveRequest, entries: readonly ReportEntry[]): CmdletObject {
  const of = <What extends ReportFact['what']>(what: What): Of<Extract<ReportFact, { what: What }>>[] =>
    entries.filter((entry): entry is Of<Extract<ReportFact, { what: What }>> => entry.fact.what === what);
  const lines = of('Entry');
  const items = of('BadItem');
  const sizes = of('Sizes');
  const line = ({ at, server, fact }: (typeof lines)[number]): CmdletObject => ({
    CreationTime: new Date(at),
    ServerName: server,
    Type: fact.type,
    Message: fact.message,
  });
  const size = (mailbox: ReportSizes['mailbox'], which: 'first' | 'last'): CmdletObject | null => {
    const own = sizes.filter(({ fact }) => fact.mailbox === mailbox);
    const found = which === 'first' ? own[0] : own.at(-1);
    return found === undefined ? null : sizesShown(found.fact);
  };
  return {
    DisplayName: request.displayName,
    Entries: lines.filter(({ fact }) => fact.type !== 'Debug').map(line),
    Warnings: lines.filter(({ fact }) => fact.type === 'Warning').map(line),
    DebugEntries: lines.filter(({ fact }) => fact.type === 'Debug').map(line),
    Failures: of('Failure').map(({ at, fact }) => failureShown(fact, at)),
    InternalFailures: [],
    BadItems: items.filter(({ fact }) => fact.kind !== 'LargeItem').map(({ fact }) => badItemShown(fact)),
    LargeItems: items.filter(({ fact }) => fact.kind === 'LargeItem').map(({ fact }) => badItemShown(fact)),
    SourceMailboxSize: size('SourceMailbox', 'first'),
    TargetMailboxSize: size('TargetMailbox', 'last'),
    SourceArchiveMailboxSize: size('SourceArchive', 'first'),
    TargetArchiveMailboxSize: size('TargetArchive', 'last'),
  };
}

/** `SkippedItems` of -IncludeSkippedItems, with the columns of "Track and prevent data loss" (OfficeDocs-Exchange). */
export function skippedItemsShown(entries: readonly ReportEntry[]): readonly CmdletObject[] {
  return entries.flatMap(({ fact }) =>
    fact.what !== 'BadItem'
      ? []
      : [
          {
            ...{ Kind: kindShown(fact), Subject: fact.subject, Sender: fact.sender, DateSent: momentShown(fact.sent) },
            ...{ DateReceived: momentShown(fact.received), MessageSize: fact.size === null ? null : sizeText(fact.size) },
            ...{ FolderName: fact.folderName, ScoringClassifications: fact.category, Failure: fact.failure },
          },
        ],
  );
}

/** A failure as `Report.Failures` has it: also the names that scripts filter by. */
function failureShown(fact: Omit<ReportFailure, 'what' | 'inner'> & Partial<Pick<ReportFailure, 'inner'>>, at: number): CmdletObject {
  const hash = createHash('sha256').update(`${fact.type}\n${fact.message}`).digest('hex');
  return {
    Timestamp: new Date(at),
    FailureType: fact.type,
    FailureHash: hash.slice(0, 4),
    FailureCode: fact.code,
    MapiLowLevelError: fact.mapiLowLevelError,
    FailureSide: fact.side,
    FailureSideInt: { None: 0, Source: 1, Target: 2 }[fact.side],
    ExceptionTypes: fact.exceptionTypes.map((type) => exceptionTypeNames[type] ?? String(type)),
    ExceptionTypesInt: fact.exceptionTypes,
    Message: fact.message,
    DataContext: fact.dataContext,
    WorkItem: fact.workItem,
    InnerException: fact.inner === undefined || fact.inner === null ? null : failureShown(fact.inner, at),
  };
}

/** ExceptionTypes by their numbers, those that occur here. */
const exceptionTypeNames: Readonly<Record<number, string>> = {
  ...{ 1: 'Exchange', 2: 'Transient', 10: 'MRS', 11: 'MRSTransient', 12: 'MRSPermanent', 20: 'MRSRemote', 21: 'MRSProxyLimitReached' },
  ...{ 28: 'MRSMailboxIsLocked', 30: 'Mapi', 31: 'MapiRetryable', 32: 'MapiPermanent', 44: 'MapiCorruptData', 48: 'MapiNetworkError' },
  ...{ 51: 'MapiShutoffQuotaExceeded', 54: 'MapiPartialCompletion', 55: 'MapiMaxSubmissionExceeded', 57: 'MapiNotFound', 70: 'Storage' },
};

/** Whoever looks for entries of access lists filters Kind by "Security" ("TooManyBadItemsPermanentException error when migrating"). */
function kindShown({ kind }: BadItem): string {
  return kind === 'SourcePrincipalMapping' || kind === 'TargetPrincipalMapping' ? `${kind.replace('Mapping', '')}Security` : kind;
}

function badItemShown(item: BadItem): CmdletObject {
  return {
    Kind: kindShown(item),
    EntryId: item.entryId,
    CloudId: null,
    FolderId: item.folderId,
    FolderName: item.folderName,
    WKFType: item.folderType,
    Sender: item.sender,
    Recipient: item.recipient,
    Subject: item.subject,
    MessageClass: item.messageClass,
    MessageSize: item.size,
    DateSent: momentShown(item.sent),
    DateReceived: momentShown(item.received),
    Failure: item.failure,
    Category: item.category,
  };
}

function sizesShown({ items, bytes, deletedItems, deletedBytes, associatedItems, associatedBytes }: ReportSizes): CmdletObject {
  return {
    ItemCount: items,
    ItemSize: sizeText(bytes),
    DeletedItemCount: deletedItems,
    DeletedItemSize: sizeText(deletedBytes),
    FAIItemCount: associatedItems,
    FAIItemSize: sizeText(associatedBytes),
  };
}
