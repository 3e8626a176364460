import { people } from './lab.ts';
import { autodiscover, type BrokenTopology, discovery, joeAsksMary, maryAsksJoe, proxied } from './row.ts';

const { mary } = people;
const joe = 'joe@contoso.mail.onmicrosoft.test';
const invalidUser = ';error_category="invalid_user"';
const unauthorised = 'System.Net.WebException: The request failed with HTTP status 401';
const towardsTenant = 'Test-OAuthConnectivity -Service EWS -TargetUri https://outlook.office365.com/ews/exchange.asmx -Mailbox mary';

/** OAuth between an organisation and its tenant. */
export const oauth: readonly BrokenTopology[] = [
  {
    id: 'ioc-oauth-refused',
    how: 'EWS takes no tokens: an error, and no other way is tried',
    variant: 'ews',
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
    variant: 'partner-application',
    asked: joeAsksMary,
    symptom: { code: 'ErrorAutoDiscoverFailed', says: [`${discovery(mary)}${unauthorised}`] },
    failed: ['contoso/autodiscover token.application'],
    log: { of: 'contoso', iis: [`${autodiscover} 401.0`] },
  },
  {
    id: 'issuer-not-trusted',
    how: 'no auth server is known that the tenant trusts',
    variant: 'disabled',
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
    variant: 'keys-rolled',
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
    variant: 'keys-rolled',
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
    variant: 'asked-slow',
    asked: joeAsksMary,
    symptom: { code: 'ErrorAutoDiscoverFailed', says: [`${discovery(mary)}${unauthorised}`] },
    failed: ['contoso/autodiscover token.lifetime'],
    log: { of: 'contoso', iis: [`${autodiscover} 401.0`] },
  },
  {
    id: 'clock-skew',
    how: 'the clock of the authentication service is slow',
    variant: 'authority-slow',
    asked: joeAsksMary,
    symptom: { code: 'ErrorAutoDiscoverFailed', says: ["Unable to get token from Auth Server. Error code: 'invalid_client'."] },
    failed: ['contoso-cloud/azure-auth assertion.lifetime'],
    log: { of: 'contoso', iis: [] },
  },
  {
    id: 'auth-cert-expired',
    how: 'six years have gone by on-premises',
    variant: 'expired',
    asked: maryAsksJoe,
    symptom: { code: 'ErrorAutoDiscoverFailed', says: [/The signing certificate [0-9A-F]{40} is not valid at this time\./] },
    failed: [],
  },
  {
    id: 'auth-cert-missing',
    how: 'somebody deletes the certificate',
    variant: 'deleted',
    asked: maryAsksJoe,
    symptom: { code: 'ErrorAutoDiscoverFailed', says: ['Missing signing certificate.'] },
    failed: [],
  },
  {
    id: 'auth-cert-missing',
    how: 'as Test-OAuthConnectivity sees it',
    variant: 'deleted',
    asked: { is: 'a cmdlet', at: 'contoso', line: towardsTenant },
    symptom: { code: 'answered', says: ['Missing signing certificate.', '"ResultType":"Error"'] },
    failed: [],
  },
  {
    id: 'auth-cert-unpublished',
    how: 'the tenant has not the key of the Auth certificate',
    variant: 'removed',
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
    variant: 'autodiscover',
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
    variant: 'web',
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
    variant: 'era',
    asked: maryAsksJoe,
    symptom: { code: 'ErrorProxyRequestProcessingFailed', says: [proxied, 'The request failed with HTTP status 403: Forbidden.'] },
    failed: ['contoso-cloud/ews tenant.shared-principal'],
  },
  {
    id: 'shared-sp-blocked',
    how: 'as Test-OAuthConnectivity sees it',
    variant: 'era',
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
    variant: 'off',
    asked: maryAsksJoe,
    symptom: { code: 'ErrorProxyRequestProcessingFailed', says: [proxied, 'The request failed with HTTP status 403: Forbidden.'] },
    failed: ['contoso-cloud/ews tenant.ews-enabled'],
  },
  {
    id: 'user-ambiguous',
    how: 'the claims name two users of the tenant',
    variant: 'user-principal-name',
    user: people.mary,
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
    variant: 'renamed',
    user: people.rob,
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
    variant: 'none',
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
    asked: { is: 'a token', at: 'contoso-cloud', kind: 'user', defect: 'tid-not-of-the-issuer' },
    symptom: { code: '401', says: [/^2000004;reason="The tenant for tenant guid '.+' does not exist\."/, 'invalid_tenant'] },
    failed: ['contoso-cloud/ews token.tenant'],
  },
  {
    id: 'audience',
    how: 'the token is for another host',
    asked: { is: 'a token', at: 'contoso', kind: 's2s-act-as', defect: 'aud-host-other' },
    symptom: { code: '401', says: ['The hostname component of the audience claim value', 'is invalid', 'invalid_resource'] },
    failed: ['contoso/ews token.audience-host'],
  },
];
