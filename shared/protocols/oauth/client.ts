import type { Dialer, HttpsAnswer, HttpsCall } from '../../net/dialer.ts';
import { type BearerChallenge, readBearerChallenge } from './challenge.ts';

/** What the dialer wants to know beside the call itself. */
export type Dialing = Pick<HttpsCall, 'service' | 'organization' | 'parent' | 'signal'>;

/** What a token endpoint said. `refused` carries its own words, `unreadable` is an answer that is none of a token endpoint. */
export type TokenAnswer =
  | { readonly is: 'token'; readonly token: string; readonly expiresInSeconds: number }
  | { readonly is: 'refused'; readonly error: string; readonly description: string }
  | { readonly is: 'unreadable'; readonly status: number };

const limits = { timeoutMs: 30_000, maxBytes: 1_048_576 };

/**
 * Sends an empty Bearer header, which asks a server whom it trusts (MS-SPS2SAUTH 3.2.5). No
 * challenge: none came that speaks of Bearer.
 */
export async function askForChallenge(
  dialer: Pick<Dialer, 'https'>,
  url: string,
  dialing: Dialing,
): Promise<{ readonly challenge: BearerChallenge | undefined; readonly status: number }> {
  const headers = { authorization: 'Bearer', 'content-type': 'text/xml; charset=utf-8' };
  const answer = await dialer.https({ ...dialing, ...limits, url, method: 'POST', headers });
  const header = [answer.headers['www-authenticate'] ?? []].flat().find((one) => /^bearer\b/i.test(one));
  return { challenge: header === undefined ? undefined : readBearerChallenge(header), status: answer.status };
}

/** Posts a token request (RFC 6749 section 4.4.2 and its kin); the form's fields in the order in which they are given. */
export async function requestToken(
  dialer: Pick<Dialer, 'https'>,
  url: string,
  form: Readonly<Record<string, string>>,
  options: Dialing & { readonly clientRequestId: string },
): Promise<TokenAnswer> {
  const { clientRequestId, ...dialing } = options;
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'client-request-id': clientRequestId,
    'return-client-request-id': 'True',
  };
  return readTokenAnswer(
    await dialer.https({ ...dialing, ...limits, url, method: 'POST', headers, body: new URLSearchParams(form).toString() }),
  );
}

function readTokenAnswer({ status, body }: HttpsAnswer): TokenAnswer {
  let read: Readonly<Record<string, unknown>> | null;
  try {
    read = JSON.parse(body.toString('utf8')) as Readonly<Record<string, unknown>> | null;
  } catch {
    return { is: 'unreadable', status };
  }
  const { access_token: token, expires_in: expiresIn, error, error_description: description } = read ?? {};
  // Numbers in v2, strings in v1 and ACS (MS-SPS2SAUTH).
  const expiresInSeconds = Number(expiresIn);
  if (status === 200 && typeof token === 'string' && expiresInSeconds > 0) return { is: 'token', token, expiresInSeconds };
  if (typeof error !== 'string') return { is: 'unreadable', status };
  return { is: 'refused', error, description: typeof description === 'string' ? description : '' };
}
