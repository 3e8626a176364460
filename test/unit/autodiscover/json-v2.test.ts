import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeJsonV2Request, encodeJsonV2Redirect } from '../../../shared/protocols/autodiscover/json-v2.ts';

describe('a v2 request', () => {
  test.each([
    [
      '/autodiscover/autodiscover.json/v1.0/mary@contoso.test?Protocol=EWS',
      { email: 'mary@contoso.test', protocol: 'EWS', redirectCount: 0 },
    ],
    [
      '/Autodiscover/AutoDiscover.JSON/V1.0/mary%40contoso.test?protocol=ews',
      { email: 'mary@contoso.test', protocol: 'ews', redirectCount: 0 },
    ],
    [
      '/autodiscover/autodiscover.json?Email=mary%40contoso.test&Protocol=EWS&RedirectCount=3',
      { email: 'mary@contoso.test', protocol: 'EWS', redirectCount: 3 },
    ],
    ['/autodiscover/autodiscover.json/v1.0/a@b.test?Email=c@d.test&Protocol=EWS', { email: 'a@b.test', protocol: 'EWS', redirectCount: 0 }],
    ['/autodiscover/autodiscover.json?Protocol=EWS&Protocol=Other', { email: undefined, protocol: 'EWS', redirectCount: 0 }],
    ['/autodiscover/autodiscover.json?Email=&Protocol=%20&RedirectCount=-1', { email: undefined, protocol: undefined, redirectCount: 0 }],
    ['/autodiscover/autodiscover.json/v1.0/%E0%A4%A?RedirectCount=99999999', { email: '%E0%A4%A', protocol: undefined, redirectCount: 0 }],
    ['/autodiscover/autodiscover.json', { email: undefined, protocol: undefined, redirectCount: 0 }],
  ])('%s', (target, request) => {
    expect(decodeJsonV2Request(target)).toEqual(request);
  });

  test('that is sent on says the same once more and counts', () => {
    fc.assert(
      fc.property(fc.emailAddress(), fc.stringMatching(/^[A-Za-z0-9]{1,20}$/), fc.nat({ max: 900 }), (email, protocol, redirectCount) => {
        const location = new URL(
          encodeJsonV2Redirect('https://other.test/autodiscover/autodiscover.json', { email, protocol, redirectCount }),
        );
        expect(decodeJsonV2Request(location.pathname + location.search)).toEqual({ email, protocol, redirectCount: redirectCount + 1 });
      }),
    );
  });
});
