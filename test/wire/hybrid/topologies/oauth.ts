import { everythingRefreshed, rollover } from './delegation.ts';
import { people, type TopologyLab } from './lab.ts';
import { autodiscover, type BrokenTopology, clock, discovery, joeAsksMary, lose, maryAsksJoe, proxied, set } from './row.ts';

const { mary } = people;
const joe = 'joe@contoso.mail.onmicrosoft.test';
const invalidUser = ';error_category="invalid_user"';
const exchange = '-AppPrincipalId 00000002-0000-0ff1-ce00-000000000000';
const unauthorised = 'System.Net.WebException: The request failed with HTTP status 401';
const towardsTenant = 'Test-OAuthConnectivity -Service EWS -TargetUri https://outlook.office365.com/ews/exchange.asmx -Mailbox mary';

/** The lines of an administrator who copies from one to the other. */
async function withoutKey({ run, take }: TopologyLab): Promise<void> {
  const [config] = (await run('contoso', 'Get-AuthConfig')).objects;
  const held = await run('contoso', `Get-ExchangeCertificate ${String(config?.['CurrentCertificateThumbprint'])}`);
  const { objects } = await run('contoso-cloud', `Get-MsolServicePrincipalCredential ${exchange} -ReturnKeyValues $true`);
  for (const { KeyId } of objects.filter(({ Value }) => Value === held.objects[0]?.['RawData']))
    await take({ at: 'contoso-cloud', line: `Remove-MsolServicePrincipalCredential ${exchange} -KeyIds ${String(KeyId)}` });
}

/** OAuth between an organisation and its tenant. */
export const oauth: readonly BrokenTopology[] = [
  {
    id: 'ioc-oauth-refused',
    how: 'EWS takes no tokens: an error, and no other way is tried',
    ...set('contoso', 'Set-WebServicesVirtualDirectory EWS*', '-OAuthAuthentication $false', '-OAuthAuthentication $true'),
    asked: joeAsksMary,
    symptom: {
      code: 'ErrorProxyRequestProcessingFailed',
      says: [`${proxied}The server at mail.contoso.test answered 401 to an empty Bearer, without a Bearer challenge.`],
    },
    failed: ['contoso/ews token.offered'],
    log: { of: 'contoso', iis: [`${autodiscover} 200.0`], httpProxy: ['Autodiscover Bearer true 200'] },
  },
  {
    id: 'ioc-oauth-refused',
    how: 'the partner application is disabled',
    ...set('contoso', 'Get-PartnerApplication | Set-PartnerApplication', '-Enabled $false', '-Enabled $true'),
    asked: joeAsksMary,
    symptom: { code: 'ErrorAutoDiscoverFailed', says: [`${discovery(mary)}${unauthorised}`] },
    failed: ['contoso/autodiscover token.application'],
    log: { of: 'contoso', iis: [`${autodiscover} 401.0`] },
  },
  {
    id: 'issuer-not-trusted',
    how: 'no auth server is known that the tenant trusts',
    broken: [{ at: 'contoso', line: "Get-AuthServer | Where-Object {$_.Type -eq 'MicrosoftACS'} | Set-AuthServer -Enabled $false" }],
    fixed: [{ at: 'contoso', line: "Get-AuthServer | Where-Object {$_.Type -eq 'MicrosoftACS'} | Set-AuthServer -Enabled $true" }],
    asked: maryAsksJoe,
    symptom: {
      code: 'ErrorAutoDiscoverFailed',
      says: [/The trusted issuers contained the following entries '.+'\. None of them are configured locally\./],
    },
    failed: [],
  },
  {
    id: 'token-signature',
    how: 'the metadata of the auth server are stale',
    broken: [rollover],
    fixed: everythingRefreshed,
    asked: joeAsksMary,
    symptom: {
      code: 'ErrorAutoDiscoverFailed',
      says: [
        `${discovery(mary)}${unauthorised}`,
        'diagnostics: 2000000;reason="The token has an invalid signature.";error_category="invalid_signature"',
      ],
    },
    failed: ['contoso/autodiscover token.key'],
    log: { of: 'contoso', iis: [`${autodiscover} 401.0`] },
  },
  {
    id: 'token-signature',
    how: 'as Test-OAuthConnectivity sees it',
    broken: [rollover],
    fixed: everythingRefreshed,
    asked: {
      is: 'a cmdlet',
      at: 'contoso-cloud',
      line: 'Test-OAuthConnectivity EWS -TargetUri https://mail.contoso.test/EWS/Exchange.asmx -Mailbox joe',
    },
    symptom: {
      code: 'answered',
      says: ['2000000;reason=', 'The token has an invalid signature.', 'error_category=', 'invalid_signature', '"ResultType":"Error"'],
    },
    failed: [],
  },
  {
    id: 'clock-skew',
    how: 'the clock on-premises is slow: a token that begins later',
    ...clock('contoso', '-6m'),
    asked: joeAsksMary,
    symptom: { code: 'ErrorAutoDiscoverFailed', says: [`${discovery(mary)}${unauthorised}`] },
    failed: ['contoso/autodiscover token.lifetime'],
    log: { of: 'contoso', iis: [`${autodiscover} 401.0`] },
  },
  {
    id: 'clock-skew',
    how: 'the clock of the authentication service is slow',
    ...clock('azure-auth', '-6m'),
    asked: joeAsksMary,
    symptom: { code: 'ErrorAutoDiscoverFailed', says: ["Unable to get token from Auth Server. Error code: 'invalid_client'."] },
    failed: ['contoso-cloud/azure-auth assertion.lifetime'],
    log: { of: 'contoso', iis: [] },
  },
  {
    id: 'auth-cert-expired',
    how: 'six years have gone by on-premises',
    ...clock('contoso', '2200d'),
    asked: maryAsksJoe,
    symptom: { code: 'ErrorAutoDiscoverFailed', says: [/The signing certificate [0-9A-F]{40} is not valid at this time\./] },
    failed: [],
  },
  {
    id: 'auth-cert-missing',
    how: 'somebody deletes the certificate',
    ...lose('Microsoft Exchange Server Auth Certificate'),
    asked: maryAsksJoe,
    symptom: { code: 'ErrorAutoDiscoverFailed', says: ['Missing signing certificate.'] },
    failed: [],
  },
  {
    id: 'auth-cert-missing',
    how: 'as Test-OAuthConnectivity sees it',
    ...lose('Microsoft Exchange Server Auth Certificate'),
    asked: { is: 'a cmdlet', at: 'contoso', line: towardsTenant },
    symptom: { code: 'answered', says: ['Missing signing certificate.', '"ResultType":"Error"'] },
    failed: [],
  },
  {
    id: 'auth-cert-unpublished',
    how: 'the tenant has not the key of the Auth certificate',
    broken: [{ outside: "the tenant's administrator removes the key of the organisation", does: withoutKey }],
    fixed: [{ at: 'contoso', line: 'Update-HybridConfiguration' }],
    asked: maryAsksJoe,
    symptom: {
      code: 'ErrorAutoDiscoverFailed',
      says: [
        "Error code: 'invalid_client'. Description: 'AADSTS70002: Error validating credentials. AADSTS50012: Client assertion contains an invalid signature.",
        /\[Reason - The key was not found\., Thumbprint of key used by client: '[0-9A-F]{40}'\]/,
      ],
    },
    failed: ['contoso-cloud/azure-auth client.assertion-key'],
  },
  {
    id: 'spn-missing',
    how: 'the service principal of Exchange lacks the host',
    ...set(
      'contoso-cloud',
      `Set-MsolServicePrincipal ${exchange}`,
      "-ServicePrincipalNames @{Remove='https://autodiscover.contoso.test/'}",
      "-ServicePrincipalNames @{Add='https://autodiscover.contoso.test/'}",
    ),
    asked: joeAsksMary,
    symptom: {
      code: 'ErrorAutoDiscoverFailed',
      says: ["Unable to get token from Auth Server. Error code: 'invalid_resource'. Description: 'AADSTS50001: "],
    },
    failed: ['contoso-cloud/azure-auth resource.principal'],
    log: { of: 'contoso', iis: [] },
  },
  {
    id: 'spn-missing',
    how: 'as Test-OAuthConnectivity sees it',
    ...set(
      'contoso-cloud',
      `Set-MsolServicePrincipal ${exchange}`,
      "-ServicePrincipalNames @{Remove='https://mail.contoso.test/'}",
      "-ServicePrincipalNames @{Add='https://mail.contoso.test/'}",
    ),
    asked: {
      is: 'a cmdlet',
      at: 'contoso-cloud',
      line: 'Test-OAuthConnectivity EWS -TargetUri https://mail.contoso.test/EWS/Exchange.asmx -Mailbox joe',
    },
    symptom: { code: 'answered', says: ["Error code: 'invalid_resource'", '"ResultType":"Error"'] },
    failed: [],
  },
  {
    id: 'shared-sp-blocked',
    how: 'since 2025-11 the shared principal is blocked',
    broken: [{ coexist: 'era contoso-cloud 2025-11' }],
    fixed: [{ coexist: 'era contoso-cloud 2019' }],
    asked: maryAsksJoe,
    symptom: { code: 'ErrorProxyRequestProcessingFailed', says: [proxied, 'The request failed with HTTP status 403: Forbidden.'] },
    failed: ['contoso-cloud/ews tenant.shared-principal'],
  },
  {
    id: 'shared-sp-blocked',
    how: 'as Test-OAuthConnectivity sees it',
    broken: [{ coexist: 'era contoso-cloud 2025-11' }],
    fixed: [{ coexist: 'era contoso-cloud 2019' }],
    asked: { is: 'a cmdlet', at: 'contoso', line: towardsTenant },
    symptom: {
      code: 'answered',
      says: ['The configuration was last successfully loaded at 1/1/0001', 'HTTP response: 403', '"ResultType":"Error"'],
    },
    failed: [],
  },
  {
    id: 'ews-disabled',
    how: 'EwsEnabled is off in the tenant',
    ...set('contoso-cloud', 'Set-OrganizationConfig', '-EwsEnabled $false', '-EwsEnabled $true'),
    asked: maryAsksJoe,
    symptom: { code: 'ErrorProxyRequestProcessingFailed', says: [proxied, 'The request failed with HTTP status 403: Forbidden.'] },
    failed: ['contoso-cloud/ews tenant.ews-enabled'],
  },
  {
    id: 'user-ambiguous',
    how: 'the claims name two users of the tenant',
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
      says: [
        `${discovery(joe)}${unauthorised}`,
        'diagnostics: 2000005;reason="The user specified by the user-context in the token is ambiguous."',
        invalidUser,
      ],
    },
    failed: ['contoso-cloud/autodiscover token.user'],
  },
  {
    id: 'user-missing',
    how: 'the tenant has not heard of his new name',
    ...set('contoso', 'Set-Mailbox rob', '-UserPrincipalName robert@contoso.test', '-UserPrincipalName rob@contoso.test'),
    asked: { is: 'free/busy', as: 'rob', whom: 'joe' },
    symptom: {
      code: 'ErrorAutoDiscoverFailed',
      says: [
        `${discovery(joe)}${unauthorised}`,
        'diagnostics: 2000005;reason="The user specified by the user-context in the token does not exist."',
        invalidUser,
      ],
    },
    failed: ['contoso-cloud/autodiscover token.user'],
  },
  {
    id: 'linked-account',
    how: 'the partner application has no linked account',
    ...set(
      'contoso',
      'Get-PartnerApplication | Set-PartnerApplication',
      '-LinkedAccount $null',
      '-LinkedAccount administrator@contoso.test',
    ),
    asked: { is: 'a token', at: 'contoso', kind: 's2s-app' },
    symptom: {
      code: '500',
      says: ['The application is missing a linked account for RBAC roles, or the linked account has no RBAC role assignments'],
    },
    failed: ['contoso/ews application.linked-account'],
  },
  {
    id: 'tenant-unknown',
    how: 'the token is of another tenant',
    broken: [],
    fixed: [],
    asked: { is: 'a token', at: 'contoso-cloud', kind: 'user', defect: 'tid-not-of-the-issuer' },
    symptom: { code: '401', says: [/^2000004;reason="The tenant for tenant guid '.+' does not exist\."/, 'invalid_tenant'] },
    failed: ['contoso-cloud/ews token.tenant'],
  },
  {
    id: 'audience',
    how: 'the token is for another host',
    broken: [],
    fixed: [],
    asked: { is: 'a token', at: 'contoso', kind: 's2s-act-as', defect: 'aud-host-other' },
    symptom: { code: '401', says: ['The hostname component of the audience claim value', 'is invalid', 'invalid_resource'] },
    failed: ['contoso/ews token.audience-host'],
  },
];
