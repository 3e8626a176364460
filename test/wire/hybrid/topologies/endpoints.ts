import { people } from './lab.ts';
import { autodiscover, type BrokenTopology, discovery, ews, joeAsksMary, maryAsksJoe, patAsksMary, proxied } from './row.ts';

const { mary } = people;
const secured = { autodiscover: `${autodiscover}/WSSecurity`, ews: `${ews}/WSSecurity` } as const;
const found = `${secured.autodiscover} 200.0`;
/** Where the other side is, and what shows it. */
export const endpoints: readonly BrokenTopology[] = [
  // The first of all: connections that stand already are not looked at again.
  {
    id: 'cert-chain',
    how: 'IIS shows a certificate that nobody trusts',
    variant: 'self-signed',
    asked: patAsksMary,
    symptom: {
      code: 'ErrorAutoDiscoverFailed',
      says: [`${discovery(mary)}System.Net.WebException: The underlying connection was closed: Could not establish trust`],
    },
    failed: [],
    log: { of: 'contoso', iis: [] },
  },
  {
    id: 'target-autodiscover-epr-wrong',
    how: 'a path where nothing is',
    variant: 'path',
    asked: patAsksMary,
    symptom: {
      code: 'ErrorAutoDiscoverFailed',
      says: [`${discovery(mary)}System.Net.WebException: The request failed with HTTP status 404 Not Found.`],
    },
    failed: [],
    log: { of: 'contoso', iis: ['/nothing 404.0'], httpProxy: [] },
  },
  {
    id: 'ad-wrong-dns',
    how: 'the name of Autodiscover leads to the servers of somebody else',
    variant: 'alias',
    asked: patAsksMary,
    symptom: {
      code: 'ErrorAutoDiscoverFailed',
      says: [
        `${discovery(mary)}System.Net.WebException: The underlying connection was closed: Could not establish trust relationship for the SSL/TLS secure channel.`,
      ],
    },
    failed: [],
    log: { of: 'contoso', iis: [] },
  },
  {
    id: 'dns-missing',
    how: 'the name of Autodiscover is in no zone',
    variant: 'autodiscover',
    asked: patAsksMary,
    symptom: {
      code: 'ErrorAutoDiscoverFailed',
      says: [`${discovery(mary)}System.Net.WebException: The remote name could not be resolved: 'autodiscover.contoso.test'`],
    },
    failed: [],
    log: { of: 'contoso', iis: [] },
  },
  {
    id: 'ews-exturl-missing',
    how: 'EWS has no ExternalUrl',
    variant: 'empty',
    asked: patAsksMary,
    symptom: {
      code: 'ErrorAutoDiscoverFailed',
      says: [
        `The response from the Autodiscover service at 'https://autodiscover.contoso.test${secured.autodiscover}' failed due to an error in user setting 'ExternalEwsUrl'. Error message: SettingIsNotAvailable.`,
      ],
      lid: 33_676,
    },
    failed: [],
    log: { of: 'contoso', iis: [found], httpProxy: ['Autodiscover WSSecurity true 200'] },
  },
  {
    id: 'ews-exturl-missing',
    how: 'the tenant is not told either',
    variant: 'empty',
    asked: joeAsksMary,
    symptom: {
      code: 'ErrorAutoDiscoverFailed',
      says: [
        `The response from the Autodiscover service at 'https://autodiscover.contoso.test${autodiscover}' failed due to an error in user setting 'ExternalEwsUrl'. Error message: SettingIsNotAvailable.`,
      ],
      lid: 33_676,
    },
    failed: [],
    log: { of: 'contoso', iis: [`${autodiscover} 200.0`], httpProxy: ['Autodiscover Bearer true 200'] },
  },
  {
    id: 'ews-exturl-missing',
    how: 'nor where MailTips would be asked for',
    variant: 'empty',
    asked: { is: 'MailTips', as: 'pat', whom: 'mary' },
    symptom: { code: 'ErrorAutoDiscoverFailed', says: ["'ExternalEwsUrl'. Error message: SettingIsNotAvailable."], lid: 33_676 },
    failed: [],
    log: { of: 'contoso', iis: [found] },
  },
  {
    id: 'user-unknown',
    how: 'the other side has nobody of that name',
    asked: { is: 'free/busy', as: 'pat', whom: 'nobody' },
    symptom: {
      code: 'ErrorAutoDiscoverFailed',
      says: [`failed due to an error in user setting 'ExternalEwsUrl'. Error message: InvalidUser.`],
      lid: 33_676,
    },
    failed: [],
    log: { of: 'contoso', iis: [found] },
  },
  {
    id: 'target-sharing-epr-wrong',
    how: 'an old host that nobody has any more',
    variant: 'old-host',
    asked: patAsksMary,
    symptom: {
      code: 'ErrorProxyRequestProcessingFailed',
      says: [`${proxied}System.Net.WebException: The remote name could not be resolved: 'old.contoso.test'`],
    },
    failed: [],
    log: { of: 'contoso', iis: [] },
  },
  {
    id: 'target-sharing-epr-wrong',
    how: 'the path of Outlook on the web',
    variant: 'owa',
    asked: patAsksMary,
    symptom: { code: 'ErrorProxyRequestProcessingFailed', says: [`${proxied}The request failed with HTTP status 404: Not Found.`] },
    failed: [],
    log: { of: 'contoso', iis: ['/owa/WSSecurity 404.0'] },
  },
  {
    id: 'target-sharing-epr-wrong',
    how: "one's own EWS",
    variant: 'own-ews',
    asked: patAsksMary,
    symptom: {
      code: 'ErrorProxyRequestProcessingFailed',
      says: [`${proxied}An error occurred when processing the security tokens in the message.`],
      lid: 59_916,
    },
    failed: ['fabrikam/ews dauth.recipient'],
    log: { of: 'contoso', iis: [] },
  },
  {
    id: 'cert-name-mismatch',
    how: 'an address whose name the certificate does not have',
    variant: 'alias',
    asked: patAsksMary,
    symptom: {
      code: 'ErrorProxyRequestProcessingFailed',
      says: [
        `${proxied}System.Net.WebException: The underlying connection was closed: Could not establish trust relationship for the SSL/TLS secure channel.`,
      ],
    },
    failed: [],
    log: { of: 'contoso', iis: [] },
  },
  {
    id: 'cert-name-mismatch',
    how: 'towards the tenant, by the name that only redirects',
    variant: 'tenant',
    asked: maryAsksJoe,
    symptom: {
      code: 'ErrorProxyRequestProcessingFailed',
      says: [`${proxied}System.Net.WebException: The underlying connection was closed: Could not establish trust`],
    },
    failed: [],
  },
  {
    id: 'tls',
    how: 'a door that speaks no TLS',
    variant: 'port-80',
    asked: patAsksMary,
    symptom: {
      code: 'ErrorProxyRequestProcessingFailed',
      says: [`${proxied}System.Net.WebException: The request was aborted: Could not create SSL/TLS secure channel.`],
    },
    failed: [],
    log: { of: 'contoso', iis: [] },
  },
];
