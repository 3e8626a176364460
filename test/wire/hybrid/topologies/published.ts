/**
 * What administrators see, by the heading under which Microsoft's page "Resolve free/busy errors" (MicrosoftDocs/OfficeDocs-Support)
 * has it, or the page that has it, and which broken topologies show it.
 */
export const published: readonly { readonly ids: readonly string[]; readonly says: string; readonly lid?: number }[] = [
  { ids: ['eff-wssec-off'], says: 'An error occurred when verifying security for the message' },
  { ids: ['fw-block-in'], says: 'System.Net.WebException: Unable to connect to the remote server' },
  { ids: ['ad-404', 'target-autodiscover-epr-wrong'], says: 'The request failed with HTTP status 404 Not Found.' },
  { ids: ['user-ambiguous'], says: 'The user specified by the user-context in the token is ambiguous.' },
  { ids: ['fw-rst'], says: 'An existing connection was forcibly closed by the remote host' },
  {
    ids: ['ioc-missing', 'orgrel-domain-missing'],
    says: 'Configuration information for forest/domain contoso.mail.onmicrosoft.test could not be found in Active Directory.',
    lid: 47_932,
  },
  { ids: ['preauth-proxy'], says: 'The request failed with HTTP status 401' },
  { ids: ['user-unknown'], says: "failed due to an error in user setting 'ExternalEwsUrl'. Error message: InvalidUser.", lid: 33_676 },
  { ids: ['orgrel-fb-disabled'], says: 'The caller does not have access to free/busy data.', lid: 47_652 },
  { ids: ['calendar-permission-none'], says: 'The caller does not have access to free/busy data.', lid: 44_348 },
  { ids: ['orgrel-fb-scope'], says: 'The caller does not have access to free/busy data.', lid: 40_764 },
  { ids: ['fed-metadata-stale'], says: 'An error occurred when processing the security tokens in the message.', lid: 59_916 },
  { ids: ['mesh-third-org'], says: 'is not allowed because the requester is from a different organization.', lid: 39_660 },
  { ids: ['auth-cert-missing'], says: 'Missing signing certificate.' },
  { ids: ['linked-account'], says: 'The application is missing a linked account for RBAC roles' },
  { ids: ['clock-skew'], says: 'The entered and stored passwords do not match.' },
  { ids: ['sts-user-auth'], says: 'The password has to be changed' },
  { ids: ['sts-user-auth'], says: 'The password for the account has expired' },
  { ids: ['sts-user-auth'], says: 'Provision is needed before federated account can be logged in. ErrorWin32InteropError' },
  { ids: ['sts-user-auth'], says: 'The specified member name is either invalid or empty.' },
  { ids: ['timeout'], says: "Timeout occurred during 'Waiting-For-Request-Completion'.", lid: 43_404 },
  { ids: ['too-many-entries'], says: 'The result set contains too many calendar entries.', lid: 54_796 },
  { ids: ['working-hours-bad'], says: 'Work hours start time must be less than or equal to end time.' },
  { ids: ['token-signature'], says: 'The token has an invalid signature.' },
  { ids: ['auth-cert-unpublished'], says: 'AADSTS50012: Client assertion contains an invalid signature.' },
  { ids: ['html-instead-of-xml'], says: 'Response is not well-formed XML' },
  { ids: ['sts-unreachable'], says: 'Failed to communicate with https://login.microsoftonline.test/extSTS.srf., inner exception: ' },
  { ids: ['dns-missing', 'target-sharing-epr-wrong'], says: 'The remote name could not be resolved: ' },
  { ids: ['target-sharing-epr-wrong'], says: 'The request failed with the error message: Object moved' },
  { ids: ['tls'], says: 'The request was aborted: Could not create SSL/TLS secure channel.' },
  { ids: ['user-missing'], says: 'The user specified by the user-context in the token does not exist.' },
  { ids: ['audience'], says: 'The hostname component of the audience claim value' },
  { ids: ['gateway'], says: 'HTTP status 503: Service Unavailable' },
  { ids: ['gateway'], says: 'HTTP status 504: Gateway Timeout', lid: 43_532 },
  // Pages of their own: free-busy-sharing-issues-tls12, KB 3137323, 2773628, 2810692, 5127092; "Deploy dedicated Exchange hybrid app".
  { ids: ['tls12-off'], says: 'The underlying connection was closed: An unexpected error occurred on a send.' },
  { ids: ['scp-first'], says: "failed due to an error in user setting 'ExternalEwsUrl'." },
  { ids: ['svc-handler-missing'], says: 'Federation information could not be received from the external organization.' },
  { ids: ['fed-next-cert-missing'], says: 'Federation certificate with the thumbprint' },
  { ids: ['shared-sp-blocked', 'ews-disabled'], says: 'HTTP status 403: Forbidden' },
  { ids: ['graph-perm-missing'], says: 'The remote server returned an error: (403) Forbidden.' },
  { ids: ['cert-chain', 'cert-name-mismatch', 'ad-wrong-dns'], says: 'Could not establish trust' },
];

/** What else is broken between organisations; the texts are ours, or there is none. */
export const otherwise: readonly string[] = [
  ...['ews-exturl-missing', 'app-uri-wrong', 'fed-cert-expired', 'fed-cert-missing', 'federation-off', 'ioc-disabled', 'ioc-oauth-refused'],
  ...['issuer-not-trusted', 'auth-cert-expired', 'spn-missing', 'tenant-unknown', 'orgrel-mailtips-disabled'],
];
