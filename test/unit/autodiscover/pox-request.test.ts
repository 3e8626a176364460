import { describe, expect, test } from 'vitest';
import { decodePoxRequest } from '../../../shared/protocols/autodiscover/pox-request.ts';
import { SchemaError } from '../../../shared/xml/errors.ts';
import { parseXml } from '../../../shared/xml/parse.ts';

const outlook = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006';
const wanted = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a';
const read = (xml: string) => decodePoxRequest(parseXml(xml));

describe('a request in plain XML', () => {
  test('may name an address, with white space around it and elements that nobody knows', () => {
    const request = `<Autodiscover xmlns="${outlook}"><Request><Later/>
      <AcceptableResponseSchema> ${wanted} </AcceptableResponseSchema>
      <EMailAddress>
        mary@contoso.test
      </EMailAddress></Request></Autodiscover>`;
    expect(read(request)).toEqual({
      schema: 'outlook',
      emailAddress: 'mary@contoso.test',
      legacyDn: undefined,
      acceptableResponseSchema: wanted,
    });
  });

  test('may name a legacy DN, under any prefix', () => {
    const request = `<a:Autodiscover xmlns:a="${outlook}"><a:Request><a:LegacyDN>/o=Contoso/cn=mary</a:LegacyDN><a:AcceptableResponseSchema>${wanted}</a:AcceptableResponseSchema></a:Request></a:Autodiscover>`;
    expect(read(request)).toMatchObject({ schema: 'outlook', emailAddress: undefined, legacyDn: '/o=Contoso/cn=mary' });
  });

  test('is recognised when it comes from a device, or from nowhere known', () => {
    const mobile = 'http://schemas.microsoft.com/exchange/autodiscover/mobilesync/requestschema/2006';
    expect(read(`<Autodiscover xmlns="${mobile}"><Request/></Autodiscover>`)).toEqual({ schema: 'mobilesync' });
    expect(read('<Autodiscover xmlns="urn:else"/>')).toEqual({ schema: 'unknown', namespace: 'urn:else' });
  });

  test.each([
    ['another root', `<Other xmlns="${outlook}"/>`],
    ['no Request', `<Autodiscover xmlns="${outlook}"/>`],
    ['a Request in another namespace', `<Autodiscover xmlns="${outlook}"><Request xmlns="urn:else"/></Autodiscover>`],
    [
      'no address',
      `<Autodiscover xmlns="${outlook}"><Request><AcceptableResponseSchema>${wanted}</AcceptableResponseSchema></Request></Autodiscover>`,
    ],
    [
      'an empty address',
      `<Autodiscover xmlns="${outlook}"><Request><EMailAddress> </EMailAddress><AcceptableResponseSchema>${wanted}</AcceptableResponseSchema></Request></Autodiscover>`,
    ],
    ['no response schema', `<Autodiscover xmlns="${outlook}"><Request><EMailAddress>a@b.test</EMailAddress></Request></Autodiscover>`],
  ])('with %s is not one', (_, xml) => {
    expect(() => read(xml)).toThrow(SchemaError);
  });
});
