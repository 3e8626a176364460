import { createPrivateKey } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { OAuth2Issuer, OAuth2Service } from 'oauth2-mock-server';
import { createAuthorityListener } from '../../services/azure-auth/listener.ts';
import { createAzureAuthService } from '../../services/azure-auth/service.ts';
import { listen } from '../../services/listeners.ts';
import { type SigningKey, signingKeys } from '../../shared/domain/trust/signing-keys.ts';
import { authorityScope } from '../../shared/domain/trust/well-known.ts';
import { present } from '../../shared/kernel/assert.ts';
import { readForm } from '../../shared/protocols/oauth/form.ts';
import { readJwt, signingCredential, signJwt } from '../../shared/protocols/oauth/jwt.ts';
import { createServiceApp } from '../../shared/service/http-host.ts';
import { createHttpsDoor, type HttpsDoor } from '../../shared/service/https-door.ts';
import { callRaw } from '../support/raw-http.ts';
import type { BenchLab } from './bench-lab.ts';
import { alternate, type Load } from './load.ts';
import type { Pace } from './pace.ts';
import { besideRow, type Row } from './row.ts';

/** Least rate of the service, as a part of the control's. */
const leastPart = 0.7;
/** Least rate of the service, in rates of the peer. */
const leastTimes = 1.5;
const peerVersion = 'oauth2-mock-server 9.3.0';
const maxBodyBytes = 1024 * 1024;

/** A client that asks for a token with its secret, beside a control that only signs, and beside a peer. */
export async function tokenRows(lab: BenchLab): Promise<readonly Row[]> {
  const opened: (() => Promise<unknown>)[] = [];
  const open = async (door: HttpsDoor): Promise<number> => {
    opened.push(() => door.close(0));
    return listen(door.server, '127.0.0.1', 0, 'the bench');
  };
  const signer = await activeKey(lab);
  const { path, headers, body } = tokenRequest(lab);
  const loadOf = (port: number, at = path): Load => ({ url: `https://localhost:${port}${at}`, headers, body, check: checkTokens });
  try {
    const service: Load = {
      ...loadOf(await open(await authorityOf(lab, createAzureAuthService(lab.parts), opened))),
      // Control and peer sign the same claims again in the same second.
      allDiffer: true,
    };
    const answer = await answerOf(service);
    const control = loadOf(await open(await authorityOf(lab, controlApp(lab, answer, signer), opened)));
    const peer = loadOf(await open(await peerDoor(lab, signer)), '/token');
    const [own, bare, mock] = (await alternate([service, control, peer], lab.settle)) as [Pace, Pace, Pace];
    return [...rowsBeside('a control that signs', own, bare, leastPart), ...rowsBeside(peerVersion, own, mock, leastTimes)];
  } finally {
    for (const close of opened) await close();
  }
}

/** The processor time is there for comparison: it says less of what else the machine does, and of how many processors it has. */
function rowsBeside(other: string, own: Pace, its: Pace, least: number): readonly Row[] {
  const measured = `${(its.cpuUs / own.cpuUs).toFixed(2)} (${own.cpuUs.toFixed(0)} us : ${its.cpuUs.toFixed(0)} us)`;
  return [
    besideRow(`client_credentials, rate beside ${other}`, own.perSecond, its.perSecond, least),
    { what: `client_credentials, speed by processor time beside ${other}`, measured, limit: '', passed: undefined },
  ];
}

async function activeKey({ parts }: BenchLab): Promise<SigningKey> {
  const keys = signingKeys.all(await parts.settings(authorityScope));
  return present(
    keys.find(({ state }) => state === 'active'),
    'an active key',
  );
}

/** Of the seeded world's application that has a secret. */
function tokenRequest({ foundation }: BenchLab) {
  const tenant = present(
    foundation.world.organizations.find(({ applications }) => applications.some(({ clientSecret }) => clientSecret !== null)),
    'a tenant with an application',
  );
  const application = present(
    tenant.applications.find(({ clientSecret }) => clientSecret !== null),
    'an application with a secret',
  );
  return {
    path: `/${tenant.domains[0]}/oauth2/v2.0/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: application.clientId,
      client_secret: application.clientSecret ?? '',
      scope: `https://${tenant.hosts.web}/.default`,
    }).toString(),
  };
}

/** The listener of the authentication service before an app. */
async function authorityOf({ door }: BenchLab, app: FastifyInstance, opened: (() => Promise<unknown>)[]): Promise<HttpsDoor> {
  await app.ready();
  opened.push(() => app.close());
  return createAuthorityListener({ ...door, app });
}

/**
 * Stands in the place of the authentication service, so that both share listener, TLS, journal, seams and client: it
 * reads the form, signs the same claims with the same key and sends an answer of the same size, and judges nothing.
 */
function controlApp({ door }: BenchLab, answer: Answer, signer: SigningKey): FastifyInstance {
  const credential = signingCredential(signer.certificate, signer.privateKey);
  const token = readJwt(answer.token);
  if ('problem' in token) throw new Error(token.problem);
  const { claims } = token;
  const { access_token: _, ...members } = JSON.parse(answer.body) as Record<string, unknown>;
  const app = createServiceApp({ bodyLimitBytes: maxBodyBytes, seams: door.seams });
  app.post('/:tenant/oauth2/v2.0/token', async (request, reply) => {
    readForm(request.body as Buffer);
    const signed = await signJwt(claims, credential, { kid: credential.x5t });
    return reply.headers(answer.headers).send(JSON.stringify({ ...members, access_token: signed }));
  });
  return app;
}

/** The peer behind the same kind of listener, with the same key; it takes every client for known and keeps no journal. */
async function peerDoor({ door }: BenchLab, signer: SigningKey): Promise<HttpsDoor> {
  const issuer = new OAuth2Issuer();
  issuer.url = 'https://localhost';
  await issuer.keys.add({ ...createPrivateKey(signer.privateKey).export({ format: 'jwk' }), alg: 'RS256', kid: signer.x5t });
  const { requestHandler } = new OAuth2Service(issuer);
  return createHttpsDoor(door, {
    certificateNames: [],
    usualNames: undefined,
    isHost: () => false,
    broken: { service: 'peer' },
    receive: ({ request, response }) => requestHandler(request, response),
  });
}

interface Answer {
  /** Those that the service itself sets. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly token: string;
}

const ofTheListener = /^(?:x-coexist|content-length$|date$|connection$|keep-alive$)/;

async function answerOf({ url, headers, body }: Load): Promise<Answer> {
  const { port, pathname } = new URL(url);
  const answer = await callRaw({ port: Number(port), path: pathname, method: 'POST', headers, body, insecure: true });
  const text = answer.body.toString();
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${text}`);
  const own = Object.entries(answer.headers).filter(([name]) => !ofTheListener.test(name));
  return { headers: Object.fromEntries(own.map(([name, value]) => [name, String(value)])), body: text, token: tokenOf(text) };
}

function checkTokens(answers: readonly string[]): void {
  for (const answer of answers) checkSigned(tokenOf(answer));
}

function tokenOf(answer: string): string {
  const { access_token: token } = JSON.parse(answer) as { readonly access_token: string };
  return token;
}

function checkSigned(token: string): void {
  const read = readJwt(token);
  if ('problem' in read || read.header['alg'] !== 'RS256' || read.signature.length !== 256) throw new Error(`no RS256 token: ${token}`);
}
