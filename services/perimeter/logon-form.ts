import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Instant } from '../../shared/kernel/clock.ts';
import type { PerimeterGround } from './context.ts';
import { refusalOf } from './verify-account.ts';

/** Where the device asks browsers for name and password. */
export const logonPath = '/perimeter/logon';
const cookieName = 'perimeter';
/** Of world time, since the last request. */
const idleMs = 15 * 60_000;
const mostSessions = 1_000;
const mostFormBytes = 8_192;

interface Session {
  /** `Authorization` that the device sends to the servers for whoever has signed in. */
  readonly authorization: string;
  seen: Instant;
}

/** Who has signed in by the form. In memory, bounded: the oldest go. */
export class LogonSessions {
  readonly #sessions = new Map<string, Session>();

  /** The `Authorization` of whoever has the cookie. */
  authorization(request: IncomingMessage, at: Instant): string | undefined {
    const id = new RegExp(`(?:^|;)\\s*${cookieName}=([0-9a-f]{32})(?:;|$)`).exec(request.headers.cookie ?? '')?.[1];
    const session = id === undefined ? undefined : this.#sessions.get(id);
    if (id === undefined || session === undefined) return undefined;
    if (at - session.seen > idleMs) {
      this.#sessions.delete(id);
      return undefined;
    }
    session.seen = at;
    return session.authorization;
  }

  /** The cookie of a new session. */
  open(authorization: string, at: Instant): string {
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size >= mostSessions && oldest !== undefined) this.#sessions.delete(oldest);
    const id = randomBytes(16).toString('hex');
    this.#sessions.set(id, { authorization, seen: at });
    return `${cookieName}=${id}; path=/; secure; HttpOnly`;
  }
}

/** What a `Cookie` says besides the device's own sessions, which are nobody else's to know; undefined: nothing. */
export function othersCookies(text: string): string | undefined {
  const others = text.split(';').filter((one) => !one.trim().startsWith(`${cookieName}=`));
  return others.length === 0 ? undefined : others.join(';').trim();
}

/** What the form's own page answers. */
export interface FormAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const html = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' };

/** The way to the form, for a request that has no session. */
export function toForm(request: IncomingMessage): FormAnswer {
  return { status: 302, headers: { location: `${logonPath}?url=${encodeURIComponent(request.url ?? '/')}` }, body: '' };
}

/** The form, or what comes of it. */
export async function answerForm(ground: PerimeterGround, request: IncomingMessage, sessions: LogonSessions): Promise<FormAnswer> {
  const back = backIn(request.url ?? '/');
  if (request.method !== 'POST') return { status: 200, headers: html, body: form(back, '') };
  const fields = new URLSearchParams(await readForm(request));
  const [userName, password] = [fields.get('username') ?? '', fields.get('password') ?? ''];
  const refused = userName === '' ? 'no user name' : await refusalOf(ground, userName, password);
  if (refused !== undefined) return { status: 200, headers: html, body: form(back, 'The user name or password is not right. Try again.') };
  const authorization = `Basic ${Buffer.from(`${userName}:${password}`).toString('base64')}`;
  return { status: 302, headers: { location: back, 'set-cookie': sessions.open(authorization, ground.at) }, body: '' };
}

/** A path of this host and nothing else: nobody is sent away by a link. */
function backIn(target: string): string {
  const back = new URL(target, 'https://here.invalid').searchParams.get('url') ?? '/';
  return /^\/(?![/\\])[^\s\\]{0,2048}$/.test(back) ? back : '/';
}

function form(back: string, said: string): string {
  const action = `${logonPath}?url=${encodeURIComponent(back)}`;
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Sign in</title></head>
<body><h1>Sign in</h1><p role="alert">${said}</p>
<form method="post" action="${action}">
<label>User name <input name="username" autocomplete="username"></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>
<button>Sign in</button>
</form></body></html>
`;
}

async function readForm(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += (chunk as Buffer).length;
    if (length > mostFormBytes) return '';
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
