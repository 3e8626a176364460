import type { Seams } from '../../kernel/seams.ts';
import type { ResponseCode } from '../../protocols/ews/response-codes.ts';

/** Why a calendar is not read for free/busy, in words of ours: Exchange's are not published. */
export interface CalendarFailure {
  readonly code: Extract<ResponseCode, 'ErrorMailboxLogonFailed' | 'ErrorMailboxFailover' | 'ErrorFreeBusyGenerationFailed'>;
  readonly text: string;
  /** The class of the exception, where it has one of its own. */
  readonly exception?: string;
}

/** What is asked to open a calendar. */
interface Opening {
  readonly seams: Seams;
  /** Of the service that asks, as rules name it. */
  readonly service: string;
  readonly organization: string;
  readonly operation: string;
}

/** A fault rule has acted; for the record of the exchange. */
type Faulted = (rule: string, kind: string) => void;

const logonFailed = { code: 'ErrorMailboxLogonFailed', exception: 'MailboxLogonFailedException' } as const;
const cannotOpen = 'The mailbox cannot be opened to read its calendar.';
const failover = { code: 'ErrorMailboxFailover', exception: 'MailboxFailoverException' } as const;
const generationFailed = { code: 'ErrorFreeBusyGenerationFailed' } as const;

/** What is answered where the store throws one of these; anything else means that the mailbox cannot be opened. */
const thrown: Readonly<Record<string, CalendarFailure>> = {
  MailboxInSiteFailoverException: { ...failover, text: 'The mailbox is failing over to another server.' },
  MailboxCrossSiteFailoverException: { ...failover, text: 'The mailbox is failing over to another site.' },
  VirusScanInProgressException: { ...generationFailed, text: 'The calendar is being scanned for viruses.' },
  VirusDetectedException: { ...generationFailed, text: 'A virus was found in the calendar.' },
};

/**
 * Why the calendar of a mailbox cannot be read now, or undefined. Nobody logs on to a mailbox that its move has locked (MS-OXCSTOR
 * 3.2.5.1.1), the availability service neither: `ErrorMailboxLogonFailed` is its code where "the connection to the mailbox to get
 * the calendar view information failed" (page "ResponseCode"). What else keeps it out are faults at the seam `calendar.open`, whose
 * `user` is the address of the mailbox.
 */
export function calendarFailure(
  { seams, service, organization, operation }: Opening,
  { isLocked, address }: { readonly isLocked: boolean; readonly address: string },
  faulted: Faulted,
): CalendarFailure | undefined {
  const decision = seams.at('calendar.open', { service, organization, operation, user: address });
  if (decision?.effect.kind === 'exception') {
    const { type, message } = decision.effect;
    faulted(decision.rule, 'exception');
    const { text, ...failure } = thrown[type] ?? { ...logonFailed, text: cannotOpen };
    return { ...failure, text: `${text} , inner exception: ${type}: ${message}` };
  }
  if (!isLocked) return undefined;
  return { ...logonFailed, text: `${cannotOpen} , inner exception: MailboxInTransitException: a move has locked the mailbox.` };
}
