/** All challenges of a 401: Bearer, and what is offered behind it. */
export function offered(rest: string, isTokenRefused = false): RegExp {
  return new RegExp(`^${bearerChallenge(isTokenRefused)}${rest === '' ? '' : `, ${rest.replace(/[.?]/g, '\\$&')}`}$`);
}

/**
 * What a 401 says first: the issuers differ with the world, and `error` is there when a token was not taken. Node and
 * fetch join the challenges of a response with commas.
 */
function bearerChallenge(isTokenRefused = false): string {
  const issuers = '(?:trusted_issuers="[^"]+", )?';
  const authority = '(?:, authorization_uri="[^"]+")?';
  const error = isTokenRefused ? ', error="invalid_token"' : '';
  return `Bearer client_id="00000002-0000-0ff1-ce00-000000000000", ${issuers}token_types="app_asserted_user_v1 service_asserted_app_v1"${authority}${error}`;
}
