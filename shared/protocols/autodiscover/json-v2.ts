/** What Autodiscover v2 answers: one address for one protocol, as JSON. */
export interface JsonV2Answer {
  readonly Protocol: string;
  readonly Url: string;
}

/** Its refusal, with a status of 400 or 404. */
export interface JsonV2Error {
  readonly ErrorCode: JsonV2ErrorCode;
  readonly ErrorMessage: string;
}
export type JsonV2ErrorCode =
  | 'MandatoryParameterMissing'
  | 'InvalidUserId'
  | 'ProtocolNotSupported'
  | 'UserNotFound'
  | 'InternalServerError';

/** What is asked for. Values are as the client wrote them; undefined where it wrote none. */
export interface JsonV2Request {
  readonly email: string | undefined;
  readonly protocol: string | undefined;
  /** How often the client has been sent on already; 0 when it does not say. */
  readonly redirectCount: number;
}

/**
 * Reads `/autodiscover/autodiscover.json/v1.0/<email>?Protocol=...` and `/autodiscover/autodiscover.json?Email=...`
 * (microsoft/CSS-Exchange and other clients ask so). The path's address wins; parameter names are compared without case.
 *
 * @param target path and query as received
 */
export function decodeJsonV2Request(target: string): JsonV2Request {
  const question = target.indexOf('?');
  const path = question === -1 ? target : target.slice(0, question);
  const parameters = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(question === -1 ? '' : target.slice(question + 1))) {
    if (!parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), value.trim());
  }
  const named = /\/autodiscover\.json\/v1\.0\/([^/]+)\/?$/i.exec(path)?.[1];
  const redirectCount = parameters.get('redirectcount') ?? '';
  return {
    email: present(named === undefined ? parameters.get('email') : decoded(named)),
    protocol: present(parameters.get('protocol')),
    redirectCount: /^\d{1,3}$/.test(redirectCount) ? Number(redirectCount) : 0,
  };
}

/** The address that sends a client on to another server's endpoint, one redirection further. */
export function encodeJsonV2Redirect(endpoint: string, request: JsonV2Request): string {
  const query = new URLSearchParams();
  query.set('Email', request.email ?? '');
  query.set('Protocol', request.protocol ?? '');
  query.set('RedirectCount', String(request.redirectCount + 1));
  return `${endpoint}?${query.toString().replaceAll('%40', '@')}`;
}

function present(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment).trim();
  } catch {
    return segment;
  }
}
