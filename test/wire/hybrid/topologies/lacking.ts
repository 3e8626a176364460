import { people } from './lab.ts';
import { type BrokenTopology, discovery, fault, maryAsksJoe, patAsksMary, proxied, set } from './row.ts';

const { mary } = people;
const joe = 'joe@contoso.mail.onmicrosoft.test';

/** What administrators would see, and do not see here. */
export const lacking: readonly BrokenTopology[] = [
  {
    id: 'fw-rst',
    how: 'the whole text',
    ...fault({ match: { org: 'fabrikam', host: 'mail.contoso.test' }, seam: 'dial', effect: { kind: 'reset' } }),
    asked: patAsksMary,
    symptom: { code: 'ErrorProxyRequestProcessingFailed', says: ['An existing connection was forcibly closed by the remote host'] },
    failed: [],
    lacks: 'the inner exception of a reset connection',
  },
  {
    id: 'dns-missing',
    how: 'the name that could not be resolved',
    ...set(
      'fabrikam',
      'Set-OrganizationRelationship Contoso',
      '-TargetSharingEpr https://old.contoso.test/EWS/Exchange.asmx',
      '-TargetSharingEpr $null',
    ),
    asked: patAsksMary,
    symptom: { code: 'ErrorProxyRequestProcessingFailed', says: ["The remote name could not be resolved: 'old.contoso.test'"] },
    failed: [],
    lacks: 'the name in the text',
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
    lacks: 'the text of a redirection',
  },
  {
    id: 'tls',
    how: 'a door that speaks no TLS',
    ...set(
      'fabrikam',
      'Set-OrganizationRelationship Contoso',
      '-TargetSharingEpr https://mail.contoso.test:80/EWS/Exchange.asmx',
      '-TargetSharingEpr $null',
    ),
    asked: patAsksMary,
    symptom: {
      code: 'ErrorProxyRequestProcessingFailed',
      says: [`${proxied}System.Net.WebException: The request was aborted: Could not create SSL/TLS secure channel.`],
    },
    failed: [],
    lacks: 'the text of TLS that fails',
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
    lacks: 'the LID of statuses',
  },
  {
    id: 'user-ambiguous',
    how: 'what the other side has said of it',
    broken: [
      { at: 'contoso', line: 'Set-RemoteMailbox zoe -UserPrincipalName zoe.old@contoso.test' },
      { at: 'contoso', line: 'Set-Mailbox mary -UserPrincipalName zoe@contoso.test' },
    ],
    fixed: [
      { at: 'contoso', line: 'Set-Mailbox mary -UserPrincipalName mary@contoso.test' },
      { at: 'contoso', line: 'Set-RemoteMailbox zoe -UserPrincipalName zoe@contoso.test' },
    ],
    asked: maryAsksJoe,
    symptom: {
      code: 'ErrorAutoDiscoverFailed',
      says: [discovery(joe), 'diagnostics: 2000005;reason="The user specified by the user-context in the token is ambiguous."'],
    },
    failed: ['contoso-cloud/autodiscover token.user'],
    lacks: 'x-ms-diagnostics in the text of Autodiscover',
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
    lacks: 'the words of .NET for other causes than silence',
  },
  {
    id: 'tls12-off',
    how: 'the servers on-premises do not speak TLS 1.2',
    broken: [],
    fixed: [],
    asked: { is: 'a cmdlet', at: 'contoso', line: 'Set-ExchangeTlsConfiguration -TlsVersion 1.0' },
    symptom: { code: 'answered', says: [] },
    failed: [],
    lacks: 'TLS versions of servers that call',
  },
  {
    id: 'audience',
    how: 'a reverse proxy writes another host into the request',
    broken: [],
    fixed: [],
    asked: {
      is: 'a cmdlet',
      at: 'contoso',
      line: 'Set-WebConfigurationProperty -Filter system.webServer/proxy -Name preserveHostHeader -Value $false',
    },
    symptom: { code: 'answered', says: [] },
    failed: [],
    lacks: 'reverse proxies that rewrite Host',
  },
  {
    id: 'scp-first',
    how: 'a client within finds the service connection point first',
    ...set(
      'contoso',
      'Set-ClientAccessService EX-SE-01',
      '-AutoDiscoverServiceInternalUri https://nowhere.contoso.test/autodiscover/autodiscover.xml',
      '-AutoDiscoverServiceInternalUri https://autodiscover.contoso.test/autodiscover/autodiscover.xml',
    ),
    asked: maryAsksJoe,
    symptom: { code: 'ErrorAutoDiscoverFailed', says: [discovery(mary)] },
    failed: [],
    lacks: 'an Active Directory that clients ask',
  },
  {
    id: 'graph-perm-missing',
    how: 'EWS of the tenant is gone, and Graph is asked without its permission',
    broken: [{ coexist: 'era contoso-cloud 2027-04' }],
    fixed: [{ coexist: 'era contoso-cloud 2019' }],
    asked: maryAsksJoe,
    symptom: { code: 'ErrorProxyRequestProcessingFailed', says: ['https://graph.microsoft', '403'] },
    failed: ['contoso-cloud/ews tenant.shared-principal'],
    lacks: 'Microsoft Graph',
  },
];
