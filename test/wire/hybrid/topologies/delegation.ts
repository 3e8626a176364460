import { people, type Step } from './lab.ts';
import {
  autodiscover,
  type BrokenTopology,
  clock,
  discovery,
  ews,
  joeAsksMary,
  lose,
  maryAsksJoe,
  patAsksMary,
  proxied,
  set,
  tenantRelationship,
} from './row.ts';

const { mary } = people;
const secured = { autodiscover: `${autodiscover}/WSSecurity`, ews: `${ews}/WSSecurity` } as const;
const found = `${secured.autodiscover} 200.0`;
const trust = '"Microsoft Federation Gateway"';
const gateway = 'Soap fault exception received. ';
const soapHeader = `${discovery(mary)}System.Web.Services.Protocols.SoapHeaderException: `;
const verifying = 'An error occurred when verifying security for the message.';
const processing = 'An error occurred when processing the security tokens in the message.';

/** The keys of the authentication service change, and Exchange Online alone hears of it. */
export const rollover: Step = {
  outside: 'the authentication service has new keys',
  async does({ control }) {
    const { keys } = (await control('GET', '/keys')) as { keys: readonly { x5t: string; state: string }[] };
    const { x5t } = (await control('POST', '/keys/stage')) as { x5t: string };
    await control('POST', '/keys/publish', { x5t });
    await control('POST', '/keys/activate', { x5t });
    for (const old of keys) if (old.state === 'active') await control('POST', '/keys/retire', { x5t: old.x5t });
  },
};
const refreshed = (at: 'contoso' | 'fabrikam'): Step => ({ at, line: `Set-FederationTrust ${trust} -RefreshMetadata` });
/** Twice, so that the previous certificate is another one too. */
export const everythingRefreshed: readonly Step[] = [
  ...(['contoso', 'contoso', 'fabrikam', 'fabrikam'] as const).map(refreshed),
  { at: 'contoso', line: 'Get-AuthServer | Set-AuthServer -RefreshAuthMetadata' },
];
/** As it is after everybody's metadata have been read again: then nothing is known of old keys. */
const staleTrust = { broken: [rollover], fixed: everythingRefreshed };

/** Delegation tokens: the federation gateway, certificates, clocks. */
export const delegation: readonly BrokenTopology[] = [
  {
    id: 'eff-wssec-off',
    how: 'on the virtual directory of EWS',
    ...set('contoso', 'Set-WebServicesVirtualDirectory EWS*', '-WSSecurityAuthentication $false', '-WSSecurityAuthentication $true'),
    asked: patAsksMary,
    symptom: { code: 'ErrorProxyRequestProcessingFailed', says: [`${proxied}${verifying}`] },
    failed: ['contoso/ews dauth.offered'],
    log: { of: 'contoso', iis: [found, `${secured.ews} 500.0`], httpProxy: ['Autodiscover WSSecurity true 200', 'Ews  false 500'] },
  },
  {
    id: 'eff-wssec-off',
    how: 'on the virtual directory of Autodiscover',
    ...set(
      'contoso',
      'Set-AutodiscoverVirtualDirectory Autodiscover*',
      '-WSSecurityAuthentication $false',
      '-WSSecurityAuthentication $true',
    ),
    asked: patAsksMary,
    symptom: { code: 'ErrorAutoDiscoverFailed', says: [`${soapHeader}${verifying}`] },
    failed: ['contoso/autodiscover dauth.offered'],
    log: { of: 'contoso', iis: [`${secured.autodiscover} 500.0`] },
  },
  {
    id: 'fed-metadata-stale',
    how: 'the receiver does not know the new key: EWS',
    broken: [
      ...staleTrust.broken,
      { at: 'fabrikam', line: `Set-OrganizationRelationship Contoso -TargetSharingEpr https://mail.contoso.test${ews}` },
    ],
    fixed: [...staleTrust.fixed, { at: 'fabrikam', line: 'Set-OrganizationRelationship Contoso -TargetSharingEpr $null' }],
    asked: patAsksMary,
    symptom: {
      code: 'ErrorProxyRequestProcessingFailed',
      says: ['ProxyWebRequestProcessingException', `${proxied}${processing}`],
      lid: 59_916,
    },
    failed: ['contoso/ews dauth.signing-key'],
    log: { of: 'contoso', iis: [`${secured.ews} 500.0`] },
  },
  {
    id: 'fed-metadata-stale',
    how: 'and Autodiscover',
    ...staleTrust,
    asked: patAsksMary,
    symptom: { code: 'ErrorAutoDiscoverFailed', says: [`${soapHeader}${processing}`] },
    failed: ['contoso/autodiscover dauth.signing-key'],
    log: { of: 'contoso', iis: [`${secured.autodiscover} 500.0`] },
  },
  {
    id: 'fed-metadata-stale',
    how: 'as Test-FederationTrust sees it',
    ...staleTrust,
    asked: { is: 'a cmdlet', at: 'contoso', line: 'Test-FederationTrust -UserIdentity mary' },
    symptom: { code: 'answered', says: ['"Id":"TokenValidation","Type":"Error","Message":"Failed to validate delegation token."'] },
    failed: [],
  },
  {
    id: 'fed-cert-expired',
    how: 'six years have gone by for those who ask',
    ...clock('fabrikam', '2200d'),
    asked: patAsksMary,
    symptom: { code: 'ErrorAutoDiscoverFailed', says: [/The signing certificate [0-9A-F]{40} is not valid at this time\./] },
    failed: [],
    log: { of: 'contoso', iis: [] },
  },
  {
    id: 'fed-cert-expired',
    how: 'as Test-FederationTrust sees it',
    ...clock('fabrikam', '2200d'),
    asked: { is: 'a cmdlet', at: 'fabrikam', line: 'Test-FederationTrust -UserIdentity pat' },
    symptom: { code: 'answered', says: ['"Id":"OrganizationCertificate","Type":"Error"'] },
    failed: [],
  },
  {
    id: 'fed-next-cert-missing',
    how: 'the certificate that signs is gone when the next one is to follow it',
    ...lose('Exchange Delegation Federation'),
    asked: { is: 'a cmdlet', at: 'contoso', line: `Set-FederationTrust ${trust} -PublishFederationCertificate` },
    symptom: { code: 'refused', says: [/^Federation certificate with the thumbprint "[0-9A-F]{40}" cannot be found\.$/] },
    failed: [],
  },
  {
    id: 'fed-cert-missing',
    how: 'nothing can be signed',
    ...lose('Exchange Delegation Federation'),
    asked: { is: 'free/busy', as: 'mary', whom: 'pat' },
    symptom: { code: 'ErrorAutoDiscoverFailed', says: ['Missing signing certificate.'] },
    failed: [],
    log: { of: 'fabrikam', iis: [], httpProxy: [] },
  },
  {
    id: 'fed-cert-missing',
    how: 'and no token can be read',
    ...lose('Exchange Delegation Federation'),
    asked: patAsksMary,
    symptom: { code: 'ErrorAutoDiscoverFailed', says: [`${soapHeader}${processing}`] },
    failed: ['contoso/autodiscover dauth.recipient'],
    log: { of: 'contoso', iis: [`${secured.autodiscover} 500.0`] },
  },
  {
    id: 'clock-skew',
    how: 'the clock of those who ask is fast: the gateway refuses',
    ...clock('fabrikam', '6m'),
    asked: patAsksMary,
    symptom: { code: 'ErrorAutoDiscoverFailed', says: [`${gateway}The entered and stored passwords do not match.`] },
    failed: ['azure-auth sts.timestamp'],
    log: { of: 'contoso', iis: [] },
  },
  {
    id: 'clock-skew',
    how: 'the clock of those who are asked is slow',
    ...clock('contoso', '-6m'),
    asked: patAsksMary,
    symptom: { code: 'ErrorAutoDiscoverFailed', says: [`${soapHeader}${verifying}`] },
    failed: ['contoso/autodiscover dauth.lifetime'],
    log: { of: 'contoso', iis: [`${secured.autodiscover} 500.0`] },
  },
  {
    id: 'app-uri-wrong',
    how: 'nobody has that ApplicationUri',
    ...set(
      'fabrikam',
      'Set-OrganizationRelationship Contoso',
      '-TargetApplicationUri nobody.test',
      '-TargetApplicationUri FYDIBOHF25SPDLT.contoso.test',
    ),
    asked: patAsksMary,
    symptom: { code: 'ErrorAutoDiscoverFailed', says: [gateway] },
    failed: ['azure-auth sts.applies-to'],
    log: { of: 'contoso', iis: [] },
  },
  {
    id: 'app-uri-wrong',
    how: 'it is that of somebody else: the token is not for the receiver',
    ...set(
      'fabrikam',
      'Set-OrganizationRelationship Contoso',
      '-TargetApplicationUri outlook.com',
      '-TargetApplicationUri FYDIBOHF25SPDLT.contoso.test',
    ),
    asked: patAsksMary,
    symptom: { code: 'ErrorAutoDiscoverFailed', says: [`${soapHeader}${processing}`] },
    failed: ['contoso/autodiscover dauth.recipient'],
    log: { of: 'contoso', iis: [`${secured.autodiscover} 500.0`] },
  },
  {
    id: 'federation-off',
    how: 'those who are asked are not federated any more',
    ...set('contoso', 'Set-FederatedOrganizationIdentifier', '-Enabled $false', '-Enabled $true'),
    asked: patAsksMary,
    symptom: { code: 'ErrorAutoDiscoverFailed', says: [`${soapHeader}${verifying}`] },
    failed: ['contoso/autodiscover dauth.federation'],
    log: { of: 'contoso', iis: [`${secured.autodiscover} 500.0`] },
  },
  {
    id: 'federation-off',
    how: 'those who ask are not',
    ...set('fabrikam', 'Set-FederatedOrganizationIdentifier', '-Enabled $false', '-Enabled $true'),
    asked: patAsksMary,
    symptom: { code: 'ErrorAutoDiscoverFailed', says: ['Organization is not federated.'] },
    failed: [],
    log: { of: 'contoso', iis: [] },
  },
  {
    id: 'ioc-disabled',
    how: 'the tenant asks by a delegation token again',
    ...set('contoso-cloud', 'Get-IntraOrganizationConnector | Set-IntraOrganizationConnector', '-Enabled $false', '-Enabled $true'),
    asked: joeAsksMary,
    symptom: { code: 'NoError', says: [] },
    failed: [],
    log: {
      of: 'contoso',
      iis: [found, `${secured.ews} 200.0`],
      httpProxy: ['Autodiscover WSSecurity true 200', 'Ews WSSecurity true 200'],
    },
  },
  {
    id: 'ioc-missing',
    how: 'neither connector nor relationship: nothing leads there',
    broken: [
      { at: 'contoso', line: 'Get-IntraOrganizationConnector | Set-IntraOrganizationConnector -Enabled $false' },
      { at: 'contoso', line: `${tenantRelationship} -Enabled $false` },
    ],
    fixed: [
      { at: 'contoso', line: `${tenantRelationship} -Enabled $true` },
      { at: 'contoso', line: 'Get-IntraOrganizationConnector | Set-IntraOrganizationConnector -Enabled $true' },
    ],
    asked: maryAsksJoe,
    symptom: {
      code: 'ErrorAvailabilityConfigNotFound',
      says: ['Configuration information for forest/domain contoso.mail.onmicrosoft.test could not be found in Active Directory.'],
      lid: 47_932,
    },
    failed: ['contoso/ews sharing.organization-relationship', 'contoso/ews sharing.availability-address-space'],
  },
];
