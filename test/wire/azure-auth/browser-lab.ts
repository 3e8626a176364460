import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ExchangeRecord } from '../../../shared/journal/record.ts';
import { frozenAt, type HttpAnswer, openTestLab, type TestLab } from '../../support/test-lab.ts';

/** Two tenants, so that `common` has something to choose from, and a user of each kind. */
const world = `
version: 1
random: 7
password: Pa55word!
organizations:
  contoso-cloud:
    kind: cloud
    tenantId: 11111111-1111-4111-8111-111111111111
    domains: [contoso.test, contoso.onmicrosoft.test]
    hosts: { web: outlook.office365.test, autodiscover: autodiscover-s.outlook.test }
    users:
      - { mail: administrator@contoso.test }
      - { mail: joe@contoso.test }
      - { mail: zoe@contoso.test, mfa: required }
      - { mail: gone@contoso.test, enabled: false }
    applications:
      - name: web
        clientId: 33333333-3333-4333-8333-333333333333
        clientSecret: web-Pa55word!
        redirectUris: [https://web.contoso.test/callback?tenant=1, http://localhost/signed-in]
        scopes: [EWS.AccessAsUser.All]
      - name: public
        clientId: 44444444-4444-4444-8444-444444444444
        public: true
        redirectUris: [http://localhost]
        scopes: [EWS.AccessAsUser.All]
  fabrikam-cloud:
    kind: cloud
    tenantId: 55555555-5555-4555-8555-555555555555
    domains: [fabrikam.test]
    hosts: { web: outlook.fabrikam.test, autodiscover: autodiscover.fabrikam.test }
    users:
      - { mail: pat@fabrikam.test }
`;

export const tenantId = '11111111-1111-4111-8111-111111111111';
export const webClient = '33333333-3333-4333-8333-333333333333';
export const publicClient = '44444444-4444-4444-8444-444444444444';
export const webCallback = 'https://web.contoso.test/callback?tenant=1';
export const ewsScope = 'openid offline_access https://outlook.office365.com/EWS.AccessAsUser.All';
const password = 'Pa55word!';
/** The clock stands here. */
export const now = Date.UTC(2026, 10, 20, 12);

/** An answer as a browser sees it. */
export interface Shown extends HttpAnswer {
  /** Where it leads; undefined when it is a page. */
  readonly location: URL | undefined;
}

export interface BrowserLab extends TestLab {
  readonly origin: string;
  /** A browser without cookies. */
  browse(): Browser;
  control(
    method: string,
    path: string,
    body?: object,
  ): Promise<{ readonly status: number; readonly body: Readonly<Record<string, string>> }>;
  /** What the journal says of an answer. */
  record(answer: HttpAnswer): Promise<ExchangeRecord>;
  failedChecks(answer: HttpAnswer): Promise<readonly string[]>;
}

/** As much of a browser as a sign-in needs: cookies, forms, and the addresses that answers lead to. */
export class Browser {
  readonly #lab: Pick<TestLab, 'https'>;
  readonly #origin: string;
  cookie = '';

  constructor(lab: Pick<TestLab, 'https'>, origin: string) {
    this.#lab = lab;
    this.#origin = origin;
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Shown> {
    return this.#ask(path, { method: 'GET', headers });
  }

  post(path: string, fields: Readonly<Record<string, string>> | string, headers: Readonly<Record<string, string>> = {}): Promise<Shown> {
    const body = typeof fields === 'string' ? fields : new URLSearchParams(fields).toString();
    const type = { 'content-type': 'application/x-www-form-urlencoded', origin: this.#origin };
    return this.#ask(path, { method: 'POST', headers: { ...type, ...headers }, body });
  }

  /** Fills in the form of a page and sends it off. */
  submit(page: HttpAnswer, fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}): Promise<Shown> {
    const form = formOn(page);
    return this.post(form.action, { ...form.fields, ...fields }, headers);
  }

  /** Signs a user in at the page that is shown. */
  signIn(page: HttpAnswer, login: string, passwd = password): Promise<Shown> {
    return this.submit(page, { login, passwd });
  }

  async #ask(
    path: string,
    options: Parameters<TestLab['https']>[1] & { readonly headers: Readonly<Record<string, string>> },
  ): Promise<Shown> {
    const headers = { ...options.headers, ...(this.cookie === '' ? {} : { cookie: this.cookie }) };
    const answer = await this.#lab.https(`${this.#origin}${path}`, { ...options, headers });
    for (const header of [answer.headers['set-cookie'] ?? []].flat())
      this.cookie = /Max-Age=0/.test(header) ? '' : (header.split(';')[0] ?? '');
    const { location } = answer.headers;
    return { ...answer, location: typeof location === 'string' ? new URL(location) : undefined };
  }
}

export async function openBrowserLab(): Promise<BrowserLab> {
  const file = join(tmpdir(), `coexist-browser-${process.pid}.yaml`);
  writeFileSync(file, world);
  const lab = await openTestLab({ world: file, ...frozenAt(now) });
  rmSync(file);
  const origin = 'https://login.microsoftonline.test';
  return {
    ...lab,
    origin,
    browse: () => new Browser(lab, origin),
    async control(method, path, body) {
      const text = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
      const answer = await fetch(`${lab.endpoints.adminUrl}${path}`, { method, ...text });
      return { status: answer.status, body: (await answer.json()) as Record<string, string> };
    },
    record: (answer) => lab.exchangeOf(answer),
    async failedChecks(answer) {
      const { verdict } = await lab.exchangeOf(answer);
      return verdict?.checks.filter(({ outcome }) => outcome === 'failed').map(({ check }) => check) ?? [];
    },
  };
}

/** The first form of a page, with what is filled in. */
export function formOn({ body }: HttpAnswer): { readonly action: string; readonly fields: Readonly<Record<string, string>> } {
  const action = /<form method="post" action="([^"]*)">/.exec(body)?.[1];
  if (action === undefined) throw new Error(`there is no form on ${body}`);
  const fields = [...body.matchAll(/<input type="[a-z]*" name="([^"]*)" value="([^"]*)"/g)];
  return { action: unescaped(action), fields: Object.fromEntries(fields.map(([, name = '', value = '']) => [name, unescaped(value)])) };
}

/** The text of a page without its markup. */
export function textOn({ body }: HttpAnswer): string {
  return unescaped(body.replace(/<style>.*?<\/style>/s, '').replace(/<[^>]*>/g, ' '));
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}

/** The path of an authorization request. */
export function authorizePath(parameters: Readonly<Record<string, string | undefined>>, segment = tenantId, version: 1 | 2 = 2): string {
  const all = { client_id: publicClient, redirect_uri: 'http://localhost:8400', response_type: 'code', scope: ewsScope, ...parameters };
  const given = Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return `/${segment}/oauth2/${version === 2 ? 'v2.0/' : ''}authorize?${new URLSearchParams(given).toString()}`;
}

/** A page of ours: never kept, framed or scripted. */
export function expectPage(answer: HttpAnswer, title: RegExp): void {
  expect(textOn(answer)).toMatch(title);
  expect(answer.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': expect.stringMatching(
      /^default-src 'none'; style-src 'sha256-[^']+'; (?:script-src 'sha256-[^']+'; )?form-action 'self'/,
    ),
    'cache-control': expect.stringContaining('no-store'),
    'x-frame-options': 'DENY',
  });
}
