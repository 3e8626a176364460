import { people } from './lab.ts';
import { autodiscover, type BrokenTopology, discovery, ews, fault, joeAsksMary, patAsksMary, proxied, set } from './row.ts';

const { mary } = people;
const found = `${autodiscover}/WSSecurity 200.0`;

/** What stands between: firewalls, proxies, load balancers, a web server that has lost a part. */
export const between: readonly BrokenTopology[] = [
  {
    id: 'fw-block-in',
    how: 'a firewall lets nobody in',
    ...fault({ match: { org: 'contoso-cloud', host: 'mail.contoso.test' }, seam: 'dial', effect: { kind: 'refuse' } }),
    asked: joeAsksMary,
    symptom: {
      code: 'ErrorProxyRequestProcessingFailed',
      says: [`${proxied}System.Net.WebException: Unable to connect to the remote server ; System.Net.Sockets.SocketException: `],
    },
    failed: [],
    log: { of: 'contoso', iis: [`${autodiscover} 200.0`] },
  },
  {
    id: 'fw-block-in',
    how: 'nor to Autodiscover',
    ...fault({ match: { org: 'fabrikam', host: 'autodiscover.contoso.test' }, seam: 'dial', effect: { kind: 'refuse' } }),
    asked: patAsksMary,
    symptom: {
      code: 'ErrorAutoDiscoverFailed',
      says: [`${discovery(mary)}System.Net.WebException: Unable to connect to the remote server`],
    },
    failed: [],
    log: { of: 'contoso', iis: [] },
  },
  {
    id: 'fw-rst',
    how: 'a firewall resets connections',
    ...fault({ match: { org: 'fabrikam', host: 'mail.contoso.test' }, seam: 'dial', effect: { kind: 'reset' } }),
    asked: patAsksMary,
    symptom: {
      code: 'ErrorProxyRequestProcessingFailed',
      says: [
        `${proxied}System.Net.WebException: The underlying connection was closed: An unexpected error occurred on a receive.`,
        'An existing connection was forcibly closed by the remote host',
      ],
    },
    failed: [],
    log: { of: 'contoso', iis: [found] },
  },
  {
    id: 'preauth-proxy',
    how: 'a reverse proxy asks for credentials before EWS',
    ...fault({ match: { svc: 'ews', org: 'contoso' }, effect: { kind: 'status', status: 401 } }),
    asked: patAsksMary,
    symptom: {
      code: 'ErrorProxyRequestProcessingFailed',
      says: [`${proxied}The request failed with HTTP status 401: Unauthorized.`],
      lid: 43_532,
    },
    failed: [],
    // What the proxy turned away has never come to the server.
    log: { of: 'contoso', iis: [found], httpProxy: ['Autodiscover WSSecurity true 200'] },
  },
  {
    id: 'preauth-proxy',
    how: 'and before Autodiscover',
    ...fault({ match: { svc: 'autodiscover', org: 'contoso' }, effect: { kind: 'status', status: 401 } }),
    asked: patAsksMary,
    symptom: {
      code: 'ErrorAutoDiscoverFailed',
      says: [`${discovery(mary)}System.Net.WebException: The request failed with HTTP status 401`],
    },
    failed: [],
    log: { of: 'contoso', iis: [], httpProxy: [] },
  },
  {
    id: 'preauth-proxy',
    how: 'a device in front publishes with pre-authentication',
    ...set('contoso', 'Set-PerimeterDevice', '-Enabled $true -PreAuthentication Basic', '-Enabled $false -PreAuthentication None'),
    asked: patAsksMary,
    symptom: {
      code: 'ErrorAutoDiscoverFailed',
      says: [`${discovery(mary)}System.Net.WebException: The request failed with HTTP status 401`],
    },
    failed: ['contoso/perimeter perimeter.pre-authentication'],
    log: { of: 'contoso', iis: [], httpProxy: [] },
  },
  {
    id: 'svc-handler-missing',
    how: 'IIS has no handler for svc files any more',
    ...fault({ match: { svc: 'autodiscover', org: 'contoso' }, effect: { kind: 'status', status: 405 } }),
    asked: patAsksMary,
    symptom: {
      code: 'ErrorAutoDiscoverFailed',
      says: [`${discovery(mary)}System.Net.WebException: The request failed with HTTP status 405 Method Not Allowed.`],
    },
    failed: [],
    log: { of: 'contoso', iis: [] },
  },
  {
    id: 'svc-handler-missing',
    how: 'who asks how the organisation is federated is told nothing',
    ...fault({ match: { svc: 'autodiscover', org: 'contoso' }, effect: { kind: 'status', status: 405 } }),
    asked: { is: 'a cmdlet', at: 'fabrikam', line: 'Get-FederationInformation -DomainName contoso.test' },
    symptom: { code: 'refused', says: ['Federation information could not be received from the external organization.', '(405)'] },
    failed: [],
  },
  {
    id: 'ad-404',
    how: 'the path of Autodiscover is another one',
    ...fault({ match: { svc: 'autodiscover', org: 'contoso' }, effect: { kind: 'status', status: 404 } }),
    asked: patAsksMary,
    symptom: {
      code: 'ErrorAutoDiscoverFailed',
      says: [`${discovery(mary)}System.Net.WebException: The request failed with HTTP status 404 Not Found.`],
    },
    failed: [],
    log: { of: 'contoso', iis: [] },
  },
  {
    id: 'html-instead-of-xml',
    how: 'something answers with a page',
    ...fault({
      match: { svc: 'ews', org: 'contoso' },
      effect: { kind: 'status', status: 200, headers: { 'content-type': 'text/html' }, body: '<html><br></html>' },
    }),
    asked: patAsksMary,
    symptom: { code: 'ErrorProxyRequestProcessingFailed', says: [`${proxied}Response is not well-formed XML`] },
    failed: [],
    log: { of: 'contoso', iis: [found] },
  },
  {
    id: 'gateway',
    how: 'a load balancer without servers',
    ...fault({ match: { svc: 'ews', org: 'contoso' }, effect: { kind: 'status', status: 503 } }),
    asked: patAsksMary,
    symptom: {
      code: 'ErrorProxyRequestProcessingFailed',
      says: [`${proxied}The request failed with HTTP status 503: Service Unavailable.`],
    },
    failed: [],
    log: { of: 'contoso', iis: [found] },
  },
  {
    id: 'sts-unreachable',
    how: 'no way to the federation gateway',
    ...fault({ match: { org: 'fabrikam', host: 'login.microsoftonline.test' }, seam: 'dial', effect: { kind: 'refuse' } }),
    asked: patAsksMary,
    symptom: {
      code: 'ErrorAutoDiscoverFailed',
      says: [
        'Failed to communicate with https://login.microsoftonline.test/extSTS.srf., inner exception: Unable to connect to the remote server.',
      ],
    },
    failed: [],
    log: { of: 'contoso', iis: [] },
  },
  {
    id: 'sts-unreachable',
    how: 'the address of EWS is known: the same, of the call itself',
    broken: [
      { at: 'fabrikam', line: 'Set-OrganizationRelationship Contoso -TargetSharingEpr https://mail.contoso.test/EWS/Exchange.asmx' },
      { fault: { match: { org: 'fabrikam', host: 'login.microsoftonline.test' }, seam: 'tls', effect: { kind: 'reset' } } },
    ],
    fixed: ['lift faults', { at: 'fabrikam', line: 'Set-OrganizationRelationship Contoso -TargetSharingEpr $null' }],
    asked: patAsksMary,
    symptom: {
      code: 'ErrorProxyRequestProcessingFailed',
      says: [
        'Failed to communicate with https://login.microsoftonline.test/extSTS.srf., inner exception: The underlying connection was closed',
      ],
    },
    failed: [],
    log: { of: 'contoso', iis: [] },
  },
  {
    id: 'gateway',
    how: 'a load balancer that waits too long',
    ...fault({ match: { svc: 'ews', org: 'contoso' }, effect: { kind: 'status', status: 504 } }),
    asked: patAsksMary,
    symptom: {
      code: 'ErrorProxyRequestProcessingFailed',
      says: [`${proxied}The request failed with HTTP status 504: Gateway Timeout.`],
      lid: 43_532,
    },
    failed: [],
    log: { of: 'contoso', iis: [found] },
  },
  {
    id: 'target-sharing-epr-wrong',
    how: 'a page to sign in',
    ...fault({
      match: { svc: 'ews', org: 'contoso' },
      effect: { kind: 'status', status: 302, headers: { location: 'https://mail.contoso.test/owa' }, body: 'Object moved' },
    }),
    asked: patAsksMary,
    symptom: {
      code: 'ErrorProxyRequestProcessingFailed',
      says: [`${proxied}System.Net.WebException: The request failed with the error message: Object moved`],
    },
    failed: [],
    log: { of: 'contoso', iis: [found] },
  },
  {
    id: 'timeout',
    how: 'EWS takes longer than a minute',
    ...fault({ match: { svc: 'ews', org: 'contoso' }, effect: { kind: 'latency', delayMs: 600_000 } }),
    asked: { ...patAsksMary, hangingMs: 60_000 },
    symptom: {
      code: 'ErrorTimeoutExpired',
      says: ["Request could not be processed in time. Timeout occurred during 'Waiting-For-Request-Completion'."],
      lid: 43_404,
    },
    failed: [],
    log: { of: 'contoso', iis: [found] },
  },
  {
    id: 'timeout',
    how: 'Autodiscover takes longer than ten seconds',
    ...fault({ match: { svc: 'autodiscover', org: 'contoso' }, effect: { kind: 'latency', delayMs: 600_000 } }),
    asked: { ...patAsksMary, hangingMs: 10_000 },
    symptom: { code: 'ErrorAutoDiscoverFailed', says: [`${discovery(mary)}System.Net.WebException: The operation has timed out`] },
    failed: [],
    log: { of: 'contoso', iis: [] },
  },
  {
    id: 'audience',
    how: "a reverse proxy writes the server's own name into the request",
    ...fault({ match: { svc: 'ews', host: 'mail.contoso.test' }, effect: { kind: 'host', host: 'ex-se-01.contoso.test' } }),
    asked: joeAsksMary,
    symptom: {
      code: 'ErrorProxyRequestProcessingFailed',
      says: ['The hostname component of the audience claim value', 'is invalid', 'invalid_resource'],
      lid: 43532,
    },
    failed: ['contoso/ews token.audience-host'],
    log: { of: 'contoso', iis: [`${autodiscover} 200.0`, `${ews} 401.0`] },
  },
];
