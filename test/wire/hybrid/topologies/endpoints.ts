import { people, type Step } from './lab.ts';
import { autodiscover, type BrokenTopology, discovery, ews, joeAsksMary, maryAsksJoe, patAsksMary, proxied, set } from './row.ts';

const { mary } = people;
const secured = { autodiscover: `${autodiscover}/WSSecurity`, ews: `${ews}/WSSecurity` } as const;
const found = `${secured.autodiscover} 200.0`;
const partner = 'Set-OrganizationRelationship Contoso';
const connector = 'Get-IntraOrganizationConnector | Set-IntraOrganizationConnector';
const autodiscoverRecord = '-ZoneName contoso.test -Name autodiscover';
/** With the last record of an administrator the one comes back that the world has by itself. */
const recordAsEver: readonly Step[] = [
  { at: 'contoso', line: `Add-DnsServerResourceRecord ${autodiscoverRecord} -A -IPv4Address 127.0.0.1` },
  { at: 'contoso', line: `Remove-DnsServerResourceRecord ${autodiscoverRecord} -RRType A -Force` },
];
const withoutExternalUrl = set(
  'contoso',
  'Set-WebServicesVirtualDirectory EWS*',
  '-ExternalUrl $null',
  '-ExternalUrl https://mail.contoso.test/EWS/Exchange.asmx',
);
const rememberedUntil: Step = { coexist: 'clock advance 61m' };

/** Where the other side is, and what shows it. */
export const endpoints: readonly BrokenTopology[] = [
  // The first of all: connections that stand already are not looked at again.
  {
    id: 'cert-chain',
    how: 'IIS shows a certificate that nobody trusts',
    broken: [
      { at: 'contoso', line: 'New-ExchangeCertificate -SubjectName CN=mail.contoso.test -FriendlyName Untrusted' },
      {
        at: 'contoso',
        line: "Get-ExchangeCertificate | Where-Object {$_.FriendlyName -eq 'Untrusted'} | Enable-ExchangeCertificate -Services IIS",
      },
    ],
    fixed: [
      { at: 'contoso', line: "Get-ExchangeCertificate | Where-Object {$_.FriendlyName -eq 'Untrusted'} | Remove-ExchangeCertificate" },
    ],
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
    ...set(
      'fabrikam',
      partner,
      '-TargetAutodiscoverEpr https://mail.contoso.test/nothing',
      `-TargetAutodiscoverEpr https://autodiscover.contoso.test${secured.autodiscover}`,
    ),
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
    broken: [
      { at: 'contoso', line: `Remove-DnsServerResourceRecord ${autodiscoverRecord} -RRType A -Force` },
      { at: 'contoso', line: `Add-DnsServerResourceRecord ${autodiscoverRecord} -CName -HostNameAlias mail.fabrikam.test` },
      rememberedUntil,
    ],
    fixed: [
      { at: 'contoso', line: `Remove-DnsServerResourceRecord ${autodiscoverRecord} -RRType CName -Force` },
      ...recordAsEver,
      rememberedUntil,
    ],
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
    broken: [{ at: 'contoso', line: `Remove-DnsServerResourceRecord ${autodiscoverRecord} -RRType A -Force` }, rememberedUntil],
    fixed: [...recordAsEver, rememberedUntil],
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
    ...withoutExternalUrl,
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
    ...withoutExternalUrl,
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
    ...withoutExternalUrl,
    asked: { is: 'MailTips', as: 'pat', whom: 'mary' },
    symptom: { code: 'ErrorAutoDiscoverFailed', says: ["'ExternalEwsUrl'. Error message: SettingIsNotAvailable."], lid: 33_676 },
    failed: [],
    log: { of: 'contoso', iis: [found] },
  },
  {
    id: 'user-unknown',
    how: 'the other side has nobody of that name',
    broken: [],
    fixed: [],
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
    ...set('fabrikam', partner, '-TargetSharingEpr https://old.contoso.test/EWS/Exchange.asmx', '-TargetSharingEpr $null'),
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
    ...set('fabrikam', partner, '-TargetSharingEpr https://mail.contoso.test/owa', '-TargetSharingEpr $null'),
    asked: patAsksMary,
    symptom: { code: 'ErrorProxyRequestProcessingFailed', says: [`${proxied}The request failed with HTTP status 404: Not Found.`] },
    failed: [],
    log: { of: 'contoso', iis: ['/owa/WSSecurity 404.0'] },
  },
  {
    id: 'target-sharing-epr-wrong',
    how: "one's own EWS",
    ...set('fabrikam', partner, '-TargetSharingEpr https://mail.fabrikam.test/EWS/Exchange.asmx', '-TargetSharingEpr $null'),
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
    broken: [
      { at: 'contoso', line: 'Add-DnsServerResourceRecord -ZoneName contoso.test -Name webmail -CName -HostNameAlias mail.contoso.test' },
      { at: 'fabrikam', line: `${partner} -TargetSharingEpr https://webmail.contoso.test/EWS/Exchange.asmx` },
    ],
    fixed: [
      { at: 'fabrikam', line: `${partner} -TargetSharingEpr $null` },
      { at: 'contoso', line: 'Remove-DnsServerResourceRecord -ZoneName contoso.test -Name webmail -RRType CName -Force' },
    ],
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
    ...set(
      'contoso',
      connector,
      '-TargetSharingEpr https://autodiscover.contoso.mail.onmicrosoft.test/EWS/Exchange.asmx',
      '-TargetSharingEpr $null',
    ),
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
    ...set('fabrikam', partner, '-TargetSharingEpr https://mail.contoso.test:80/EWS/Exchange.asmx', '-TargetSharingEpr $null'),
    asked: patAsksMary,
    symptom: {
      code: 'ErrorProxyRequestProcessingFailed',
      says: [`${proxied}System.Net.WebException: The request was aborted: Could not create SSL/TLS secure channel.`],
    },
    failed: [],
    log: { of: 'contoso', iis: [] },
  },
];
