import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from './failures.ts';

/** Paths that orchestrators probe without a token, which tell nothing but "yes" and "not yet", and the page that asks for it. */
const openPaths = new Set(['/livez', '/readyz', '/']);

/** What makes up the console: files that every installation has, and nothing of the lab. */
function isOpen(path: string): boolean {
  return openPaths.has(path) || path.startsWith('/assets/');
}

/** The token for the control port: the one that was configured, none on loopback, else a new one. */
export function chooseAdminToken(host: string, configured: string | null): string | null {
  return configured ?? (isLoopback(host) ? null : randomBytes(24).toString('base64url'));
}

/**
 * Judges who asks; throws a {@link Problem}. Without a token a browser must be kept out: a page elsewhere could send
 * requests here, or have its own name resolve to 127.0.0.1 (DNS rebinding). Host and Origin give both away.
 */
export function checkAccess(headers: IncomingHttpHeaders, path: string, token: string | null): void {
  const host = headers.host ?? '';
  if (token === null && !isLoopback(hostName(host))) {
    throw new Problem(403, 'Forbidden', `The control port answers to localhost and loopback addresses, not to "${host.slice(0, 100)}".`);
  }
  const { origin, 'sec-fetch-site': site, 'sec-fetch-dest': destination } = headers;
  // A link to the console may stand anywhere: the page itself holds nothing, and nobody can frame it.
  const isFollowedLink = path === '/' && destination === 'document';
  if ((origin !== undefined && originHost(origin) !== host) || ((site === 'cross-site' || site === 'same-site') && !isFollowedLink)) {
    throw new Problem(403, 'Forbidden', 'The control port takes no requests from pages of another origin.');
  }
  if (token !== null && !isOpen(path) && !sameSecret(bearerOf(headers.authorization), token)) {
    throw new Problem(
      401,
      'Unauthorized',
      'Send "Authorization: Bearer <token>" with the adminToken of endpoints.json (COEXIST_ADMIN_TOKEN).',
    );
  }
}

/** True for names and addresses that stay on this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function hostName(host: string): string {
  return (/^\[([^\]]*)\](?::\d{1,5})?$/.exec(host) ?? /^([^:]*)(?::\d{1,5})?$/.exec(host))?.[1]?.toLowerCase() ?? '';
}

function originHost(origin: string): string | undefined {
  return /^http:\/\/([^/]+)$/.exec(origin)?.[1];
}

function bearerOf(authorization: string | undefined): string {
  return /^Bearer (\S{1,512})$/i.exec(authorization ?? '')?.[1] ?? '';
}

/** Compares digests, which have one length, so that the time tells neither length nor prefix. */
function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
