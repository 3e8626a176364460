/** One name per reason that a server gives for refusing a token. */
export type TokenRefusalCode = keyof typeof reasons;

/** A build whose wording is known to differ. */
export type DiagnosticsProduct = 'exchange-2007' | 'exchange-2010' | 'exchange-2016' | 'exchange-2019' | 'exchange-se' | 'exchange-online';

/** The `x-ms-diagnostics` header of a refused token and the status that it comes with. */
export interface Diagnostics {
  /** Of the category: 2000003. */
  readonly number: number;
  readonly category: string;
  readonly text: string;
  readonly status: 401 | 500;
  /** `2000003;reason="...";error_category="invalid_resource"` */
  readonly header: string;
}

/** The number of each category. The names are not published as a list; most were seen in answers. */
const categories = {
  invalid_signature: 2_000_000,
  invalid_token: 2_000_001,
  token_expired: 2_000_002,
  invalid_resource: 2_000_003,
  invalid_tenant: 2_000_004,
  invalid_user: 2_000_005,
  invalid_client: 2_000_006,
  internal_error: 2_000_007,
  invalid_grant: 2_000_008,
  invalid_certificate: 2_000_009,
  insufficient_claims: 2_000_020,
  oauth_not_available: 4_000_000,
} as const;

type Reason = readonly [category: keyof typeof categories, text: string];

/**
 * The reasons and their categories. Sentences under "Observed" are the ones that servers were seen to answer with;
 * of the others only the meaning and the category are known, the words are ours.
 */
const reasons = {
  // Observed.
  'invalid-signature': ['invalid_signature', 'The token has an invalid signature.'],
  'audience-invalid': ['invalid_token', "The audience claim value is invalid '{0}'."],
  'claim-value-invalid': ['invalid_token', "The token has invalid value '{0}' for the claim type '{1}'."],
  'token-unreadable': ['invalid_token', "Unable to read or process token, additional details: '{0}'."],
  'token-expired': ['token_expired', 'The token has expired.'],
  'audience-host-invalid': [
    'invalid_resource',
    "The hostname component of the audience claim value is invalid. Expected '{0}'. Actual '{1}'.",
  ],
  'user-not-found': ['invalid_user', 'The user specified by the user-context in the token does not exist.'],
  'user-ambiguous': ['invalid_user', 'The user specified by the user-context in the token is ambiguous.'],
  'scope-missing': ['invalid_grant', 'The token contains no scope information, or scope can not be understood.'],
  'oauth-not-supported': ['invalid_grant', 'The call you are trying to access is not supported with OAuth token.'],
  'scope-insufficient': ['invalid_grant', 'The token contains not enough scope to make this call.'],
  'oauth-not-available': ['oauth_not_available', "Flighting is not enabled for domain '{0}'."],
  // Ours.
  'user-context-signed': ['invalid_token', 'The outer token asserts a user and carries a signature; it must carry none.'],
  'actor-unsigned': ['invalid_token', 'The actor token inside carries no signature.'],
  'issuer-missing': ['invalid_token', 'The token names no issuer.'],
  'claim-missing': ['invalid_token', "The token lacks the claim '{0}'."],
  'issuer-invalid': ['invalid_token', "The token's issuer '{0}' cannot be understood."],
  'outer-issuer-invalid': ['invalid_token', "The outer token's issuer '{0}' is not the application of the actor token."],
  'issuer-unknown': ['invalid_token', "The token's issuer '{0}' is not trusted here."],
  'nameid-invalid': ['invalid_token', "The claim nameid '{0}' cannot be understood."],
  'audience-realm-differs': ['invalid_token', "The realms of the token's audience and issuer differ."],
  'outer-realm-invalid': ['invalid_token', "The realm '{0}' of the outer token's issuer belongs to another organization."],
  'nameid-realm-invalid': ['invalid_token', "The claim nameid names the realm '{1}' instead of '{0}'."],
  'no-user-claims': ['invalid_token', 'The token has no claim by which a user could be found.'],
  'profile-not-applicable': ['invalid_token', 'Tokens of this kind are not taken by this protocol.'],
  'callback-claims-invalid': ['invalid_token', 'The callback token has claims whose values cannot be right.'],
  'callback-issuer-invalid': ['invalid_token', "The callback token's issuer '{0}' cannot be right."],
  'appctx-invalid': ['invalid_token', "The claim appctx '{0}' cannot be understood."],
  'token-replayed': ['invalid_token', 'The token was presented before and this server takes each token once.'],
  'audience-without-realm': ['invalid_resource', "The token's audience lacks its realm."],
  'audience-endpoint-mismatch': ['invalid_resource', "The token's audience '{0}' is not the endpoint '{1}' that was called."],
  'tenant-context-unknown': ['invalid_tenant', "No tenant has the context id '{0}'."],
  'tenant-realm-unknown': ['invalid_tenant', "No tenant has the realm '{0}'."],
  'tid-missing': ['invalid_tenant', 'The token lacks the claim tid.'],
  'master-account-sid': ['invalid_user', "The claimed SID is not that of the mailbox's master account."],
  'mailbox-version': ['invalid_user', "The version of the user's mailbox cannot be reached by a token."],
  'application-unknown': ['invalid_client', "No partner application has the identifier '{0}'."],
  'application-nameid': ['invalid_client', "The claim nameid names the application '{1}' instead of '{0}'."],
  'directory-failed': ['internal_error', 'The directory could not be asked.'],
  unexpected: ['internal_error', 'The token could not be judged because of an error of the server.'],
  'callback-scope': ['invalid_grant', 'The callback token was made for another scope.'],
  'mailbox-not-in-token': ['invalid_grant', 'The call reaches for another mailbox than the one the token names.'],
  'certificate-not-found': ['invalid_certificate', "The certificate with key '{0}' that the token names is not on the server {1}."],
  'insufficient-claims': ['insufficient_claims', 'The token lacks claims that this server demands.'],
} as const satisfies Readonly<Record<string, Reason>>;

/** Where a product answers otherwise than the table. */
const differences: Readonly<Record<DiagnosticsProduct, Partial<Record<TokenRefusalCode, Reason>>>> = {
  'exchange-2007': {},
  'exchange-2010': {},
  'exchange-2016': {},
  'exchange-2019': {},
  'exchange-se': {},
  'exchange-online': {
    // Observed: answers of Exchange Online in public forums.
    'audience-invalid': ['invalid_resource', "The audience claim value is invalid '{0}'."],
    'tenant-context-unknown': ['invalid_tenant', "The tenant for tenant guid '{0}' does not exist."],
  },
};

const maxShown = 256;

/**
 * What a product says with a refusal. `values` fill the places of its sentence, {0} first; what a header cannot carry, or
 * would end the reason, is replaced in them, and they are cut at 256 characters: they come from the token.
 */
export function diagnostics(code: TokenRefusalCode, values: readonly string[], product: DiagnosticsProduct): Diagnostics {
  const [category, template] = differences[product][code] ?? reasons[code];
  const number = categories[category];
  const text = template.replace(/\{(\d)\}/g, (_, index: string) => shown(values[Number(index)] ?? ''));
  const status = code === 'unexpected' ? 500 : 401;
  return { number, category, text, status, header: `${number};reason="${text}";error_category="${category}"` };
}

function shown(value: string): string {
  const short = value.length > maxShown ? `${value.slice(0, maxShown)}...` : value;
  return short.replaceAll('"', "'").replace(/[^\u0020-\u007e]/g, '?');
}
