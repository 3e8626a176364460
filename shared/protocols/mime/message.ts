import type { Instant } from '../../kernel/clock.ts';
import type { ReportOutcome } from './report.ts';

/** One internet message as meaning: what {@link file://./parse.ts} reads and {@link file://./write.ts} writes. */
export interface MimeMessage {
  /**
   * Every header field in order, unfolded and otherwise as it stands on the wire (encoded words included). The writer
   * writes those that it does not make itself from the members below.
   */
  readonly headers: readonly MimeHeader[];
  readonly from?: MimeAddress | undefined;
  readonly sender?: MimeAddress | undefined;
  readonly replyTo: readonly MimeAddress[];
  readonly to: readonly MimeAddress[];
  readonly cc: readonly MimeAddress[];
  readonly bcc: readonly MimeAddress[];
  readonly subject?: string | undefined;
  readonly date?: Instant | undefined;
  /** With its angle brackets: `<id@host>`. */
  readonly messageId?: string | undefined;
  readonly inReplyTo?: string | undefined;
  /** Message ids, separated by single spaces. */
  readonly references?: string | undefined;
  /** Line ends are CR LF. Absent when there is no such body or it is empty. */
  readonly text?: string | undefined;
  readonly html?: string | undefined;
  /** The iCalendar form of the body (RFC 6047), in UTF-8. */
  readonly calendar?: MimeCalendar | undefined;
  readonly attachments: readonly MimeAttachment[];
  readonly importance: Importance;
  readonly sensitivity: Sensitivity;
  /** Of a report about another message: what became of that. */
  readonly report?: ReportOutcome | undefined;
}

export type Importance = 'low' | 'normal' | 'high';
export type Sensitivity = 'normal' | 'personal' | 'private' | 'company-confidential';

export interface MimeHeader {
  readonly name: string;
  readonly value: string;
}

/** `address` is '' where the field named somebody without an address; `name` is '' where it gave none. */
export interface MimeAddress {
  readonly name: string;
  readonly address: string;
}

export interface MimeCalendar {
  readonly bytes: Uint8Array;
  /** As the field Content-Type tells it, upper case; the object tells it too. */
  readonly method?: string | undefined;
}

export interface MimeAttachment {
  readonly filename?: string | undefined;
  /** Media type without parameters, lower case. */
  readonly contentType: string;
  /** Without angle brackets. */
  readonly contentId?: string | undefined;
  readonly contentLocation?: string | undefined;
  readonly disposition: 'attachment' | 'inline';
  /** The content, transfer encoding undone. For `message/rfc822` the octets of the message inside. */
  readonly bytes: Uint8Array;
  /** The message inside, read; the writer looks at `bytes` alone. */
  readonly message?: MimeMessage | undefined;
}
