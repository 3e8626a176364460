import { createHash, randomBytes } from 'node:crypto';
import { present } from '../../shared/kernel/assert.ts';
import { ntlmProof } from '../../shared/protocols/ntlm/client.ts';
import type { BenchLab } from './bench-lab.ts';
import { openOneConnection, soap } from './one-connection.ts';
import { alternatePaces } from './pace.ts';
import { median, type Row } from './row.ts';

const path = '/EWS/Exchange.asmx';
const getFolder = soap(
  '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>',
);

/**
 * GetFolder on a new connection, TLS included: signed in by NTLM, which takes two requests, beside one request by Basic,
 * and beside two of them. The client is in the same process and works as much as the server at NTLM.
 */
export async function ntlmRows(lab: BenchLab): Promise<readonly Row[]> {
  const [, domain = '', user = '', password = ''] =
    /^(.*?)\\(.*?):(.*)$/.exec(Buffer.from(lab.authorization.slice('Basic '.length), 'base64').toString()) ?? [];
  const ntlm = () => byNtlm(lab, { is: 'ntlm', user, domain, password });
  const paces = await alternatePaces([ntlm, () => byBasic(lab, 1), () => byBasic(lab, 2)]);
  await lab.settle();
  const [own = 0, one = 0, two = 0] = paces.map((some) => median(some.map(({ perSecond }) => perSecond)));
  const row = (what: string, other: number): Row => ({
    what: `a connection with an NTLM handshake, time beside one with ${what}`,
    measured: `${(other / own).toFixed(2)} (${own.toFixed(0)}/s : ${other.toFixed(0)}/s)`,
    limit: '',
    passed: undefined,
  });
  return [row('a request by Basic', one), row('two requests by Basic', two)];
}

async function byNtlm(lab: BenchLab, credentials: Parameters<typeof ntlmProof>[0]): Promise<void> {
  const client = openOneConnection(lab.port);
  try {
    const proof = ntlmProof(credentials, `https://localhost:${lab.port}${path}`);
    const challenged = await client.post(path, getFolder, { authorization: proof.offer });
    const certificateHash = createHash('sha256').update(challenged.certificate.raw).digest();
    const facts = { at: lab.foundation.clock.now(), certificateHash, random: (length: number) => randomBytes(length) };
    const authorization = present(proof.respond(challenged, facts), 'the answer to the challenge');
    requireSuccess(await client.post(path, getFolder, { authorization }));
  } finally {
    client.close();
  }
}

async function byBasic({ port, authorization }: BenchLab, requests: number): Promise<void> {
  const client = openOneConnection(port);
  try {
    for (let each = 0; each < requests; each += 1) requireSuccess(await client.post(path, getFolder, { authorization }));
  } finally {
    client.close();
  }
}

function requireSuccess({ status, body }: { readonly status: number; readonly body: Buffer }): void {
  if (status !== 200 || !body.includes('<m:ResponseCode>NoError</m:ResponseCode>')) throw new Error(`${status} ${body.toString()}`);
}
