// Every flow of @azure/msal-node, against the lab that the argument describes (JSON of `Surroundings`). The library is as
// npm ships it and checks certificates; the environment alone gives the CA and, with Microsoft's own names, the proxy.
// Prints one line of JSON per flow.
import { AuthError, CryptoProvider, ResponseMode } from '@azure/msal-node';
import { Browser, type Page } from './browser.ts';
import { type Application, confidential, daemon, openInbox, publicApplication, signIn, surroundings, told, web } from './surroundings.ts';

type Facts = Readonly<Record<string, unknown>>;

const [joe, mary, zoe] = ['joe@contoso.test', 'mary@contoso.test', 'zoe@contoso.test'];
const redirectUri = 'http://localhost:8400';
const { cloud, premises, cloudResource, premisesResource, certificate, password, adminUrl } = surroundings;
const { thumbprint, thumbprintSha256, privateKey, pem } = certificate;
const appScopes = [`${cloudResource}/.default`];
const userScopes = [`${cloudResource}/EWS.AccessAsUser.All`];
const premisesScopes = [`${premisesResource}/EWS.AccessAsUser.All`];

async function byCertificate(named: {
  readonly thumbprint?: string;
  readonly thumbprintSha256?: string;
  readonly x5c?: string;
}): Promise<Facts> {
  const client = confidential({ clientId: daemon.clientId, clientCertificate: { privateKey, ...named } });
  const result = await client.acquireTokenByClientCredential({ scopes: appScopes });
  return { ...told(result), ews: await openInbox(cloud, result, joe) };
}

/** Signs in on the way that `visit` takes; answers what the client needs to redeem the code. */
async function codeOf(
  client: Application,
  scopes: string[],
  visit: (url: string) => Promise<Page>,
  request: { readonly loginHint?: string } = {},
) {
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const state = 'state of the client: ?&=';
  const asked = { scopes, redirectUri, state, codeChallenge: challenge, codeChallengeMethod: 'S256', responseMode: ResponseMode.QUERY };
  const { leadsTo, status, body } = await visit(await client.getAuthCodeUrl({ ...asked, ...request }));
  const answer = leadsTo?.searchParams;
  if (leadsTo?.origin !== redirectUri || answer?.get('state') !== state)
    throw new Error(`it ended at ${leadsTo?.href ?? `${status} ${body}`}`);
  return { code: answer.get('code') ?? '', codeVerifier: verifier, scopes, redirectUri };
}

const automatic = (url: string): Promise<Page> => new Browser().open(url);

async function byDeviceCode(
  decide: (device: { readonly userCode: string; readonly verificationUri: string }) => Promise<unknown>,
): Promise<Facts> {
  let decided: Promise<unknown> = Promise.resolve();
  const result = await publicApplication().acquireTokenByDeviceCode({
    scopes: userScopes,
    deviceCodeCallback(device) {
      decided = decide(device);
    },
  });
  await decided;
  return { ...told(result), ews: await openInbox(cloud, result) };
}

async function decideByControlPort(userCode: string, user: string, approve: boolean): Promise<void> {
  const body = JSON.stringify({ user, approve });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${adminUrl}/_coexist/v1/device-codes/${userCode}`, { method: 'POST', headers, body });
  if (!answer.ok) throw new Error(await answer.text());
}

/** The refresh token of a sign-in: the library keeps it in its cache and shows it there only. */
function refreshTokenOf(client: Application): string {
  const { RefreshToken } = JSON.parse(client.getTokenCache().serialize()) as { RefreshToken: Record<string, { secret: string }> };
  return Object.values(RefreshToken)[0]?.secret ?? '';
}

const byPassword = (client: Application, username: string, scopes = userScopes) =>
  client.acquireTokenByUsernamePassword({ scopes, username, password });

/** Another name for the tenant in the path. */
async function under(segment: string): Promise<Facts> {
  const authority = `${new URL(surroundings.authority).origin}/${segment}`;
  const result = await publicApplication().acquireTokenByUsernamePassword({ scopes: userScopes, username: joe, password, authority });
  return { ...told(result), ews: await openInbox(cloud, result) };
}

const flows: Readonly<Record<string, () => Promise<Facts>>> = {
  async secret() {
    const client = confidential(daemon);
    const result = await client.acquireTokenByClientCredential({ scopes: appScopes });
    const again = await client.acquireTokenByClientCredential({ scopes: appScopes });
    const anew = await client.acquireTokenByClientCredential({ scopes: appScopes, skipCache: true });
    return {
      ...told(result),
      keptInCache: again?.fromCache === true && again.accessToken === result?.accessToken,
      another: anew?.accessToken !== result?.accessToken,
      ews: await openInbox(cloud, result, joe),
      alone: (await openInbox(cloud, result)).inbox,
    };
  },
  'certificate by SHA-256': () => byCertificate({ thumbprintSha256 }),
  'certificate by SHA-1': () => byCertificate({ thumbprint }),
  'certificate with x5c': () => byCertificate({ thumbprintSha256, x5c: pem }),
  async 'code, signed in by login_hint'() {
    const client = publicApplication();
    const result = await client.acquireTokenByCode(await codeOf(client, userScopes, automatic, { loginHint: joe }));
    return { ...told(result), ews: await openInbox(cloud, result) };
  },
  async 'code, signed in on the page, for the server on-premises'() {
    const client = confidential(web);
    const result = await client.acquireTokenByCode(await codeOf(client, premisesScopes, (url) => signIn(url, mary)));
    return { ...told(result), ews: await openInbox(premises, result) };
  },
  async 'code, with a second factor'() {
    const client = publicApplication();
    const result = await client.acquireTokenByCode(await codeOf(client, userScopes, (url) => signIn(url, zoe)));
    return { ...told(result), ews: await openInbox(cloud, result) };
  },
  async 'interactive, by form post to the loopback server'() {
    const result = await publicApplication().acquireTokenInteractive({
      scopes: userScopes,
      loginHint: joe,
      async openBrowser(url) {
        const browser = new Browser();
        await browser.submit(await browser.open(url));
      },
    });
    return { ...told(result), ews: await openInbox(cloud, result) };
  },
  'device code, approved on the page': () =>
    byDeviceCode(async ({ verificationUri, userCode }) => {
      const browser = new Browser();
      const login = await browser.submit(await browser.open(verificationUri), { otc: userCode });
      const approval = await browser.submit(login, { login: joe, passwd: password });
      await browser.submit(approval, { decision: 'approve' });
    }),
  'device code, approved on the control port': () => byDeviceCode(({ userCode }) => decideByControlPort(userCode, zoe, true)),
  async 'refresh token'() {
    const client = publicApplication();
    await byPassword(client, mary);
    const result = await publicApplication().acquireTokenByRefreshToken({ scopes: premisesScopes, refreshToken: refreshTokenOf(client) });
    return { ...told(result), ews: await openInbox(premises, result) };
  },
  async silent() {
    const client = publicApplication();
    const first = await byPassword(client, joe);
    const [account] = await client.getTokenCache().getAllAccounts();
    if (account === undefined) throw new Error('no account in the cache');
    const kept = await client.acquireTokenSilent({ account, scopes: userScopes });
    const anew = await client.acquireTokenSilent({ account, scopes: userScopes, forceRefresh: true });
    const other = await client.acquireTokenSilent({ account, scopes: premisesScopes });
    const another = anew.accessToken !== first?.accessToken;
    return { ...told(anew), keptInCache: kept.fromCache, another, other: told(other), ews: await openInbox(cloud, anew) };
  },
  async 'on behalf of'() {
    const asked = await byPassword(publicApplication(), joe, [`api://${web.clientId}/access_as_user`]);
    const oboAssertion = asked?.accessToken ?? '';
    const result = await confidential(web).acquireTokenOnBehalfOf({ oboAssertion, scopes: userScopes });
    return { ...told(result), assertion: told(asked).claims, ews: await openInbox(cloud, result) };
  },
  async 'user name and password'() {
    const result = await byPassword(publicApplication(), mary, [`${premisesResource}/.default`]);
    return { ...told(result), ews: await openInbox(premises, result), elsewhere: (await openInbox(cloud, result)).inbox };
  },
  'tenant by domain': () => under('Contoso.onmicrosoft.test'),
  'tenant of the user': () => under('organizations'),
  'refused: secret': () =>
    refused(() => confidential({ ...daemon, clientSecret: 'wrong' }).acquireTokenByClientCredential({ scopes: appScopes })),
  'refused: certificate': () =>
    refused(() => {
      const clientCertificate = { privateKey, thumbprintSha256: '0'.repeat(64) };
      return confidential({ clientId: daemon.clientId, clientCertificate }).acquireTokenByClientCredential({ scopes: appScopes });
    }),
  'refused: application': () =>
    refused(() =>
      confidential({ ...daemon, clientId: '99999999-9999-4999-8999-999999999999' }).acquireTokenByClientCredential({ scopes: appScopes }),
    ),
  'refused: resource': () =>
    refused(() => confidential(daemon).acquireTokenByClientCredential({ scopes: ['https://nowhere.contoso.test/.default'] })),
  'refused: consent': () => refused(() => byPassword(publicApplication(), joe, [`${cloudResource}/IMAP.AccessAsUser.All`])),
  'refused: password': () =>
    refused(() => publicApplication().acquireTokenByUsernamePassword({ scopes: userScopes, username: joe, password: 'wrong' })),
  'refused: user': () => refused(() => byPassword(publicApplication(), 'nobody@contoso.test')),
  'refused: second factor': () => refused(() => byPassword(publicApplication(), zoe)),
  'refused: device': () => refused(() => byDeviceCode(({ userCode }) => decideByControlPort(userCode, joe, false))),
  'refused: verifier': () =>
    refused(async () => {
      const client = publicApplication();
      const request = await codeOf(client, userScopes, automatic, { loginHint: joe });
      return client.acquireTokenByCode({ ...request, codeVerifier: 'x'.repeat(43) });
    }),
  'refused: code used twice': () =>
    refused(async () => {
      const client = publicApplication();
      const request = await codeOf(client, userScopes, automatic, { loginHint: joe });
      await client.acquireTokenByCode(request);
      return client.acquireTokenByCode(request);
    }),
  'refused: refresh token': () =>
    refused(() => publicApplication().acquireTokenByRefreshToken({ scopes: userScopes, refreshToken: 'invented' })),
};

/** How the library tells a refusal. */
async function refused(work: () => Promise<unknown>): Promise<Facts> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof AuthError)) throw error;
    const { name, errorCode, errorMessage, subError } = error;
    return {
      class: name,
      code: errorCode,
      text: /AADSTS\d+/.exec(errorMessage)?.[0] ?? errorMessage,
      ...(subError === '' ? {} : { subError }),
    };
  }
  return { accepted: true };
}

await Promise.all(
  Object.entries(flows).map(async ([flow, run]) => {
    const outcome = await run().catch((error: unknown) => ({ failure: error instanceof Error ? error.stack : error }));
    process.stdout.write(`${JSON.stringify({ flow, outcome })}\n`);
  }),
);
