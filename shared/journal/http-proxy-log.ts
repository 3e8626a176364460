import { plain } from './log-line.ts';
import { addressOf, isWebExchange, targetOf, type WebExchange, type WebLog, type WebServer } from './web-log.ts';

/**
 * The log of Exchange's front end (`Logging\HttpProxy`): CSV. Columns and their order: seen in public samples of Exchange
 * 2016 (build 15.1.2375); what nothing here measures is left empty. Exchange keeps a folder per protocol, here all are in
 * one. Times are those of the server's own clock, when the answer has left.
 */
export const httpProxyLog: WebLog = {
  head(server, at) {
    const lines = [
      'Software: Microsoft Exchange Server',
      `Version: ${versionText(server)}`,
      'Log-type: HttpProxy Logs',
      `Date: ${new Date(at).toISOString()}`,
      `Fields: ${columns.join(',')}`,
    ];
    return lines.map((line) => `#${line}\n`).join('');
  },
  line(server, record) {
    // The front end hands on what belongs to a service; its own answers are in the log of IIS alone.
    if (!isWebExchange(record) || record.service === 'frontend') return undefined;
    const values = valuesOf(server, record);
    return columns.map((column) => cell(values[column] ?? '')).join(',');
  },
};

const columns =
  `DateTime RequestId MajorVersion MinorVersion BuildVersion RevisionVersion ClientRequestId Protocol UrlHost UrlStem ProtocolAction
  AuthenticationType IsAuthenticated AuthenticatedUser Organization AnchorMailbox UserAgent ClientIpAddress ServerHostName HttpStatus
  BackEndStatus ErrorCode Method ProxyAction TargetServer TargetServerVersion RoutingType RoutingHint BackEndCookie ServerLocatorHost
  ServerLocatorLatency RequestBytes ResponseBytes TargetOutstandingRequests AuthModulePerfContext HttpPipelineLatency
  CalculateTargetBackEndLatency GlsLatencyBreakup TotalGlsLatency AccountForestLatencyBreakup TotalAccountForestLatency
  ResourceForestLatencyBreakup TotalResourceForestLatency ADLatency SharedCacheLatencyBreakup TotalSharedCacheLatency
  ActivityContextLifeTime ModuleToHandlerSwitchingLatency ClientReqStreamLatency BackendReqInitLatency BackendReqStreamLatency
  BackendProcessingLatency BackendRespInitLatency BackendRespStreamLatency ClientRespStreamLatency KerberosAuthHeaderLatency
  HandlerCompletionLatency RequestHandlerLatency HandlerToModuleSwitchingLatency ProxyTime CoreLatency RoutingLatency HttpProxyOverhead
  TotalRequestTime RouteRefresherLatency UrlQuery BackEndGenericInfo GenericInfo GenericErrors EdgeTraceId DatabaseGuid
  UserADObjectGuid PartitionEndpointLookupLatency RoutingStatus`.split(/\s+/);

const protocols: Readonly<Record<string, string>> = { ews: 'Ews', autodiscover: 'Autodiscover' };

function valuesOf(server: WebServer, record: WebExchange): Readonly<Record<string, string | number>> {
  const { web, status, service } = record;
  const { method, stem, query } = targetOf(record.target);
  const { major, minor, majorBuild, minorBuild } = server.version;
  const took = Math.round(record.durationMs ?? 0);
  const ended = new Date(record.closed ?? record.at).toISOString();
  const isKnown = record.caller !== null && status !== 401;
  // A back end has not seen what was turned away for want of credentials: that is the front end's own answer.
  const proxied = status === 401 ? {} : proxiedTo(server, status, web.backEnd);
  return {
    ...{ DateTime: ended, RequestId: web.requestId ?? '', ClientRequestId: web.clientRequestId ?? '' },
    ...{ MajorVersion: major, MinorVersion: minor, BuildVersion: majorBuild, RevisionVersion: minorBuild },
    ...{ Protocol: protocols[service] ?? service, UrlHost: record.host, UrlStem: stem, Method: method, UrlQuery: query },
    AuthenticationType: web.scheme ?? (isKnown ? 'WSSecurity' : ''),
    IsAuthenticated: String(isKnown),
    AuthenticatedUser: isKnown ? (web.account ?? '') : '',
    AnchorMailbox: isKnown && record.caller?.includes('@') === true ? `Smtp~${record.caller}` : '',
    ...{ UserAgent: web.userAgent ?? '', ClientIpAddress: addressOf(record.peer ?? ''), ServerHostName: web.frontEnd ?? server.name },
    ...{ HttpStatus: status, ErrorCode: status >= 400 ? (record.code ?? '') : '', RequestBytes: web.bodyBytes ?? '' },
    ...proxied,
    TotalRequestTime: took,
    GenericInfo: `BeginRequest=${new Date(record.at).toISOString()};CorrelationID=<empty>;EndRequest=${ended};`,
    RoutingStatus: 'CafeV1',
  };
}

function proxiedTo(server: WebServer, status: number, backEnd = server.fqdn): Readonly<Record<string, string | number>> {
  return {
    BackEndStatus: status,
    ProxyAction: 'Proxy',
    TargetServer: backEnd,
    TargetServerVersion: versionText(server),
    RoutingType: 'IntraForest',
  };
}

/** `15.02.2562.017`. */
function versionText({ version: { major, minor, majorBuild, minorBuild } }: WebServer): string {
  const padded = (value: number, digits: number): string => String(value).padStart(digits, '0');
  return `${padded(major, 2)}.${padded(minor, 2)}.${padded(majorBuild, 4)}.${padded(minorBuild, 3)}`;
}

function cell(value: string | number): string {
  const text = plain(String(value));
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
