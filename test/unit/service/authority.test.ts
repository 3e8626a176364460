import { expect, test } from 'vitest';
import { parseAuthority } from '../../../shared/service/authority.ts';

test.each([
  ['mail.contoso.test', { host: 'mail.contoso.test', port: undefined }],
  ['MAIL.contoso.test.:4443', { host: 'mail.contoso.test', port: 4443 }],
  ['localhost:0', { host: 'localhost', port: 0 }],
  ['127.0.0.1:443', { host: '127.0.0.1', port: 443 }],
  ['[::1]:4443', { host: '::1', port: 4443 }],
  ['[::1]', { host: '::1', port: undefined }],
  ['host_name', { host: 'host_name', port: undefined }],
  ['', undefined],
  [undefined, undefined],
  ['mail.contoso.test:', undefined],
  ['mail.contoso.test:65536', undefined],
  ['mail.contoso.test:x', undefined],
  ['::1', undefined],
  ['mail.contoso.test/owa', undefined],
  ['mary@mail.contoso.test', undefined],
  ['mail.contoso.test, other.test', undefined],
  [`${'a'.repeat(256)}`, undefined],
])('%s', (text, expected) => {
  expect(parseAuthority(text)).toEqual(expected);
});
