import type { Dialer, HttpsCall } from '../../net/dialer.ts';

/** What came back. `http`: no success; `code` is that of Graph's error, where there is one. */
export type GraphResult =
  | { readonly is: 'answer'; readonly json: unknown }
  | { readonly is: 'http'; readonly status: number; readonly code: string | undefined };

/** Posts JSON to a resource of Graph. Refusals of the dialer pass through. */
export async function postGraph(
  dialer: Pick<Dialer, 'https'>,
  url: string,
  { authorization, userAgent, body }: { readonly authorization: string; readonly userAgent: string; readonly body: object },
  dialing: Pick<HttpsCall, 'service' | 'organization' | 'parent' | 'signal' | 'timeoutMs' | 'maxBytes'>,
): Promise<GraphResult> {
  const headers = { authorization, 'content-type': 'application/json', accept: 'application/json', 'user-agent': userAgent };
  const { status, body: octets } = await dialer.https({ ...dialing, url, method: 'POST', headers, body: JSON.stringify(body) });
  const json = jsonIn(octets);
  if (status === 200) return { is: 'answer', json };
  const code = (json as { readonly error?: { readonly code?: unknown } } | null | undefined)?.error?.code;
  return { is: 'http', status, code: typeof code === 'string' ? code : undefined };
}

/** Undefined where it is no JSON. */
function jsonIn(octets: Buffer): unknown {
  try {
    return JSON.parse(octets.toString('utf8'));
  } catch {
    return undefined;
  }
}
