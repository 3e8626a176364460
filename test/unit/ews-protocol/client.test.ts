import { describe, expect, test } from 'vitest';
import type { HttpsAnswer, HttpsCall } from '../../../shared/net/dialer.ts';
import { type CallOptions, type Credentials, call } from '../../../shared/protocols/ews/client.ts';
import { contracts } from '../../../shared/protocols/ews/contract.ts';
import { writeFault, writeResponse } from '../../../shared/protocols/ews/envelope.ts';
import { ewsFault } from '../../../shared/protocols/ews/fault.ts';
import { readRequestHeader } from '../../../shared/protocols/ews/request-header.ts';
import { openEnvelope } from '../../../shared/protocols/soap/envelope.ts';
import { parseXml } from '../../../shared/xml/parse.ts';

const url = 'https://outlook.office365.test/EWS/Exchange.asmx';
const request = { FolderShape: { BaseShape: 'IdOnly' }, FolderIds: [{ is: 'DistinguishedFolderId', value: { Id: 'inbox' } }] } as const;
const options: CallOptions = { version: 'Exchange2013_SP1', service: 'ews', timeoutMs: 1000, maxBytes: 1000 };
const version = { major: 15, minor: 20, majorBuild: 1, minorBuild: 0, schema: 'V2018_01_08' };

function answering(status: number, body: string, headers: HttpsAnswer['headers'] = {}) {
  const calls: HttpsCall[] = [];
  const https = (asked: HttpsCall): Promise<HttpsAnswer> => {
    calls.push(asked);
    return Promise.resolve({ status, headers, body: Buffer.from(body) });
  };
  const ask = (credentials: Credentials = { is: 'anonymous' }, more: Partial<CallOptions> = {}) =>
    call({ https }, url, credentials, contracts.GetFolder, request, { ...options, ...more });
  return { calls, ask };
}

describe('call', () => {
  test('sends what the service decodes', async () => {
    const { calls, ask } = answering(200, writeResponse(contracts.GetFolder, [{ class: 'Success', Folders: [] }], version));
    const result = await ask(
      { is: 'basic', userName: 'CONTOSO\\mary', password: 'pä:ss' },
      { impersonation: { by: 'PrimarySmtpAddress', value: 'rob@contoso.test' }, anchorMailbox: 'rob@contoso.test' },
    );
    expect(result).toEqual({ is: 'answer', response: [{ class: 'Success', Folders: [] }] });
    const [sent] = calls;
    expect(sent).toMatchObject({ url, method: 'POST', service: 'ews', timeoutMs: 1000, maxBytes: 1000 });
    expect(sent?.headers).toEqual({
      'content-type': 'text/xml; charset=utf-8',
      accept: 'text/xml',
      authorization: `Basic ${Buffer.from('CONTOSO\\mary:pä:ss').toString('base64')}`,
      'x-anchormailbox': 'rob@contoso.test',
    });
    const { header, body } = openEnvelope(parseXml(String(sent?.body)));
    expect(readRequestHeader(header)).toEqual({
      version: 'Exchange2013_SP1',
      impersonation: { by: 'PrimarySmtpAddress', value: 'rob@contoso.test' },
      claimsToBeServer: false,
    });
    expect(contracts.GetFolder.request.decode(body)).toEqual(request);
  });

  test.each<[Credentials, string | undefined]>([
    [{ is: 'bearer', token: 'e30.e30.' }, 'Bearer e30.e30.'],
    [{ is: 'anonymous' }, undefined],
  ])('authenticates as $0.is', async (credentials, expected) => {
    const { calls, ask } = answering(401, '');
    await ask(credentials);
    expect(calls[0]?.headers?.['authorization']).toBe(expected);
  });

  test.each([
    ['a fault', 500, writeFault(ewsFault('ErrorServerBusy')), { is: 'fault', fault: { code: 'ErrorServerBusy' } }],
    ['refused credentials', 401, '<html>', { is: 'http', status: 401, headers: { 'x-ms-diagnostics': '2000005' } }],
    ['a page in the place of SOAP', 200, '<!DOCTYPE html><html></html>', { is: 'unreadable', status: 200 }],
    ['nothing', 500, '', { is: 'unreadable', status: 500 }],
    [
      'another answer',
      200,
      writeResponse(contracts.DeleteItem, [{ class: 'Success' }], version),
      { is: 'unreadable', detail: 'DeleteItemResponse instead of GetFolderResponse' },
    ],
    [
      'an answer that is none',
      200,
      writeResponse(contracts.GetFolder, [{ class: 'Success', Folders: [] }], version).replaceAll('m:Folders', 'm:Items'),
      { is: 'unreadable' },
    ],
  ])('tells %s', async (_, status, body, expected) => {
    expect(await answering(status, body, { 'x-ms-diagnostics': '2000005' }).ask()).toMatchObject(expected);
  });

  test('lets the refusals of the dialer pass', async () => {
    const https = () => Promise.reject(new Error('no such name'));
    await expect(call({ https }, url, { is: 'anonymous' }, contracts.GetFolder, request, options)).rejects.toThrow('no such name');
  });
});
