import { people } from './lab.ts';
import { autodiscover, type BrokenTopology, directly, discovery, ews, joeAsksMary, patAsksMary, proxied } from './row.ts';

const { mary } = people;
const found = `${autodiscover}/WSSecurity 200.0`;

/** What stands between: firewalls, proxies, load balancers, a web server that has lost a part. */
export const between: readonly BrokenTopology[] = [
  {
    id: 'fw-block-in',
    how: 'a firewall lets nobody in',
    variant: 'ews',
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
    variant: 'autodiscover',
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
    variant: 'ews',
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
    variant: 'ews',
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
    variant: 'autodiscover',
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
    variant: 'device',
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
    variant: 'autodiscover',
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
    variant: 'autodiscover',
    asked: { is: 'a cmdlet', at: 'fabrikam', line: 'Get-FederationInformation -DomainName contoso.test' },
    symptom: { code: 'refused', says: ['Federation information could not be received from the external organization.', '(405)'] },
    failed: [],
  },
  {
    id: 'ad-404',
    how: 'the path of Autodiscover is another one',
    variant: 'autodiscover',
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
    variant: 'ews',
    asked: patAsksMary,
    symptom: { code: 'ErrorProxyRequestProcessingFailed', says: [`${proxied}Response is not well-formed XML`] },
    failed: [],
    log: { of: 'contoso', iis: [found] },
  },
  {
    id: 'gateway',
    how: 'a load balancer without servers',
    variant: '503',
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
    variant: 'refused',
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
    variant: 'reset',
    first: [directly],
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
    variant: '504',
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
    variant: 'sign-in-page',
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
    variant: 'ews',
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
    variant: 'autodiscover',
    asked: { ...patAsksMary, hangingMs: 10_000 },
    symptom: { code: 'ErrorAutoDiscoverFailed', says: [`${discovery(mary)}System.Net.WebException: The operation has timed out`] },
    failed: [],
    log: { of: 'contoso', iis: [] },
  },
  {
    id: 'audience',
    how: 'the device in front does',
    variant: 'device',
    asked: joeAsksMary,
    symptom: {
      code: 'ErrorAutoDiscoverFailed',
      says: ['The hostname component of the audience claim value', 'is invalid', 'invalid_resource'],
    },
    failed: ['contoso/autodiscover token.audience-host'],
    log: { of: 'contoso', iis: [`${autodiscover} 401.0`] },
  },
  {
    id: 'audience',
    how: "a reverse proxy writes the server's own name into the request",
    variant: 'host-rewritten',
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
