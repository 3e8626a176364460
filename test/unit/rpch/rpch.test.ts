import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRpcAddress, rpcProxyUrl } from '../../../shared/protocols/rpch/address.ts';
import { readDirectoryAnswer, readDirectoryRequest } from '../../../shared/protocols/rpch/directory.ts';
import { echoPacket, isEchoPacket } from '../../../shared/protocols/rpch/echo.ts';
import { rpcErrorPhrase, rpcErrors } from '../../../shared/protocols/rpch/rpc-error.ts';
import { createRpcHeads } from '../../../shared/service/rpc-heads.ts';

test('the echo packet is the RTS packet of MS-RPCH 2.2.4.48', () => {
  expect(echoPacket().toString('hex')).toBe('0500140310000000140000000000000040000000');
  expect(isEchoPacket(echoPacket())).toBe(true);
  expect(isEchoPacket(Buffer.from('hello'))).toBe(false);
});

test.each([
  ['EX07-01:6001', { server: 'EX07-01', port: 6001 }],
  ['11111111-1111-4111-8111-111111111111@contoso.test:6004', { server: '11111111-1111-4111-8111-111111111111@contoso.test', port: 6004 }],
  ['', undefined],
  ['EX07-01', undefined],
  ['EX07-01:', undefined],
  ['EX07-01:0', undefined],
  ['EX07-01:65536', undefined],
  ['a:b:1', undefined],
  [`${'a'.repeat(1_100)}:1`, undefined],
])('the address in %j', (query, expected) => {
  expect(readRpcAddress(query)).toEqual(expected);
});

test('an address and an error as they are written', () => {
  expect(rpcProxyUrl('mail.contoso.test', { server: 'EX07-01', port: 6004 })).toBe(
    'https://mail.contoso.test/rpc/rpcproxy.dll?EX07-01:6004',
  );
  expect(rpcErrorPhrase(rpcErrors.serverUnavailable)).toBe('RPC Error: 6ba');
});

test('heads are rewritten wherever a connection is cut, bodies are not', () => {
  const request = (method: string, body: string): string =>
    `${method} /x HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const one = fc.tuple(
    fc.constantFrom('RPC_IN_DATA', 'RPC_OUT_DATA', 'GET'),
    fc.constantFrom('', 'RPC_IN_DATA /y HTTP/1.1\r\n\r\n'),
    fc.constantFrom('', '\r\n', '\r\n\r\n'),
  );
  fc.assert(
    fc.property(
      fc.array(one, { maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }),
      (asked, cuts) => {
        const octets = Buffer.from(asked.map(([method, body, blank]) => blank + request(method, body)).join(''));
        const heads = createRpcHeads();
        const forwarded: Buffer[] = [];
        for (let at = 0, turn = 0; at < octets.length; turn += 1) {
          const size = cuts[turn % cuts.length] ?? 1;
          forwarded.push(heads.push(octets.subarray(at, at + size)));
          at += size;
        }
        const expected = asked.map(([method, body, blank]) => blank + request(method === 'GET' ? 'GET' : 'POST', body)).join('');
        expect(Buffer.concat(forwarded).toString()).toBe(expected);
        for (const [method] of asked) expect(heads.nextMethod()).toBe(method);
        expect(heads.nextMethod()).toBeUndefined();
      },
    ),
  );
});

test('nothing of a head is held back once its method is known, however long it gets', () => {
  const heads = createRpcHeads();
  expect(['RPC_IN', '_DATA', ' /x HT', 'TP/1.1\r\nA: '].map((part) => heads.push(Buffer.from(part)).toString())).toEqual([
    ...['', '', 'POST /x HT', 'TP/1.1\r\nA: '],
  ]);
  for (const part of ['b'.repeat(70_000), '\r\n\r\n', 'RPC_IN_DATA /y HTTP/1.1\r\n\r\n'])
    expect(heads.push(Buffer.from(part)).toString()).toBe(part);
});

const row = {
  ...{ guid: 'g', type: 'UserMailbox', displayName: 'Mary', alias: 'mary', legacyDn: '/o=x', primaryAddress: 'mary@contoso.test' },
  ...{ addresses: ['SMTP:mary@contoso.test'], targetAddress: null, members: [], details: { surname: 'M' } },
};
const octets = (value: unknown): Buffer => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

test('the directory in place of NSPI is read back as it was written, and nothing else is', () => {
  const answer = { serverVersion: '8.3.83.6', rows: [row], isComplete: true };
  expect(readDirectoryAnswer(octets(answer))).toEqual(answer);
  expect(readDirectoryAnswer(octets({ ...answer, error: 'AccessDenied' }))).toEqual({ ...answer, error: 'AccessDenied' });
  for (const broken of [
    '',
    '[]',
    '{}',
    { ...answer, rows: [{ ...row, guid: 1 }] },
    { ...answer, rows: [null] },
    { ...answer, error: 'Other' },
  ])
    expect(() => readDirectoryAnswer(octets(broken))).toThrow(expect.objectContaining({ code: 'DirectoryUnreadable' }));
});

test.each([
  [{ operation: 'QueryRows', after: null }, true],
  [{ operation: 'QueryRows', after: 'g' }, true],
  [{ operation: 'QueryRows' }, false],
  [{ operation: 'ModProps', address: 'mary@contoso.test', targetAddress: null }, true],
  [{ operation: 'ModProps', targetAddress: null }, false],
  [{ operation: 'Bind' }, false],
  ['no JSON', false],
])('%j is a request of it: %s', (written, isOne) => {
  expect(readDirectoryRequest(octets(written))).toEqual(isOne ? written : undefined);
});
