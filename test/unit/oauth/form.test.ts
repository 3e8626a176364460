import { describe, expect, test } from 'vitest';
import { readForm } from '../../../shared/protocols/oauth/form.ts';

const read = (text: string | undefined): unknown => {
  const form = readForm(text === undefined ? undefined : Buffer.from(text, 'latin1'));
  return 'problem' in form ? form.problem : Object.fromEntries(form);
};

describe('readForm', () => {
  test.each<[string, string | undefined, unknown]>([
    ['no body', undefined, {}],
    ['an empty body', '', {}],
    [
      'a request for a token',
      'grant_type=client_credentials&scope=https%3A%2F%2Foutlook.office365.test%2F.default',
      {
        grant_type: 'client_credentials',
        scope: 'https://outlook.office365.test/.default',
      },
    ],
    ['blanks, signs and letters', 'a=b+c%20d%2B&%C3%A9=%f0%9f%98%80', { a: 'b c d+', é: '😀' }],
    ['octets that nobody escaped', 'a=\u00c3\u00a9', { a: 'é' }],
    ['names without value, values with signs', 'a&b=&c==d', { a: '', b: '', c: '=d' }],
    ['pieces with nothing in them', '&a=1&&b=2&', { a: '1', b: '2' }],
    ['a name in two cases', 'Scope=a&scope=b', { Scope: 'a', scope: 'b' }],
    ['names that objects have', 'constructor=1&toString=2', { constructor: '1', toString: '2' }],
    ['a parameter twice', 'a=1&b=2&a=1', "The parameter 'a' stands twice."],
    ['a parameter twice, spelled twice', 'ab=1&%61b=2', "The parameter 'ab' stands twice."],
    ['a long odd name twice', `${'%0D'.repeat(80)}&${'%0D'.repeat(80)}`, `The parameter '${'?'.repeat(64)}' stands twice.`],
    ['half an escape', 'a=%4', 'The body is not form-encoded UTF-8.'],
    ['an escape of nothing', 'a=%zz', 'The body is not form-encoded UTF-8.'],
    ['octets that are not UTF-8', 'a=%C0%80', 'The body is not form-encoded UTF-8.'],
    [
      'more than 200 parameters',
      Array.from({ length: 201 }, (_, index) => `p${index}=`).join('&'),
      'The body has more than 200 parameters.',
    ],
    ['more than 1 MiB', `a=${'x'.repeat(1024 * 1024)}`, 'The body is larger than 1048576 octets.'],
  ])('%s', (_, body, expected) => {
    expect(read(body)).toEqual(expected);
  });

  test('200 parameters and 1 MiB are taken', () => {
    const form = readForm(Buffer.from(Array.from({ length: 200 }, (_, index) => `p${index}=`).join('&')));
    expect('problem' in form ? 0 : form.size).toBe(200);
    expect(readForm(Buffer.from(`a=${'x'.repeat(1024 * 1024 - 2)}`))).toHaveProperty('size', 1);
  });
});
