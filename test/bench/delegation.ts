import { constants, createPrivateKey, type KeyObject, privateDecrypt, publicEncrypt, sign } from 'node:crypto';
import { DOMParser, type Element } from '@xmldom/xmldom';
import { SignedXml } from 'xml-crypto';
import { judgeDelegationToken } from '../../shared/bridges/access/delegation-token.ts';
import { issueDelegationToken } from '../../shared/bridges/authority/federation/delegation-issue.ts';
import type { StsGround } from '../../shared/bridges/authority/federation/sts-ground.ts';
import { judgeTokenRequest } from '../../shared/bridges/authority/federation/sts-judge.ts';
import { partnersOf } from '../../shared/domain/trust/delegation-partners.ts';
import { present } from '../../shared/kernel/assert.ts';
import { decryptElement } from '../../shared/protocols/saml/decrypt.ts';
import { certificateFacts } from '../../shared/protocols/saml/keys.ts';
import { namespaces } from '../../shared/protocols/saml/namespaces.ts';
import { soap12Namespace, soapNamespace } from '../../shared/protocols/soap/envelope.ts';
import { readMessage, writeMessage } from '../../shared/protocols/wstrust/message.ts';
import { issueActions } from '../../shared/protocols/wstrust/request.ts';
import { writeTokenResponse } from '../../shared/protocols/wstrust/response.ts';
import { parseXml } from '../../shared/xml/parse.ts';
import { at, type Federated, federatedWorld, instance, offer } from './federated-world.ts';
import { alternatePaces, type Pace } from './pace.ts';
import { median, type Row } from './row.ts';

/** Least speed, as a part of the library work that cannot be avoided. */
const leastPart = 0.5;
/** Most time of a token among the many organisations, in times of one among the few. */
const mostTimes = 1.25;
const few = 10;
const many = 1_000;

/**
 * Delegation tokens in process, with the same octets on both sides: issuing and receiving, verdicts included, beside the work
 * of libraries that they cannot do without, one RSA signature, one OAEP operation, one parse and xml-crypto's verification of
 * the same signatures. Then a token among many federated organisations beside one among few, each of another pair.
 */
export async function delegationRows(): Promise<readonly Row[]> {
  const small = await federatedWorld(few);
  const large = await federatedWorld(many);
  const issuing = await alternatePaces([issuer(small), libraryIssuing(small)]);
  const receiving = await alternatePaces([await receiver(small), libraryReceiving(await tokenMessage(small))]);
  const growing = await alternatePaces([issuer(small), issuer(large)]);
  return [
    besideLibraries('issuing a delegation token', issuing),
    besideLibraries('receiving a delegation token', receiving),
    flatness(growing),
  ];
}

function besideLibraries(what: string, [own = [], library = []]: readonly (readonly Pace[])[]): Row {
  const [ours, theirs] = [costOf(own), costOf(library)];
  const part = theirs / ours;
  return {
    what: `${what}, speed by processor time beside the libraries' part`,
    measured: `${part.toFixed(2)} (${ours.toFixed(0)} us : ${theirs.toFixed(0)} us)`,
    limit: `${leastPart}`,
    passed: part >= leastPart,
  };
}

function flatness([fewer = [], more = []]: readonly (readonly Pace[])[]): Row {
  const times = costOf(more) / costOf(fewer);
  return {
    what: `delegation token among ${many} organisations, time beside ${few}`,
    measured: `${times.toFixed(2)} (${costOf(more).toFixed(0)} us : ${costOf(fewer).toFixed(0)} us)`,
    limit: `${mostTimes}`,
    passed: times <= mostTimes,
  };
}

function costOf(paces: readonly Pace[]): number {
  return median(paces.map(({ cpuUs }) => cpuUs));
}

function groundOf({ settings }: Federated): StsGround {
  return {
    instance,
    partners: partnersOf(settings, instance.name),
    isService: () => true,
    isTenantDomain: () => false,
    passwordFlaw: () => Promise.resolve(undefined),
    at,
  };
}

/** Judges one request after the other, each of another organisation, and writes the answer. */
function issuer(world: Federated): () => Promise<void> {
  let next = 0;
  return async () => {
    const { octets } = present(world.requests[next++ % world.requests.length], 'a request');
    // What a server does for each request: the index is looked up again.
    await issued(world, groundOf(world), octets);
  };
}

async function issued(world: Federated, ground: StsGround, octets: Buffer): Promise<Buffer> {
  const answer = await judgeTokenRequest(octets, ground);
  if (!('judged' in answer)) throw new Error(JSON.stringify(answer.verdict));
  const response = issueDelegationToken({ instance, signer: world.signer, at, ids: world.ids }, answer.judged);
  return writeMessage({
    soap: soap12Namespace,
    addressing: { action: issueActions.response, relatesTo: answer.messageId },
    times: { created: at, expires: at + 300_000 },
    body: writeTokenResponse(response),
  });
}

function libraryIssuing({ requests, signer }: Federated): () => Promise<void> {
  const privateKey = createPrivateKey(signer.privateKey);
  const payload = Buffer.alloc(1_024);
  let next = 0;
  return async () => {
    const { octets, requester, target } = present(requests[next++ % requests.length], 'a request');
    const text = octets.toString();
    parseXml(octets);
    const { publicKey } = certificateFacts(requester.certificate);
    for (const index of [0, 1]) verifyByLibrary(text, index, publicKey);
    sign('sha1', payload, privateKey);
    publicEncrypt({ key: certificateFacts(target.certificate).publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING }, Buffer.alloc(32));
  };
}

/** A message as an organisation receives it, with what it is read by. */
interface TokenMessage {
  readonly world: Federated;
  readonly octets: Buffer;
}

async function tokenMessage(world: Federated): Promise<TokenMessage> {
  const { octets } = present(world.requests.at(-1), 'a request for the first organisation');
  const answer = readMessage(await issued(world, groundOf(world), octets), soap12Namespace);
  const [token] = [...answer.body.children].flatMap((part) =>
    typeof part !== 'string' && part.name === 'RequestedSecurityToken' ? part.children : [],
  );
  if (token === undefined || typeof token === 'string') throw new Error('there is no token');
  const body = parseXml(`<GetUserSettingsRequestMessage xmlns="http://schemas.microsoft.com/exchange/2010/Autodiscover"/>`);
  return { world, octets: writeMessage({ soap: soapNamespace, addressing: { action: 'urn:a', to: 'urn:b' }, tokens: [token], body }) };
}

async function receiver(world: Federated): Promise<() => Promise<void>> {
  const { octets } = await tokenMessage(world);
  return async () => {
    const { security } = readMessage(octets, soapNamespace);
    const token = present(security?.token, 'the token');
    const outcome = await judgeDelegationToken({ token, settings: world.receiver, at, offers: [offer] });
    if (outcome.refusal !== undefined) throw new Error(JSON.stringify(outcome.verdict));
  };
}

function libraryReceiving({ world, octets }: TokenMessage): () => Promise<void> {
  const first = present(world.organisations[0], 'an organisation');
  const privateKey = createPrivateKey(first.privateKey);
  const { publicKey } = certificateFacts(world.signer.certificate);
  const token = present(readMessage(octets, soapNamespace).security?.token, 'the token');
  const { text } = decryptElement(token, () => first.privateKey);
  const wrapped = publicEncrypt(
    { key: certificateFacts(first.certificate).publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING },
    Buffer.alloc(32),
  );
  return async () => {
    parseXml(octets);
    privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING }, wrapped);
    verifyByLibrary(text, 0, publicKey);
  };
}

/** The signature of that number in a document, as whoever trusts the library alone verifies it. */
function verifyByLibrary(text: string, index: number, publicKey: KeyObject): void {
  const found = new DOMParser().parseFromString(text, 'text/xml').getElementsByTagNameNS(namespaces.ds, 'Signature')[index];
  const library = new SignedXml({ idAttribute: 'AssertionID', getCertFromKeyInfo: () => null, publicCert: publicKey });
  library.loadSignature(present<Element>(found, 'a signature') as unknown as Parameters<SignedXml['loadSignature']>[0]);
  if (!library.checkSignature(text)) throw new Error('the library refuses the signature');
}
