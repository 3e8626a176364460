import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseGuid } from '../../../shared/kernel/ids.ts';
import {
  cookieIn,
  decodeDatabaseCookie,
  decodeServerCookie,
  encodeDatabaseCookie,
  encodeServerCookie,
  serverVersionNumber,
} from '../../../shared/protocols/ews/affinity-cookies.ts';

test('the cookie of the documentation is read, and its number is the version that stands beside it', () => {
  const server = 'CO1PR06MB222.namprd06.prod.outlook.com';
  expect(decodeServerCookie(`${server}~1941996295`)).toEqual({ server, version: 1_941_996_295 });
  expect(serverVersionNumber({ major: 15, minor: 0, majorBuild: 775 })).toBe(1_941_996_295);
  expect(encodeServerCookie({ server, version: 1_941_996_295 })).toBe(`${server}~1941996295`);
});

test.each(['', '~1', 'EX', 'EX~', 'EX~x', 'EX~12345678901', 'EX 1~1', '.EX~1', 'EX.~1', '-~1', `${'x'.repeat(1_100)}~1`])(
  '%s names no server',
  (value) => {
    expect(decodeServerCookie(value)).toBeUndefined();
  },
);

test('what is written of a database is read back', () => {
  const identity = fc.constantFrom('mary@contoso.test', 'S-1-5-21-46962994-2066588249-799565096-500', "o'neill@contoso.test");
  const forest = fc.constantFrom('', 'contoso.test');
  const seconds = fc.integer({ min: 0, max: 4_102_444_799 });
  fc.assert(
    fc.property(identity, fc.uuid(), forest, seconds, (identity, guid, forest, at) => {
      const database = parseGuid(guid);
      if (database === undefined) throw new Error(guid);
      const cookie = { identity, database, forest, expires: at * 1_000 };
      expect(decodeDatabaseCookie(encodeDatabaseCookie(cookie))).toEqual(cookie);
    }),
  );
});

test('a cookie that a server has set is read', () => {
  // Its text: Database~4a4f2434-daf6-4a0f-812a-d6bddeb20130~contoso.test~2015-01-11T13:20:50, all bits turned round.
  const text = 'Database~4a4f2434-daf6-4a0f-812a-d6bddeb20130~contoso.test~2015-01-11T13:20:50';
  const coded = Buffer.from([...Buffer.from(text)].map((octet) => 255 - octet)).toString('base64');
  expect(coded.slice(0, 12)).toBe('u56Lnp2ejJqB');
  expect(decodeDatabaseCookie(`a@b.test=${coded}`)).toEqual({
    identity: 'a@b.test',
    database: '4a4f2434-daf6-4a0f-812a-d6bddeb20130',
    forest: 'contoso.test',
    expires: Date.parse('2015-01-11T13:20:50Z'),
  });
});

test('whatever comes is read or is none', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ unit: 'binary' }), (identity, noise) => {
      for (const value of [noise, `${identity}=${noise}`, `${identity}=${Buffer.from(noise).toString('base64')}`]) {
        expect(decodeDatabaseCookie(value)).toBeUndefined();
        decodeServerCookie(value);
      }
    }),
  );
  expect(decodeDatabaseCookie(`a=${'A'.repeat(2_000)}`)).toBeUndefined();
});

test('a cookie is found by its name, in any case, among others', () => {
  const header = 'exchangecookie=1; X-BackEndCookie=mary@contoso.test=u5==;x-backendoverridecookie=EX~1';
  expect(cookieIn(header, 'X-BackEndCookie')).toBe('mary@contoso.test=u5==');
  expect(cookieIn(header, 'X-BackEndOverrideCookie')).toBe('EX~1');
  expect(cookieIn(header, 'cookie')).toBeUndefined();
  expect(cookieIn('', 'cookie')).toBeUndefined();
});
