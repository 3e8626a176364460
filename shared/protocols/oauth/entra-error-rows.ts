/** OAuth error, the sentence after the number, and what the error is a case of. The status is 401 for invalid_client, else 400. */
type Row = readonly [error: string, template: string, suberror?: string];

/**
 * The numbers of the token service that can be met here. `{name}` stands for a value: always `client` for an
 * application's id, `tenant`, `user`, `resource`, `scope` as they were sent. Sources of the sentences:
 * - page: learn.microsoft.com "Microsoft Entra authentication and authorization error codes", without the leading name;
 * - answer: the service's own sentence as Microsoft's pages, libraries and tests print it (learn.microsoft.com "OAuth 2.0
 *   error responses" of each grant; AzureAD/microsoft-authentication-library-* tests; Azure SDK troubleshooting pages);
 * - ours: neither was found.
 * Which of several OAuth errors goes with a number is a hypothesis where no such answer was found.
 */
export const entraErrorRows = {
  // answer
  '50011': [
    'invalid_request',
    "The redirect URI '{redirectUri}' specified in the request does not match the redirect URIs configured for the application '{client}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal. Navigate to https://aka.ms/redirectUriMismatchError to learn more about how to troubleshoot this error.",
  ],
  '50012': [
    'invalid_client',
    "Client assertion contains an invalid signature. [Reason - {reason}, Thumbprint of key used by client: '{thumbprint}']",
  ],
  '50027': ['invalid_request', 'JWT token is invalid or malformed.'],
  '50034': [
    'invalid_grant',
    'The user account {user} does not exist in the {tenant} directory. To sign into this application, the account must be added to the directory.',
  ],
  '50053': ['invalid_grant', "You've tried to sign in too many times with an incorrect user ID or password."],
  '50057': ['invalid_grant', 'The user account is disabled.'],
  '50076': [
    'invalid_grant',
    "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '{resource}'.",
    'basic_action',
  ],
  '50126': ['invalid_grant', 'Error validating credentials due to invalid username or password.'],
  '53003': [
    'invalid_grant',
    'Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.',
    'message_only',
  ],
  '65001': [
    'invalid_grant',
    "The user or administrator has not consented to use the application with ID '{client}' named '{clientName}'. Send an interactive authorization request for this user and resource.",
    'consent_required',
  ],
  '70000': ['invalid_grant', 'Provided grant is invalid or malformed.'],
  '70002': ['invalid_client', 'Error validating credentials.'],
  '70003': ['unsupported_grant_type', "The app requested an unsupported grant type '{grantType}'."],
  '70008': [
    'invalid_grant',
    'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.',
    'bad_token',
  ],
  '70011': ['invalid_scope', "The provided value for the input parameter 'scope' is not valid. The scope {scope} is not valid."],
  '70016': ['authorization_pending', 'OAuth 2.0 device flow error. Authorization is pending. Continue polling.'],
  '70020': ['expired_token', "The provided value for the input parameter 'device_code' is not valid. This device code has expired."],
  '90002': [
    'invalid_request',
    "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.",
  ],
  '90013': ['invalid_request', 'Invalid input received from the user.'],
  '90014': [
    'invalid_request',
    "The required field '{name}' is missing from the credential. Ensure that you have all the necessary parameters for the login request.",
  ],
  '500011': [
    'invalid_resource',
    'The resource principal named {resource} was not found in the tenant named {tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.',
  ],
  '500121': ['invalid_grant', 'Authentication failed during strong authentication request.'],
  '501481': ['invalid_grant', 'The Code_Verifier does not match the code_challenge supplied in the authorization request.'],
  '700016': [
    'unauthorized_client',
    "Application with identifier '{client}' was not found in the directory '{tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.",
  ],
  '700021': [
    'invalid_client',
    "Client assertion application identifier doesn't match 'client_id' parameter. Review the documentation at https://docs.microsoft.com/azure/active-directory/develop/active-directory-certificate-credentials .",
  ],
  '700023': [
    'invalid_client',
    'Client assertion audience claim does not match Realm issuer. Review the documentation at https://docs.microsoft.com/azure/active-directory/develop/active-directory-certificate-credentials .',
  ],
  '700024': [
    'invalid_client',
    'Client assertion is not within its valid time range. Current time: {now}, assertion valid from {from}, expiry time of assertion {to}. Review the documentation at https://docs.microsoft.com/azure/active-directory/develop/active-directory-certificate-credentials .',
  ],
  '700027': [
    'invalid_client',
    "Client assertion contains an invalid signature. [Reason - {reason}, Thumbprint of key used by client: '{thumbprint}']",
  ],
  '700082': [
    'invalid_grant',
    'The refresh token has expired due to inactivity. The token was issued on {issueDate} and was inactive for {time}.',
    'bad_token',
  ],
  '900023': ['invalid_request', "Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid external domain."],
  '1002012': [
    'invalid_scope',
    'The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).',
  ],
  '7000014': ['invalid_grant', "The provided value for the input parameter 'device_code' is not valid."],
  '7000215': [
    'invalid_client',
    "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{client}'.",
  ],
  '7000216': ['invalid_client', "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type."],
  '7000222': [
    'invalid_client',
    "The provided client secret keys for app '{client}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.",
  ],
  '9002313': ['invalid_request', 'Invalid request. Request is malformed or invalid.'],
  // page
  '50001': [
    'invalid_resource',
    "The resource is disabled or doesn't exist. Check your app's code to ensure that you have specified the exact resource URL for the resource you're trying to access.",
  ],
  '50013': ['invalid_grant', 'Assertion is invalid because of various reasons.'],
  '50048': ['invalid_client', 'Subject mismatches Issuer claim in the client assertion.'],
  '50049': ['invalid_instance', 'Unknown or invalid instance.'],
  '50055': ['invalid_grant', 'The password is expired.', 'user_password_expired'],
  '50058': [
    'login_required',
    "Session information isn't sufficient for single-sign-on. This means that a user isn't signed in. This is a common error that's expected when a user is unauthenticated and hasn't yet signed in.",
  ],
  '50059': ['invalid_request', "Tenant-identifying information wasn't found in either the request or implied by any provided credentials."],
  '50079': [
    'invalid_grant',
    'Due to a configuration change made by the admin such as a Conditional Access policy, per-user enforcement, or because the user moved to a new location, the user is required to use multifactor authentication.',
    'basic_action',
  ],
  '50089': ['invalid_grant', 'Authentication failed due to flow token expired.'],
  '50105': ['invalid_grant', "The signed in user isn't assigned to a role for the signed in app."],
  '50147': ['invalid_request', "The size of the code challenge parameter isn't valid."],
  '50158': ['invalid_grant', 'External security challenge was not satisfied.', 'additional_action'],
  '50173': ['invalid_grant', 'The provided grant has expired due to it being revoked, and a fresh auth token is needed.', 'bad_token'],
  '50194': [
    'invalid_request',
    "Application '{client}'({clientName}) isn't configured as a multitenant application. Usage of the /common endpoint isn't supported for such applications created after '{time}'. Use a tenant-specific endpoint or configure the application to be multitenant.",
  ],
  '54005': [
    'invalid_grant',
    'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
  ],
  '65004': ['access_denied', 'User declined to consent to access the app.'],
  '70001': ['unauthorized_client', 'The application is disabled.'],
  '70005': ['unsupported_response_type', 'The app returned an unsupported response type.'],
  '70007': ['invalid_request', 'The app returned an unsupported value of `response_mode` when requesting a token.'],
  '70018': ['bad_verification_code', 'Invalid verification code due to User typing in wrong user code for device code flow.'],
  '70019': ['expired_token', 'Verification code expired.'],
  '90009': [
    'invalid_request',
    "The application is requesting a token for itself. This scenario is supported only if the resource that's specified is using the GUID-based application ID.",
  ],
  '90023': ['invalid_request', "The authentication service request isn't valid."],
  '90120': ['authorization_declined', 'The request was already authorized or declined.'],
  '240002': ['invalid_grant', "The id_token can't be used as `urn:ietf:params:oauth:grant-type:jwt-bearer` grant."],
  '500133': [
    'invalid_grant',
    "Assertion isn't within its valid time range. Ensure that the access token isn't expired before using it for user assertion, or request a new token. Current time: {now}, expiry time of assertion {to}.",
  ],
  '700005': ['invalid_grant', 'Provided Authorization Code is intended to use against other tenant, thus rejected.'],
  '700022': ['invalid_scope', "The provided value for the input parameter scope isn't valid because it contains more than one resource."],
  '700025': ['invalid_client', "Client is public so neither 'client_assertion' nor 'client_secret' should be presented."],
  '700054': ['unsupported_response_type', "Response_type 'id_token' isn't enabled for the application."],
  '900144': ['invalid_request', "The request body must contain the following parameter: '{name}'."],
  '900561': ['invalid_request', 'The endpoint only accepts {methods} requests. Received a {method} request.'],
  '900971': ['invalid_request', 'No reply address provided.'],
  '901002': ['invalid_request', "The 'resource' request parameter isn't supported."],
  '7000112': ['unauthorized_client', 'The application is disabled.'],
  '7000218': ['invalid_client', "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."],
  '9001023': [
    'invalid_request',
    "The grant type isn't supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint.",
  ],
  // ours
  '700213': ['invalid_client', 'No federated identity credential of the application matches the assertion.'],
} as const satisfies Readonly<Record<string, Row>>;
