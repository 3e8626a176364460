import { profileOf } from '../domain/organization/profiles.ts';
import { serverFqdn, serverNameOf } from '../domain/organization/servers.ts';
import { httpProxyLog } from '../journal/http-proxy-log.ts';
import { hybridWizardLog } from '../journal/hybrid-wizard-log.ts';
import { iisLog } from '../journal/iis-log.ts';
import { smtpReceiveLog } from '../journal/smtp-receive-log.ts';
import { smtpSendLog } from '../journal/smtp-send-log.ts';
import { smtpTlsReport } from '../journal/smtp-tls-report.ts';
import type { LoggedExchange, WebLog } from '../journal/web-log.ts';
import type { OrganizationEndpoints } from './endpoints-document.ts';

/** The logs of a server's software, by the name that users give them. */
export const serverLogs = {
  iis: iisLog,
  httpproxy: httpProxyLog,
  'smtp-receive': smtpReceiveLog,
  'smtp-send': smtpSendLog,
  'smtp-tls': smtpTlsReport,
  hcw: hybridWizardLog,
} as const satisfies Readonly<Record<string, WebLog>>;
export type ServerLogName = keyof typeof serverLogs;

/** Writes exchanges as one organisation's servers log them. */
export interface ServerLogWriter {
  /** The head of a log that begins with an exchange. */
  head(first: LoggedExchange): string;
  /** Undefined where that log has no line of it. */
  line(exchange: LoggedExchange): string | undefined;
}

/** A log of an organisation's servers. */
export function serverLog(
  log: ServerLogName,
  organization: Pick<OrganizationEndpoints, 'product' | 'servers' | 'domains'> & { readonly name: string },
): ServerLogWriter {
  const server = {
    name: serverNameOf(organization),
    fqdn: serverFqdn(organization),
    version: profileOf(organization.product).version,
  };
  return {
    head: (first) => serverLogs[log].head(server, first.closed ?? first.at),
    line: (exchange) => serverLogs[log].line(server, exchange),
  };
}
