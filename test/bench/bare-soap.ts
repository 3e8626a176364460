// What SOAP over https costs by itself: each question is parsed and read by the contract, and the same answer written by it. At `/nested`
// it comes from another round trip, to this server; at `/text` the question is parsed alone, and the answer sent as it is. `bare-soap.ts <file of an answer>` writes its port.
import { readFileSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { profileOf } from '../../shared/domain/organization/profiles.ts';
import { issueSelfSigned } from '../../shared/net/self-signed.ts';
import { writeResponse } from '../../shared/protocols/ews/envelope.ts';
import { getUserAvailability as contract } from '../../shared/protocols/ews/operations/get-user-availability.ts';
import { openEnvelope } from '../../shared/protocols/soap/envelope.ts';
import { parseXml } from '../../shared/xml/parse.ts';
import { testKey } from '../support/test-keys.ts';
import { type Answer, caller, poster, type Question } from './soap-client.ts';

const aDay = 86_400_000;
const [file = ''] = process.argv.slice(2);
const text = readFileSync(file, 'utf8');
const answer = contract.response.decode(openEnvelope(parseXml(text)).body);
const { version } = profileOf('exchange-online');
const privateKey = await testKey(1);
const dates = { notBefore: Date.now() - aDay, notAfter: Date.now() + aDay };
const { certificate } = await issueSelfSigned({ subject: 'CN=control', ...dates, privateKey });
const cert = `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`;
const server = https.createServer({ key: privateKey, cert }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => {
    const { body } = openEnvelope(parseXml(Buffer.concat(chunks)));
    response.writeHead(200, { 'content-type': 'text/xml; charset=utf-8' });
    if (request.url === '/text') {
      response.end(text);
      return;
    }
    const question = contract.request.decode(body);
    const tell = (told: Answer) => response.end(writeResponse(contract, told, version));
    if (request.url === '/nested') void askOneself(question).then(tell);
    else tell(answer);
  });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${port()}\n`));

function port(): number {
  return (server.address() as AddressInfo).port;
}

let ask: ReturnType<typeof caller> | undefined;

async function askOneself(question: Question): Promise<Answer> {
  ask ??= caller(poster(port(), 'control', '/', 'Basic control'));
  const result = await ask(contract, question);
  if (result.is !== 'answer') throw new Error(JSON.stringify(result));
  return result.response;
}
