import type { HoldSeam, Hop, HopEdit, SeamFacts, Seams } from '../kernel/seams.ts';
import { edited } from '../kernel/seams.ts';
import type { Visit } from './http-door.ts';

/** What of an exchange a wait is about. */
type Waiting = Pick<Visit, 'exchange' | 'connection'>;

/**
 * Has an exchange wait where somebody holds it at a seam; undefined: nobody does. Answers what he has changed, or `gone`: the client has left,
 * or its connection was taken from it.
 */
export function holdExchange(
  seams: Seams,
  seam: HoldSeam,
  { exchange, connection }: Waiting,
  show: () => Pick<Hop, 'headers' | 'claims' | 'text'> = () => ({}),
  facts: SeamFacts = exchange.seamFacts,
): Promise<HopEdit | 'gone'> | undefined {
  const held = seams.hold?.(seam, facts, () => ({
    ...show(),
    target: exchange.target,
    spanId: exchange.spanId,
    gone: exchange.gone,
  }));
  return held?.then((release) => {
    if (release.how === 'gone') return release.how;
    if (release.how === 'abort') {
      exchange.faulted(release.breakpoint, release.how);
      exchange.conclude('fault');
      connection.drop();
      return 'gone';
    }
    const { edit = {} } = release;
    if (Object.keys(edit).length > 0) exchange.faulted(release.breakpoint, 'edit');
    return edit;
  });
}

/** The same for a request whose head has come: its header fields and the claims of its bearer can be changed. */
export function holdRequest(seams: Seams, visit: Visit): Promise<'gone' | 'go'> | undefined {
  const { request } = visit;
  const held = holdExchange(seams, 'http.request', visit, () => ({
    headers: joined(request.headers),
    claims: bearerClaims(request.headers.authorization),
  }));
  return held?.then((edit) => {
    if (edit === 'gone') return edit;
    const claimed =
      edit.claims && withClaims(request.headers.authorization, (claims) => edited(claims, edit.claims ?? { set: {}, remove: [] }));
    const set = { ...(claimed === undefined ? {} : { authorization: claimed }), ...edit.headers?.set };
    rewriteHead(request, set, edit.headers?.remove ?? []);
    return 'go';
  });
}

/** Puts header fields of a request in place of what has come, as far as anybody reads them. */
function rewriteHead(request: Visit['request'], set: Readonly<Record<string, string>>, remove: readonly string[]): void {
  const changed = new Set([...Object.keys(set), ...remove]);
  if (changed.size === 0) return;
  const kept: string[] = [];
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    const [name = '', value = ''] = request.rawHeaders.slice(at, at + 2);
    if (!changed.has(name.toLowerCase())) kept.push(name, value);
  }
  request.rawHeaders = [...kept, ...Object.entries(set).flat()];
  for (const name of remove) delete request.headers[name];
  Object.assign(request.headers, set);
}

/** Header fields as text, several of one name joined (RFC 9110 5.3). */
export function joined(headers: Readonly<Record<string, number | string | readonly string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, [value].flat().join(', ')] as const])),
  );
}

const bearer = /^Bearer\s+([\w-]+)\.([\w-]+)\.([\w-]*)$/i;

function bearerClaims(authorization: string | undefined): Readonly<Record<string, unknown>> | undefined {
  const payload = bearer.exec(authorization ?? '')?.[2];
  if (payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims) ? { ...claims } : undefined;
  } catch {
    return undefined;
  }
}

/** A bearer with other claims under the signature that it came with: whoever checks that sees it. */
function withClaims(
  authorization: string | undefined,
  change: (claims: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>,
): string | undefined {
  const [, header, , signature] = bearer.exec(authorization ?? '') ?? [];
  const claims = bearerClaims(authorization);
  if (claims === undefined) return undefined;
  return `Bearer ${header}.${Buffer.from(JSON.stringify(change(claims))).toString('base64url')}.${signature}`;
}
