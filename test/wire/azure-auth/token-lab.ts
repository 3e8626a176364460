import { createHash, generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { expect } from 'vitest';
import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import { readRecipients, updateRecipient } from '../../../shared/domain/directory/recipients.ts';
import { type KeyCredential, type ServicePrincipal, servicePrincipals } from '../../../shared/domain/trust/service-principals.ts';
import { type Guid, namedGuid } from '../../../shared/kernel/ids.ts';
import { issueSelfSigned, type SelfSignedCertificate } from '../../../shared/net/self-signed.ts';
import { testKey } from '../../support/test-keys.ts';
import { frozenAt, type HttpAnswer, openTestLab, type TestLab } from '../../support/test-lab.ts';

export const daemon = '22222222-2222-4222-8222-222222222222' as Guid;
export const web = '33333333-3333-4333-8333-333333333333' as Guid;
export const publicClient = '44444444-4444-4444-8444-444444444444' as Guid;
export const daemonSecret = 'daemon-Pa55word!';
export const webSecret = 'web-Pa55word!';
export const exchangeScope = 'https://outlook.office365.com/EWS.AccessAsUser.All';
export const cloud = 'contoso-cloud';

export type Form = Readonly<Record<string, string | undefined>>;

/** What a token endpoint said, with what the journal keeps of it. */
export interface TokenReply {
  readonly status: number;
  readonly headers: HttpAnswer['headers'];
  readonly body: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly answer: HttpAnswer;
}

/** A lab whose daemon has a certificate beside its secret. */
export interface TokenLab extends TestLab {
  readonly tenantId: string;
  readonly authority: string;
  readonly certificate: SelfSignedCertificate;
  readonly expired: SelfSignedCertificate;
  readonly stranger: SelfSignedCertificate;
  now(): number;
  post(path: string, form: Form | string, headers?: Readonly<Record<string, string>>): Promise<TokenReply>;
  v2(form: Form): Promise<TokenReply>;
  v1(form: Form): Promise<TokenReply>;
  change(appId: Guid, change: (principal: ServicePrincipal) => ServicePrincipal): Promise<void>;
}

const dayMs = 86_400_000;
/** The clock stands here. */
export const labTime = Date.parse('2026-11-20T12:00:00Z');

export async function openTokenLab(): Promise<TokenLab> {
  const lab = await openTestLab(frozenAt(labTime));
  const tenantId = String(lab.endpoints.organizations[cloud]?.tenantId);
  const issue = async (number: number, from: number, to: number) =>
    issueSelfSigned({
      subject: `CN=client ${number}`,
      notBefore: labTime + from,
      notAfter: labTime + to,
      privateKey: await testKey(number),
    });
  const certificate = await issue(1, -dayMs, dayMs * 365);
  const expired = await issue(2, -2 * dayMs, -dayMs);
  const stranger = await issue(3, -dayMs, dayMs * 365);
  const post: TokenLab['post'] = async (path, form, headers = {}) => {
    const fields = typeof form === 'string' ? form : formText(form);
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await lab.https(`https://login.microsoftonline.test${path}`, {
      method: 'POST',
      headers: { ...type, ...headers },
      body: fields,
    });
    const body = /json/.test(String(answer.headers['content-type'])) ? (JSON.parse(answer.body) as Record<string, unknown>) : {};
    return { status: answer.status, headers: answer.headers, body, text: answer.body, answer };
  };
  const change: TokenLab['change'] = (appId, made) =>
    lab.store.transaction(async (tx) => {
      const stored = await servicePrincipals.find(tx, cloud, appId);
      if (stored === undefined) throw new Error(`there is no ${appId}`);
      await servicePrincipals.replace(tx, stored, made(stored.value), labTime);
    });
  await change(daemon, (principal) => ({
    ...principal,
    keyCredentials: [keyCredential(certificate, -dayMs, dayMs * 365), keyCredential(expired, -2 * dayMs, -dayMs)],
  }));
  return {
    ...lab,
    tenantId,
    authority: `https://login.microsoftonline.com/${tenantId}`,
    certificate,
    expired,
    stranger,
    now: () => lab.clock.state().now,
    post,
    v2: (form) => post(`/${tenantId}/oauth2/v2.0/token`, form),
    v1: (form) => post(`/${tenantId}/oauth2/token`, form),
    change,
  };
}

export function formText(form: Form): string {
  return new URLSearchParams(Object.entries(form).filter((field): field is [string, string] => field[1] !== undefined)).toString();
}

function keyCredential({ certificate, thumbprint }: SelfSignedCertificate, from: number, to: number): KeyCredential {
  const { x5t, x5tS256 } = thumbprints(certificate);
  return { keyId: namedGuid('key', thumbprint), x5t, x5tS256, certificate, startDate: labTime + from, endDate: labTime + to };
}

export function thumbprints(certificate: string): { readonly x5t: string; readonly x5tS256: string } {
  const der = Buffer.from(certificate, 'base64');
  return { x5t: createHash('sha1').update(der).digest('base64url'), x5tS256: createHash('sha256').update(der).digest('base64url') };
}

export type ClaimChanges = Readonly<Record<string, unknown>>;

/** A client assertion as MSAL makes it, with some claims or header members other than usual (undefined: left out). */
export async function clientAssertion(
  { certificate, privateKey }: SelfSignedCertificate,
  claims: ClaimChanges,
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const { importPKCS8 } = await import('jose');
  const alg = typeof header['alg'] === 'string' ? header['alg'] : 'RS256';
  const foreign = alg === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey : undefined;
  const key = alg === 'HS256' ? Buffer.alloc(32, 1) : (foreign ?? (await importPKCS8(privateKey, alg)));
  return new SignJWT({ ...claims })
    .setProtectedHeader(defined({ alg, x5t: thumbprints(certificate).x5t, ...header }) as { alg: string })
    .sign(key);
}

function defined(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** The claims of a token; its signature is somebody else's test. */
export function claimsOf(token: unknown): Readonly<Record<string, unknown>> {
  const [, payload = ''] = String(token).split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
}

/** What an answer refuses. That it does so in the documented form, and that the journal agrees, is made sure here. */
export async function refusalOf(
  lab: TokenLab,
  { status, headers, body, answer }: TokenReply,
): Promise<{ readonly status: number; readonly error: unknown; readonly codes: readonly number[]; readonly check: string }> {
  const codes = body['error_codes'] as readonly number[];
  expect(body['error_description']).toMatch(/^AADSTS\d+: .*Trace ID: .* Correlation ID: .* Timestamp: \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/s);
  expect(body).toMatchObject({ trace_id: headers['x-ms-request-id'], error_uri: expect.stringContaining(`/error?code=${codes[0]}`) });
  expect(headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', pragma: 'no-cache' });
  const { service, outcome, code, verdict } = await lab.exchangeOf(answer);
  expect({ service, outcome, code }).toEqual({ service: 'azure-auth', outcome: 'refused', code: `AADSTS${codes.at(-1)}` });
  const failed = verdict?.checks.filter((check) => check.outcome === 'failed').map(({ check }) => check) ?? [];
  return { status, error: body['error'], codes, check: failed.join(' ') };
}

export const joe = 'joe@contoso.test';
export const usualScope = `${exchangeScope} openid profile offline_access`;

/** A password grant of a public client that gets all that it may ask for. */
export function byPassword(lab: TokenLab, more: Form = {}): Form {
  return { grant_type: 'password', client_id: publicClient, username: joe, password: lab.password, scope: usualScope, ...more };
}

/** Changes a user of the tenant; answers the user as it was. */
export async function changeUser(lab: TokenLab, mail: string, change: (user: Recipient) => Recipient): Promise<Recipient> {
  const user = (await readRecipients(lab.store.read, cloud)).find(({ primaryAddress }) => primaryAddress === mail);
  if (user === undefined) throw new Error(`there is no ${mail}`);
  await lab.store.transaction((tx) => updateRecipient(tx, change(user), labTime));
  return user;
}
