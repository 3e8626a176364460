import { describe, expect, test } from 'vitest';
import { httpProxyLog } from '../../../shared/journal/http-proxy-log.ts';
import { iisLog } from '../../../shared/journal/iis-log.ts';
import type { LoggedExchange, WebServer } from '../../../shared/journal/web-log.ts';
import { present } from '../../../shared/kernel/assert.ts';

const server: WebServer = {
  ...{ name: 'EX-SE-01', fqdn: 'EX-SE-01.contoso.test', version: { major: 15, minor: 2, majorBuild: 2562, minorBuild: 17 } },
};
const web = {
  ...{ server: '::ffff:127.0.0.1', port: 4443, userAgent: 'ASProxy/CrossForest/EmailDomain//15.02.2562.017', referer: null },
  ...{ scheme: 'Basic', clientRequestId: 'c-1', bodyBytes: 812, account: 'CONTOSO\\mary', requestId: 'r-1' },
};
const at = Date.UTC(2026, 10, 21, 8, 5, 9, 42);
const exchange: LoggedExchange = {
  ...{ traceId: 't', spanId: 's', parentSpan: null, sequence: 1, at, closed: at + 12, startedMs: 0, durationMs: 12.4 },
  ...{ direction: 'incoming', protocol: 'https', service: 'ews', organization: 'contoso', operation: 'GetFolder' },
  ...{ host: 'mail.contoso.test', target: 'POST /EWS/Exchange.asmx?a=b', peer: '10.1.2.3:50000', caller: 'mary@contoso.test' },
  ...{ status: 200, code: 'NoError', detail: null, outcome: 'answered', verdict: null, faults: [], web },
};

const iis = (changes: Partial<LoggedExchange> = {}) => iisLog.line(server, { ...exchange, ...changes });

describe('the log of IIS', () => {
  test('its head', () => {
    expect(iisLog.head(server, at)).toBe(
      '#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2026-11-21 08:05:09\n' +
        '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) ' +
        'sc-status sc-substatus sc-win32-status time-taken\n',
    );
  });

  test('a line has a word for each field', () => {
    const line = present(iis(), 'a line');
    expect(line).toBe(
      '2026-11-21 08:05:09 127.0.0.1 POST /EWS/Exchange.asmx a=b&CorrelationID=<empty>;&cafeReqId=r-1; 4443 CONTOSO\\mary 10.1.2.3 ' +
        'ASProxy/CrossForest/EmailDomain//15.02.2562.017 - 200 0 0 12',
    );
    expect(line.split(' ')).toHaveLength(iisLog.head(server, at).split('#Fields: ')[1]?.trim().split(' ').length ?? 0);
  });

  test('nothing that a client sends begins a word or a line of its own', () => {
    const sent = { ...web, userAgent: 'a b\r\n2026-11-21 c\td', referer: '\u2028', account: 'CONTOSO\\mary smith' };
    const line = present(iis({ web: sent }), 'a line');
    expect(line.split(' ')).toHaveLength(15);
    expect(line).not.toMatch(/[\r\n\t\u2028]/);
    expect(line).toContain(' CONTOSO\\mary+smith ');
  });

  test.each<[number, string | null, Partial<LoggedExchange>, string]>([
    [401, 'no-credentials', {}, '401 2 5'],
    [401, 'scheme-not-offered', {}, '401 2 5'],
    [401, 'invalid-credentials', {}, '401 1 1326'],
    [401, 'invalid-credentials', { web: { ...web, scheme: 'Bearer' } }, '401 0 0'],
    [403, null, { service: 'frontend', protocol: 'http' }, '403 4 5'],
    [403, 'ErrorAccessDenied', {}, '403 0 0'],
    [404, null, { service: 'frontend', operation: null }, '404 0 2'],
    [503, null, { outcome: 'fault' }, '503 0 0'],
  ])('%s with %s', (status, code, more, words) => {
    expect(iis({ status, code, ...more })).toContain(` - ${words} 12`);
  });

  test.each<[string, Partial<LoggedExchange>]>([
    ['was sent to another server', { direction: 'outgoing' }],
    ['came by another protocol', { protocol: 'smtp', web: null }],
    ['was never answered', { status: null, outcome: 'aborted' }],
    ['a fault rule ended before the server saw it', { status: 401, outcome: 'fault', operation: null }],
  ])('there is no line of what %s', (_, changes) => {
    expect([iis(changes), httpProxyLog.line(server, { ...exchange, ...changes })]).toEqual([undefined, undefined]);
  });
});

describe('the log of the front end', () => {
  const columns = (httpProxyLog.head(server, at).split('#Fields: ')[1] ?? '').trim().split(',');
  const row = (changes: Partial<LoggedExchange> = {}): Readonly<Record<string, string>> => {
    const cells = present(httpProxyLog.line(server, { ...exchange, ...changes }), 'a line').split(',');
    expect(cells).toHaveLength(columns.length);
    return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? '']));
  };

  test('its head, and the columns that readers look for', () => {
    expect(httpProxyLog.head(server, at)).toMatch(
      /^#Software: Microsoft Exchange Server\n#Version: 15\.02\.2562\.017\n#Log-type: HttpProxy Logs\n#Date: 2026-11-21T08:05:09\.042Z\n#Fields: DateTime,RequestId,/,
    );
    expect(new Set(columns).size).toBe(columns.length);
    expect(row()).toMatchObject({
      ...{ DateTime: '2026-11-21T08:05:09.054Z', RequestId: 'r-1', MajorVersion: '15', BuildVersion: '2562', ClientRequestId: 'c-1' },
      ...{ Protocol: 'Ews', UrlHost: 'mail.contoso.test', UrlStem: '/EWS/Exchange.asmx', UrlQuery: '?a=b', Method: 'POST' },
      ...{
        AuthenticationType: 'Basic',
        IsAuthenticated: 'true',
        AuthenticatedUser: 'CONTOSO\\mary',
        AnchorMailbox: 'Smtp~mary@contoso.test',
      },
      ...{ UserAgent: web.userAgent, ClientIpAddress: '10.1.2.3', ServerHostName: 'EX-SE-01', HttpStatus: '200', BackEndStatus: '200' },
      ...{ ErrorCode: '', RequestBytes: '812', TargetServer: 'EX-SE-01.contoso.test', TotalRequestTime: '12', RoutingStatus: 'CafeV1' },
    });
  });

  test('what was turned away has seen no back end; a delegation token is WSSecurity', () => {
    const turned = { status: 401, code: 'no-credentials', caller: null, web: { ...web, scheme: null, account: null } };
    expect(row(turned)).toMatchObject({
      ...{ AuthenticationType: '', IsAuthenticated: 'false', AuthenticatedUser: '', HttpStatus: '401', BackEndStatus: '' },
      ErrorCode: 'no-credentials',
    });
    expect(row({ web: { ...web, scheme: null, account: null } })).toMatchObject({
      AuthenticationType: 'WSSecurity',
      AuthenticatedUser: '',
    });
  });

  test('its own answers are none of it, and commas stay in their cell', () => {
    expect(httpProxyLog.line(server, { ...exchange, service: 'frontend' })).toBeUndefined();
    const agent = 'a, "b"';
    expect(httpProxyLog.line(server, { ...exchange, web: { ...web, userAgent: agent } })).toContain(',"a, ""b""",');
  });
});
