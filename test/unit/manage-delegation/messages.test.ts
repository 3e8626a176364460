import { beforeAll, describe, expect, test } from 'vitest';
import { callManageDelegation, type ManageDelegationCall } from '../../../shared/protocols/manage-delegation/client.ts';
import {
  type DelegationOperation,
  type DelegationParameters,
  type DelegationResults,
  delegationContracts,
  delegationNamespace,
} from '../../../shared/protocols/manage-delegation/contract.ts';
import { domainErrorNumber } from '../../../shared/protocols/manage-delegation/domain-errors.ts';
import {
  readDelegationAnswer,
  readDelegationCall,
  writeDelegationCall,
  writeDelegationFault,
  writeDelegationResult,
} from '../../../shared/protocols/manage-delegation/message.ts';
import { namespaces } from '../../../shared/protocols/saml/namespaces.ts';
import { soap12Namespace, soapNamespace } from '../../../shared/protocols/soap/envelope.ts';
import { verifyMessage } from '../../../shared/protocols/wstrust/message.ts';
import { parseXml } from '../../../shared/xml/parse.ts';
import { federationIdentity, type Identity } from '../saml/identities.ts';
import { now } from '../wstrust/messages.ts';

let caller: Identity;
beforeAll(async () => {
  caller = await federationIdentity(1, 'with-identifier');
});

const appId = '0000000060000EB9';
const properties = [{ Name: 'Contact', Value: 'admin@contoso.test' }];
const parameters: DelegationParameters = {
  CreateAppId: { uri: 'FYDIBOHF25SPDLT.contoso.test', properties },
  UpdateAppIdCertificate: { appId, newCertificate: 'MIIB' },
  UpdateAppIdProperties: { appId, properties },
  AddUri: { appId, uri: 'contoso.test' },
  RemoveUri: { appId, uri: 'contoso.test' },
  ReserveDomain: { appId, domainName: 'contoso.test', programId: 'ExchangeConnector' },
  ReleaseDomain: { appId, domainName: 'contoso.test' },
  GetDomainInfo: { appId, domainName: 'contoso.test' },
};
const results: DelegationResults = {
  CreateAppId: { AppId: appId },
  UpdateAppIdCertificate: {},
  UpdateAppIdProperties: {},
  AddUri: {},
  RemoveUri: {},
  ReserveDomain: {},
  ReleaseDomain: {},
  GetDomainInfo: { DomainName: 'contoso.test', AppId: appId, DomainState: 'Active' },
};
const operations = Object.keys(delegationContracts) as DelegationOperation[];
const proof = { Domain: 'contoso.test', HashAlgorithm: 'SHA-512', Signature: 'AAAA' };

function octetsOf<Operation extends DelegationOperation>(operation: Operation): Buffer {
  const { certificate, privateKey } = caller;
  return writeDelegationCall<Operation>({ operation, parameters: parameters[operation], proof, certificate, privateKey, at: now });
}

describe.each(operations)('%s', (operation) => {
  test('a call that is written is read, and its signature over the Timestamp holds', async () => {
    const call = readDelegationCall(octetsOf(operation));
    expect(call).toMatchObject({ soap: soapNamespace, request: { operation, parameters: parameters[operation] }, proof });
    expect(call.message.security?.signer).toEqual({ by: 'certificate', certificate: caller.certificate });
    const { times } = await verifyMessage(call.message, { certificate: caller.certificate }, ['Timestamp']);
    expect(times).toEqual({ created: now, expires: now + 300_000 });
  });

  test.each([soapNamespace, soap12Namespace])('a result and a fault that are written in %s are read', (soap) => {
    const result = writeDelegationResult(soap, operation, results[operation]);
    expect(readDelegationAnswer(parseXml(result), operation)).toEqual({ is: 'answer', result: results[operation] });
    const fault = writeDelegationFault(soap, 'DomainUnavailable', 'Somebody else has it.');
    expect(readDelegationAnswer(parseXml(fault), operation)).toEqual({
      is: 'fault',
      code: 'DomainUnavailable',
      message: 'Somebody else has it.',
    });
  });
});

/** The samples that the service itself shows of its messages (domains.live.com/service/managedelegation2.asmx?op=GetDomainInfo). */
const sample = (soap: string, security = ''): string =>
  `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:soap="${soap}"><soap:Header>${security}</soap:Header><soap:Body><GetDomainInfo xmlns="${delegationNamespace}"><appId>string</appId><domainName>string</domainName></GetDomainInfo></soap:Body></soap:Envelope>`;

test.each([soapNamespace, soap12Namespace])('the sample of a request in %s is read', (soap) => {
  const call = readDelegationCall(Buffer.from(sample(soap)));
  expect(call).toMatchObject({ soap, request: { operation: 'GetDomainInfo', parameters: { appId: 'string', domainName: 'string' } } });
});

test('our messages have the shape of the samples', () => {
  const ours = octetsOf('GetDomainInfo').toString();
  expect(ours).toContain(
    `<s:Body><GetDomainInfo xmlns="${delegationNamespace}"><appId>${appId}</appId><domainName>contoso.test</domainName></GetDomainInfo></s:Body>`,
  );
  expect(ours).toContain(
    `<DomainOwnershipProofHeader xmlns="${delegationNamespace}"><Domain>contoso.test</Domain><HashAlgorithm>SHA-512</HashAlgorithm><Signature>AAAA</Signature></DomainOwnershipProofHeader>`,
  );
  expect(ours).not.toContain('addressing');
  expect(writeDelegationResult(soapNamespace, 'GetDomainInfo', results.GetDomainInfo)).toBe(
    `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="${soapNamespace}"><soap:Body><GetDomainInfoResponse xmlns="${delegationNamespace}"><GetDomainInfoResult><DomainName>contoso.test</DomainName><AppId>${appId}</AppId><DomainState>Active</DomainState></GetDomainInfoResult></GetDomainInfoResponse></soap:Body></soap:Envelope>`,
  );
  // MS-OXWSLVID 4.1.1, of version 1, whose answer has an AdminKey besides.
  expect(writeDelegationResult(soapNamespace, 'CreateAppId', results.CreateAppId)).toContain(
    `<CreateAppIdResponse xmlns="${delegationNamespace}"><CreateAppIdResult><AppId>0000000060000EB9</AppId></CreateAppIdResult></CreateAppIdResponse>`,
  );
});

test('elements that are left out are empty', () => {
  const text = sample(soapNamespace).replace(/<GetDomainInfo .*<\/GetDomainInfo>/, `<CreateAppId xmlns="${delegationNamespace}"/>`);
  const { request } = readDelegationCall(Buffer.from(text));
  expect(request).toEqual({ operation: 'CreateAppId', parameters: { uri: '', properties: [] } });
});

test.each<[string, string, (text: string) => string]>([
  ['another namespace', 'UnknownOperation', (text) => text.replaceAll('ManageDelegation2/V1.0', 'ManageDelegation/V1.0')],
  ['another operation', 'UnknownOperation', (text) => text.replaceAll('GetDomainInfo', 'DeleteAppId')],
  ['an inherited name', 'UnknownOperation', (text) => text.replaceAll('GetDomainInfo', 'toString')],
  [
    'two proofs',
    'MalformedRequest',
    (text) => text.replace('<soap:Header>', `<soap:Header>${`<DomainOwnershipProofHeader xmlns="${delegationNamespace}"/>`.repeat(2)}`),
  ],
  ['parameters of another operation', 'MalformedRequest', (text) => text.replaceAll('appId>', 'uri>')],
  ['a document type', 'MalformedMessage', (text) => text.replace('?>', '?><!DOCTYPE a>')],
  ['too many octets', 'MalformedMessage', (text) => text.replace('string', 'x'.repeat(300_000))],
  ['too deep a tree', 'MalformedMessage', (text) => text.replace('string', `${'<a>'.repeat(40)}${'</a>'.repeat(40)}`)],
  [
    'a header that must be understood',
    'HeaderNotUnderstood',
    (text) => text.replace('<soap:Header>', '<soap:Header><a soap:mustUnderstand=" true "/>'),
  ],
  ['no envelope', 'MalformedMessage', () => '<GetDomainInfo/>'],
  ['two bodies', 'MalformedMessage', (text) => text.replace('</soap:Body>', '</soap:Body><soap:Body><a/></soap:Body>')],
  [
    'two Security headers',
    'MalformedMessage',
    (text) => text.replace('<soap:Header>', `<soap:Header>${`<Security xmlns="${namespaces.wsse}"/>`.repeat(2)}`),
  ],
])('%s is refused as %s', (_name, code, spoil) => {
  for (const soap of [soapNamespace, soap12Namespace]) {
    const spoilt = spoil(sample(soap));
    expect(spoilt).not.toBe(sample(soap));
    expect(() => readDelegationCall(Buffer.from(spoilt))).toThrow(expect.objectContaining({ code }));
  }
});

test.each([soapNamespace, soap12Namespace])('a refusal tells that the message was in %s', (soap) => {
  for (const spoilt of [sample(soap).replaceAll('GetDomainInfo', 'DeleteAppId'), sample(soap).replaceAll('appId>', 'uri>')]) {
    expect(() => readDelegationCall(Buffer.from(spoilt))).toThrow(expect.objectContaining({ values: { soap } }));
  }
});

test('an envelope of neither version of SOAP is refused', () => {
  expect(() => readDelegationCall(Buffer.from(sample('urn:soap')))).toThrow(
    expect.objectContaining({ code: 'MalformedMessage', values: { soap: soapNamespace } }),
  );
});

describe('the client', () => {
  const call = (): ManageDelegationCall<'AddUri'> => ({
    operation: 'AddUri',
    parameters: parameters.AddUri,
    proof: { domain: 'contoso.test', signature: 'AAAA' },
    certificate: caller.certificate,
    privateKey: caller.privateKey,
    at: now,
  });
  const asked = async (status: number, body: string) => {
    const seen: { url?: string; headers?: Readonly<Record<string, string>>; body?: string } = {};
    const dialer = {
      async https({
        url,
        headers = {},
        body: sent = '',
      }: {
        url: string;
        headers?: Readonly<Record<string, string>>;
        body?: string | Uint8Array | undefined;
      }) {
        Object.assign(seen, { url, headers, body: sent.toString() });
        return { status, headers: {}, body: Buffer.from(body) };
      },
    };
    const result = await callManageDelegation(dialer, 'https://domains.live.test/service/managedelegation2.asmx', call(), {
      service: 'test',
    });
    return { result, seen };
  };

  test('names the operation in SOAPAction and sends the proof', async () => {
    const { result, seen } = await asked(200, writeDelegationResult(soapNamespace, 'AddUri', {}));
    expect(result).toEqual({ is: 'answer', result: {} });
    expect(seen.headers?.['soapaction']).toBe(`"${delegationNamespace}/AddUri"`);
    expect(seen.body).toContain('<HashAlgorithm>SHA-512</HashAlgorithm>');
  });

  test('tells a fault by its code and number', async () => {
    const { result } = await asked(500, writeDelegationFault(soapNamespace, 'DomainNotReserved', 'Reserve it.'));
    expect(result).toEqual({
      is: 'fault',
      code: 'DomainNotReserved',
      number: domainErrorNumber('DomainNotReserved'),
      message: 'Reserve it.',
    });
  });

  test.each<[string, number, string]>([
    ['a page', 503, '<html><body>Service Unavailable</body></html>'],
    ['no XML', 200, 'hello'],
    ['an answer of another operation', 200, writeDelegationResult(soapNamespace, 'RemoveUri', {})],
    ['an answer with a status of failure', 500, writeDelegationResult(soapNamespace, 'AddUri', {})],
    ['a fault without a code', 500, writeDelegationFault(soapNamespace, 'InternalError', 'x').replace('9001', '')],
  ])('takes %s for what it is', async (_name, status, body) => {
    expect((await asked(status, body)).result).toMatchObject({ is: 'http', status });
  });
});
