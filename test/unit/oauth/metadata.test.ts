import { beforeAll, describe, expect, test } from 'vitest';
import type { Refusal } from '../../../shared/kernel/refusal.ts';
import { thumbprints } from '../../../shared/protocols/oauth/jwt.ts';
import {
  type AuthMetadata,
  readAuthMetadata,
  readFederationMetadata,
  writeAuthMetadata,
  writeFederationMetadata,
} from '../../../shared/protocols/oauth/metadata.ts';
import { selfSigned } from './self-signed.ts';

const acs = '00000001-0000-0000-c000-000000000000';
const realm = '8f3e7716-2011-43e4-96b1-aba62d229136';
let keys: AuthMetadata['keys'];
let metadata: AuthMetadata;
beforeAll(async () => {
  const certificates = [(await selfSigned()).certificate, (await selfSigned()).certificate];
  keys = certificates.map((certificate) => ({ certificate, x5t: thumbprints(certificate).x5t }));
  metadata = {
    issuer: `${acs}@${realm}`,
    realm,
    serviceName: acs,
    name: 'accounts.accesscontrol.windows.net',
    allowedAudiences: [`${acs}/accounts.accesscontrol.windows.net@${realm}`],
    keys,
    endpoints: [{ location: `https://accounts.accesscontrol.test/${realm}/tokens/OAuth/2`, protocol: 'OAuth2', usage: 'issuance' }],
  };
});

const detailOf = (work: () => unknown): string => {
  try {
    work();
    return 'none';
  } catch (error) {
    const { code, detail } = error as Refusal;
    return `${code}: ${detail}`;
  }
};

describe('metadata of an issuer', () => {
  test.each(['acs', 'exchange'] as const)('is read as it is written, spelled as by %s', (spelling) => {
    expect(readAuthMetadata(writeAuthMetadata(metadata, spelling))).toEqual(metadata);
  });

  // keyInfo and keyValue at ACS (MS-SPS2SAUTH), keyinfo and keyvalue at Exchange (not published).
  test('has the members of either', () => {
    const [first] = keys;
    const key = (info: string, value: string): object => ({
      usage: 'signing',
      [info]: { x5t: first?.x5t },
      [value]: { type: 'x509Certificate', value: first?.certificate },
    });
    const whole = { id: '_guid', version: '1.0', ...metadata };
    expect(JSON.parse(writeAuthMetadata({ ...metadata, keys: keys.slice(0, 1) }, 'acs'))).toEqual({
      ...whole,
      keys: [key('keyInfo', 'keyValue')],
    });
    expect(JSON.parse(writeAuthMetadata({ ...metadata, keys: keys.slice(0, 1) }, 'exchange'))).toEqual({
      ...whole,
      keys: [key('keyinfo', 'keyvalue')],
    });
  });

  test('tells of keys and endpoints alone where ACS is asked without a realm', () => {
    const anybody = { ...metadata, issuer: '', realm: '', serviceName: '', name: '', allowedAudiences: [] };
    const written = writeAuthMetadata({ ...metadata, realm: '' }, 'acs');
    expect(Object.keys(JSON.parse(written) as object)).toEqual(['keys', 'endpoints']);
    expect(written).not.toContain('x5t');
    expect(readAuthMetadata(written)).toEqual(anybody);
    expect(JSON.parse(writeAuthMetadata({ ...metadata, realm: '' }, 'exchange'))).toHaveProperty('serviceName', acs);
  });

  test('is read in any case, for signing keys only, thumbprints from the certificates', () => {
    const [first, second] = keys;
    const text = JSON.stringify({
      ISSUER: 'a@b',
      Keys: [
        { Usage: 'Signing', KEYINFO: { x5t: 'wrong' }, keyVALUE: { Type: 'x509Certificate', VALUE: first?.certificate } },
        { usage: 'encryption', keyValue: { value: second?.certificate } },
        { usage: 'signing', keyValue: { type: 'symmetric' } },
        'no key',
      ],
      allowedaudiences: 'no list',
    });
    expect(readAuthMetadata(text)).toEqual({
      issuer: 'a@b',
      realm: '',
      serviceName: '',
      name: '',
      allowedAudiences: [],
      keys: [first],
      endpoints: [],
    });
  });

  test.each<[string, string, string]>([
    ['nothing', '', 'The document is not JSON.'],
    ['a page', '<html></html>', 'The document is not JSON.'],
    ['half of it', '{"keys":[{', 'The document is not JSON.'],
    ['null', 'null', 'The document has no signing key.'],
    ['no keys', '{"issuer":"a@b"}', 'The document has no signing key.'],
    ['keys that are none', '{"keys":[1,null,{"keyValue":[]}]}', 'The document has no signing key.'],
    ['no certificate', '{"keys":[{"keyValue":{"value":"bm8="}}]}', 'The document has a certificate that cannot be read.'],
    ['too much', ' '.repeat(1024 * 1024 + 1), 'The document is too long.'],
  ])('refuses %s', (_, text, detail) => {
    expect(detailOf(() => readAuthMetadata(text))).toBe(`MalformedMetadata: ${detail}`);
  });
});

describe('federation metadata', () => {
  const entityId = `https://sts.windows.net/${realm}/`;
  const passiveEndpoint = `https://login.microsoftonline.test/${realm}/wsfed`;
  const written = (): string => writeFederationMetadata({ entityId, passiveEndpoint, keys });

  test('is read as it is written', () => {
    expect(readFederationMetadata(written())).toEqual({
      issuer: entityId,
      keys,
      authorizationEndpoint: `https://login.microsoftonline.test/${realm}/oauth2/authorize`,
    });
  });

  test('looks as Entra writes it', () => {
    const [start] = written().split('<KeyDescriptor');
    expect(start).toBe(
      `<?xml version="1.0" encoding="utf-8"?><EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}"><RoleDescriptor xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:fed="http://docs.oasis-open.org/wsfed/federation/200706" xsi:type="fed:SecurityTokenServiceType" protocolSupportEnumeration="http://docs.oasis-open.org/wsfed/federation/200706">`,
    );
    expect(written()).toContain(
      '<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>',
    );
    expect(written()).toContain(
      `<fed:PassiveRequestorEndpoint><wsa:EndpointReference xmlns:wsa="http://www.w3.org/2005/08/addressing"><wsa:Address>${passiveEndpoint}</wsa:Address></wsa:EndpointReference></fed:PassiveRequestorEndpoint>`,
    );
  });

  /** A document as a service of today writes it: signed, keys in several roles and in lines, one key for encryption. */
  const document = (roles: string): string =>
    `<m:EntityDescriptor ID="_1" entityID="${entityId}" xmlns:m="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:d="http://www.w3.org/2000/09/xmldsig#"><d:Signature><d:KeyInfo><d:X509Data><d:X509Certificate>bm8=</d:X509Certificate></d:X509Data></d:KeyInfo></d:Signature>${roles}</m:EntityDescriptor>`;
  const descriptor = (certificate: string, use: string): string =>
    `<m:KeyDescriptor ${use}><d:KeyInfo><d:X509Data><d:X509Certificate>${certificate}</d:X509Certificate></d:X509Data></d:KeyInfo></m:KeyDescriptor>`;

  test('is read with what surrounds it', () => {
    const [first, second] = keys.map(({ certificate }) => certificate);
    const lines = first?.replace(/.{64}/g, '$&\r\n') ?? '';
    const roles = `<m:RoleDescriptor>${descriptor(lines, 'use="signing"')}${descriptor(second ?? '', 'use="encryption"')}</m:RoleDescriptor><m:IDPSSODescriptor>${descriptor(first ?? '', '')}</m:IDPSSODescriptor>`;
    expect(readFederationMetadata(document(roles))).toEqual({ issuer: entityId, keys: keys.slice(0, 1) });
  });

  test.each<[string, string, string]>([
    ['nothing', '', 'The document is not XML.'],
    ['JSON', '{}', 'The document is not XML.'],
    ['a document type', '<!DOCTYPE a><a/>', 'The document is not XML.'],
    ['a page', '<html/>', 'The document describes no entity.'],
    ['an entity without name', '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata"/>', 'The document describes no entity.'],
    ['no role', document(''), 'The document has no signing key.'],
    ['an empty key', document('<m:RoleDescriptor><m:KeyDescriptor/></m:RoleDescriptor>'), 'The document has no signing key.'],
    [
      'no certificate',
      document(`<m:RoleDescriptor>${descriptor('bm8=', '')}</m:RoleDescriptor>`),
      'The document has a certificate that cannot be read.',
    ],
  ])('refuses %s', (_, text, detail) => {
    expect(detailOf(() => readFederationMetadata(text))).toBe(`MalformedMetadata: ${detail}`);
  });
});
