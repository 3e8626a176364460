import { expect, test } from 'vitest';
import { type ResponseCode, responseCodes } from '../../shared/protocols/ews/response-codes.ts';
import { parseSource, projectFiles, readText } from './source.ts';
import { unansweredCodes } from './unanswered-codes.ts';

/** Code that answers EWS, and tests that hold it to what it answers on the wire. */
const answering = /^(services\/ews|shared\/bridges|shared\/protocols\/ews)\/.*\.ts$/;
const holding = /^test\/(wire|clients|contracts)\/.*\.ts$/;
const golden = /^test\/wire\/ews\/.*\/response\.xml$/;
/** The list itself says all of them and answers none. */
const catalogue = 'shared/protocols/ews/response-codes.ts';

const known: ReadonlySet<string> = new Set(responseCodes);

/** The codes that stand in a module as texts of their own; what comments, types and sentences mention does not count. */
function codesSaid(path: string, text: string): readonly ResponseCode[] {
  const found: ResponseCode[] = [];
  const look = (node: unknown): void => {
    if (Array.isArray(node)) for (const one of node) look(one);
    else if (typeof node === 'object' && node !== null) {
      const { type, value } = node as { type?: unknown; value?: unknown };
      if (type === 'TSLiteralType') return;
      if (type === 'Literal' && typeof value === 'string' && isError(value)) found.push(value);
      for (const part of Object.values(node)) look(part);
    }
  };
  look(parseSource(path, text).program);
  return found;
}

/** The codes that a golden answer has. */
function codesAnswered(text: string): readonly ResponseCode[] {
  return [...text.matchAll(/<(?:\w+:)?ResponseCode[^>]*>(\w+)</g)].map(([, code = '']) => code).filter(isError);
}

function isError(text: string): text is ResponseCode {
  return text !== 'NoError' && known.has(text);
}

test('every code that EWS answers is expected by a test on the wire', () => {
  const files = projectFiles();
  const answered = files.filter((path) => answering.test(path) && path !== catalogue).flatMap((path) => codesSaid(path, readText(path)));
  const held = new Set([
    ...files.filter((path) => holding.test(path)).flatMap((path) => codesSaid(path, readText(path))),
    ...files.filter((path) => golden.test(path)).flatMap((path) => codesAnswered(readText(path))),
  ]);
  expect(answered).toContain('ErrorItemNotFound');
  expect([...new Set(answered)].filter((code) => !held.has(code)).sort()).toEqual([]);
});

test('every code of the catalogue is answered, or there is a reason why not', () => {
  const files = projectFiles().filter((path) => answering.test(path) && path !== catalogue);
  const answered = new Set(files.flatMap((path) => codesSaid(path, readText(path))));
  const explained = Object.values(unansweredCodes).flat();
  expect(responseCodes.filter((code) => code !== 'NoError' && !answered.has(code)).sort()).toEqual([...explained].sort());
});

test.each([
  [`throw ewsRefusal('ErrorItemNotFound');`, ['ErrorItemNotFound']],
  [`const codes = { gone: 'ErrorItemNotFound', free: 'NoError' };`, ['ErrorItemNotFound']],
  [`// 'ErrorItemNotFound'\nconst a = 1;`, []],
  [`const a = 'it answers ErrorItemNotFound';`, []],
  [`type Refused = 'ErrorItemNotFound';`, []],
  [`const a = 'ErrorNobodyKnows';`, []],
])('codes in %s', (text, codes) => {
  expect(codesSaid('test/wire/planted.ts', text)).toEqual(codes);
});

test('codes in a golden answer', () => {
  expect(codesAnswered('<m:ResponseCode>ErrorItemNotFound</m:ResponseCode><m:ResponseCode>NoError</m:ResponseCode>')).toEqual([
    'ErrorItemNotFound',
  ]);
  expect(codesAnswered('<m:MessageText>ErrorItemNotFound</m:MessageText>')).toEqual([]);
});
