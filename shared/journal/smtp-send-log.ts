import { protocolLogHead, protocolLogLines } from './smtp-receive-log.ts';
import type { WebLog } from './web-log.ts';

/**
 * The protocol log of send connectors, `SENDyyyymmdd-n.log` ("Protocol logging", OfficeDocs-Exchange): a session is written when it is
 * over. Connectors keep one whose ProtocolLoggingLevel is Verbose.
 */
export const smtpSendLog: WebLog = {
  head: (server, at) => protocolLogHead('SMTP Send Protocol Log', server, at),
  line: (_server, { direction, smtp }) =>
    smtp === undefined || direction !== 'outgoing' ? undefined : protocolLogLines(smtp, smtp.remote ?? ''),
};
