import { ConfidentialClientApplication, type NodeAuthOptions, PublicClientApplication } from '@azure/msal-node';
import { Browser, type Page } from './browser.ts';

/** What the flows are told about the lab. */
export interface Surroundings {
  readonly authority: string;
  /** Empty for an authority that the library has built in. */
  readonly knownAuthorities: readonly string[];
  /** EWS addresses, and what stands in front of the permissions in a scope for each. */
  readonly cloud: string;
  readonly cloudResource: string;
  readonly premises: string;
  readonly premisesResource: string;
  readonly adminUrl: string;
  /** Of every user. */
  readonly password: string;
  /** Of the daemon: thumbprints in hexadecimal, the rest PEM. */
  readonly certificate: {
    readonly thumbprint: string;
    readonly thumbprintSha256: string;
    readonly pem: string;
    readonly privateKey: string;
  };
}

/** The argument of the process. */
export const surroundings = JSON.parse(process.argv[2] ?? '{}') as Surroundings;

// Applications of the world.
export const daemon = { clientId: '22222222-2222-4222-8222-222222222222', clientSecret: 'daemon-Pa55word!' };
export const web = { clientId: '33333333-3333-4333-8333-333333333333', clientSecret: 'web-Pa55word!' };
const publicClient = { clientId: '44444444-4444-4444-8444-444444444444' };

export type Application = ConfidentialClientApplication | PublicClientApplication;

export function confidential(auth: NodeAuthOptions): ConfidentialClientApplication {
  return new ConfidentialClientApplication({ auth: { ...place(), ...auth } });
}

export function publicApplication(): PublicClientApplication {
  return new PublicClientApplication({ auth: { ...place(), ...publicClient } });
}

/** Nothing but the first two tells the library of a lab; the capability makes it send `claims`. */
function place(): Pick<NodeAuthOptions, 'authority' | 'knownAuthorities' | 'clientCapabilities'> {
  return { authority: surroundings.authority, knownAuthorities: [...surroundings.knownAuthorities], clientCapabilities: ['cp1'] };
}

/** The part of a result that is looked at. */
interface Acquired {
  readonly accessToken: string;
  readonly account: { readonly username: string; readonly homeAccountId: string } | null;
  readonly scopes: readonly string[];
  readonly fromCache: boolean;
  readonly tokenType: string;
}

const shownClaims = ['aud', 'appid', 'appidacr', 'idtyp', 'amr', 'roles', 'scp', 'upn'];

/** What is told of a token: nothing that changes from run to run. */
export function told(result: Acquired | null): Readonly<Record<string, unknown>> {
  if (result === null) throw new Error('no token');
  const claims = JSON.parse(Buffer.from(result.accessToken.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
  const { account, scopes, fromCache, tokenType } = result;
  const shown = shownClaims.flatMap((name) => (claims[name] === undefined ? [] : [[name, claims[name]]]));
  const user =
    account === null
      ? {}
      : { user: account.username, isAccount: account.homeAccountId === `${String(claims['oid'])}.${String(claims['tid'])}` };
  return { tokenType, fromCache, scopes, claims: Object.fromEntries(shown), ...user };
}

/** What EWS says to a token: the folder that it opens or the refusal, and the trace by which the journal tells whose it is. */
export async function openInbox(url: string, result: Acquired | null, impersonated?: string): Promise<{ inbox: string; trace: string }> {
  const user = `<t:ConnectingSID><t:PrimarySmtpAddress>${impersonated}</t:PrimarySmtpAddress></t:ConnectingSID>`;
  const header = impersonated === undefined ? '' : `<t:ExchangeImpersonation>${user}</t:ExchangeImpersonation>`;
  const body =
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">' +
    `<s:Header><t:RequestServerVersion Version="Exchange2013_SP1"/>${header}</s:Header><s:Body>` +
    '<GetFolder xmlns="http://schemas.microsoft.com/exchange/services/2006/messages"><FolderShape><t:BaseShape>Default</t:BaseShape></FolderShape>' +
    '<FolderIds><t:DistinguishedFolderId Id="inbox"/></FolderIds></GetFolder></s:Body></s:Envelope>';
  const headers = { authorization: `Bearer ${result?.accessToken}`, 'content-type': 'text/xml; charset=utf-8' };
  const answer = await fetch(url, { method: 'POST', headers, body });
  const text = await answer.text();
  const folder = /<t:DisplayName>([^<]*)</.exec(text)?.[1];
  const code = /ResponseCode[^>]*>([^<]*)</.exec(text)?.[1] ?? answer.headers.get('x-ms-diagnostics') ?? text.slice(0, 200);
  return { inbox: folder ?? `${answer.status} ${code}`, trace: answer.headers.get('x-coexist-trace') ?? '' };
}

/** Signs a user in on the pages behind an address, a second factor included; answers what that ends with. */
export async function signIn(url: string, userName: string): Promise<Page> {
  const { adminUrl, password } = surroundings;
  const browser = new Browser();
  let page = await browser.submit(await browser.open(url), { login: userName, passwd: password });
  // A code is good once: another process may have signed the same user in between reading it and typing it.
  for (let tries = 0; tries < 3 && page.body.includes('name="code"'); tries += 1) {
    const shown = await fetch(`${adminUrl}/_coexist/v1/authentication-codes/${userName}`);
    const { code } = (await shown.json()) as { code: string };
    page = await browser.submit(page, { code });
  }
  return page;
}
