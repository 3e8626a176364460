import { profileOf } from '../../shared/domain/organization/profiles.ts';
import { serverFqdn, serverNameOf } from '../../shared/domain/organization/servers.ts';
import { httpProxyLog } from '../../shared/journal/http-proxy-log.ts';
import { iisLog } from '../../shared/journal/iis-log.ts';
import { smtpReceiveLog } from '../../shared/journal/smtp-receive-log.ts';
import { smtpSendLog } from '../../shared/journal/smtp-send-log.ts';
import { smtpTlsReport } from '../../shared/journal/smtp-tls-report.ts';
import type { LoggedExchange, WebLog } from '../../shared/journal/web-log.ts';
import type { EndpointsDocument } from '../../shared/service/endpoints-document.ts';
import { UsageError } from '../config.ts';
import type { AdminClient } from './admin-client.ts';

/** The logs of a server's software, by the name that `--format` gives them. */
export const webLogs = {
  iis: iisLog,
  httpproxy: httpProxyLog,
  'smtp-receive': smtpReceiveLog,
  'smtp-send': smtpSendLog,
  'smtp-tls': smtpTlsReport,
} as const satisfies Readonly<Record<string, WebLog>>;

/** Writes exchanges as one organisation's servers log them. */
export interface WebLogWriter {
  /** The head of a log that begins with an exchange. */
  head(first: LoggedExchange): string;
  /** Undefined where that log has no line of it. */
  line(exchange: LoggedExchange): string | undefined;
}

/**
 * Opens a log of the servers of `organization`. Refuses tenants ({@link UsageError}): nobody is shown the logs of Exchange
 * Online.
 */
export async function openWebLog(
  client: AdminClient,
  format: keyof typeof webLogs,
  organization: string | undefined,
): Promise<WebLogWriter> {
  if (organization === undefined) throw new UsageError(`--format ${format} is the log of one organization's servers: name it with --org`);
  const { organizations } = await client.get<EndpointsDocument>('/_coexist/endpoints');
  const found = organizations[organization];
  if (found === undefined)
    throw new UsageError(`the world has no organization ${organization}; it has ${Object.keys(organizations).join(', ')}`);
  if (found.kind === 'cloud') throw new UsageError(`${organization} is a tenant: Exchange Online shows nobody the logs of its servers`);
  const { version } = profileOf(found.product);
  const host = { ...found, name: organization };
  const server = { name: serverNameOf(host), fqdn: serverFqdn(host), version };
  const log = webLogs[format];
  return {
    head: (first) => log.head(server, first.closed ?? first.at),
    line: (exchange) => log.line(server, exchange),
  };
}
