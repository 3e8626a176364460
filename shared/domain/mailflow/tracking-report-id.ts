import { type Guid, parseGuid } from '../../kernel/ids.ts';

/** Which message a tracking report is about, and for whom. */
export interface TrackingReportId {
  /** With angle brackets. */
  readonly messageId: string;
  /** The server that took the message. */
  readonly server: string;
  readonly internalId: number;
  /** Whose side it is told from. */
  readonly is: 'Sender' | 'Recipient';
  /** His object in the directory; undefined where it has none, which is written as zeros. */
  readonly user: Guid | undefined;
  /** The organisation that has the message, by its first domain. */
  readonly domain: string;
}

/** `Message-Id=<1@contoso.test>,Server=EX.contoso.test,Internal-Id=7,Sender=<guid>,Domain=contoso.test`, `=` `,` `+` as `+3d`. */
export function formatTrackingReportId({ messageId, server, internalId, is, user, domain }: TrackingReportId): string {
  const parts = { 'Message-Id': messageId, Server: server, 'Internal-Id': String(internalId), [is]: user ?? nobody, Domain: domain };
  return Object.entries(parts)
    .map(([name, value]) => `${name}=${escaped(value)}`)
    .join(',');
}

/** Undefined for what is none. */
export function parseTrackingReportId(text: string): TrackingReportId | undefined {
  if (text.length > mostCharacters) return undefined;
  const parts = new Map<string, string>();
  for (const part of text.split(',')) {
    const [, name, value = ''] = /^([\w-]+)=([^=]+)$/.exec(part.trim()) ?? [];
    if (name === undefined || parts.has(name)) return undefined;
    parts.set(
      name,
      value.replace(/\+([0-9a-f]{2})/gi, (_whole, digits: string) => String.fromCharCode(Number.parseInt(digits, 16))),
    );
  }
  const is = parts.has('Sender') ? 'Sender' : 'Recipient';
  const user = parseGuid(parts.get(is) ?? '');
  const [messageId, server, domain] = [parts.get('Message-Id'), parts.get('Server'), parts.get('Domain')];
  const internalId = /^\d{1,15}$/.test(parts.get('Internal-Id') ?? '') ? Number(parts.get('Internal-Id')) : undefined;
  if (user === undefined || messageId === undefined || server === undefined || domain === undefined || internalId === undefined)
    return undefined;
  return { messageId, server, internalId, is, user, domain };
}

const nobody = '00000000-0000-0000-0000-000000000000';
const mostCharacters = 4_096;

function escaped(text: string): string {
  return text.replace(/[=,+]/g, (one) => `+${one.charCodeAt(0).toString(16)}`);
}
