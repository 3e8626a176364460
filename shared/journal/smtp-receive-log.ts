import type { SmtpConversation } from '../kernel/exchange.ts';
import { plain } from './log-line.ts';
import type { WebLog, WebServer } from './web-log.ts';

/**
 * The protocol log of receive connectors, `RECVyyyymmdd-n.log`: comma-separated, an event a line ("Protocol logging",
 * OfficeDocs-Exchange). Connectors keep one whose ProtocolLoggingLevel is Verbose.
 */
export const smtpReceiveLog: WebLog = {
  head: (server, at) => protocolLogHead('SMTP Receive Protocol Log', server, at),
  line: (_server, { direction, smtp, peer }) =>
    smtp === undefined || direction !== 'incoming' ? undefined : protocolLogLines(smtp, peer ?? ''),
};

/** The lines of a conversation. */
export function protocolLogLines({ connector, session, local, first, lines }: SmtpConversation, remote: string): string {
  return lines
    .map(({ at, event, text }, index) =>
      [new Date(at).toISOString(), connector, session, first + index, local, remote, event, text, ''].map(field).join(','),
    )
    .join('\n');
}

const fields = 'date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context';

/** The lines that begin a protocol log. */
export function protocolLogHead(type: string, { version }: WebServer, at: number): string {
  const { major, minor, majorBuild, minorBuild } = version;
  const number = [major, String(minor).padStart(2, '0'), String(majorBuild).padStart(4, '0'), String(minorBuild).padStart(3, '0')].join(
    '.',
  );
  const lines = ['Software: Microsoft Exchange Server', `Version: ${number}`, `Log-Type: ${type}`, `Date: ${new Date(at).toISOString()}`];
  return [...lines, `Fields: ${fields}`].map((line) => `#${line}\n`).join('');
}

/** In quotes where it has to be. */
function field(value: string | number): string {
  const text = plain(String(value));
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
