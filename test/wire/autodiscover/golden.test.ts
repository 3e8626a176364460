import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { elements, type XmlElement } from '../../../shared/xml/element.ts';
import { parseXml } from '../../../shared/xml/parse.ts';
import { writeXml } from '../../../shared/xml/write.ts';
import { type AutodiscoverLab, type Call, openAutodiscoverLab } from './lab.ts';

/**
 * One folder per operation, one folder per case inside: `request.xml` is sent as it is, `call.json` says whom it is sent
 * to where that is not contoso, `response.xml` is the whole answer, indented, ports renamed to the organisation that has
 * them. COEXIST_RECORD=1 writes what is missing.
 */
const here = import.meta.dirname;
const paths: Readonly<Record<string, string>> = {
  pox: '/autodiscover/autodiscover.xml',
  'get-user-settings': '/autodiscover/autodiscover.svc',
  'get-domain-settings': '/autodiscover/autodiscover.svc',
  'get-federation-information': '/autodiscover/autodiscover.svc',
};
const cases = Object.keys(paths).flatMap((operation) =>
  readdirSync(join(here, operation)).map((name) => ({ operation, name, folder: join(here, operation, name) })),
);

let lab: AutodiscoverLab;
beforeAll(async () => {
  lab = await openAutodiscoverLab();
});
afterAll(() => lab.close());

test.each(cases)('$operation: $name', async ({ operation, folder }) => {
  const callFile = join(folder, 'call.json');
  const call = existsSync(callFile) ? (JSON.parse(readFileSync(callFile, 'utf8')) as Partial<Call>) : {};
  const answer = await lab.ask({
    path: paths[operation] ?? '',
    body: readFileSync(join(folder, 'request.xml')),
    ...call,
    headers: { 'content-type': 'text/xml; charset=utf-8', ...call.headers },
  });
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toBe('text/xml; charset=utf-8');
  expect(answer.text).toMatch(/^<\?xml version="1\.0" encoding="utf-8"\?>/);
  // The Managed API compares types with their bare names: the body's namespace has to be the default one.
  if (operation !== 'pox') expect(answer.text).toMatch(/<s:Body xmlns:i="[^"]+"><Get\w+ResponseMessage xmlns="[^"]+"><Response>/);
  const expected = join(folder, 'response.xml');
  const got = normalise(answer.text);
  if (!existsSync(expected)) {
    if (process.env['COEXIST_RECORD'] !== '1') throw new Error(`${expected} is missing: record it with COEXIST_RECORD=1 and read it`);
    writeFileSync(expected, got);
  }
  expect(got).toBe(readFileSync(expected, 'utf8'));
});

const prefixes = {
  'http://schemas.xmlsoap.org/soap/envelope/': 's',
  'http://www.w3.org/2005/08/addressing': 'a',
  'http://www.w3.org/2001/XMLSchema-instance': 'i',
  'http://schemas.microsoft.com/exchange/2010/Autodiscover': '',
  'http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006': '',
  'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a': '',
};

function normalise(xml: string): string {
  const spaced = (node: XmlElement, depth: number): XmlElement => {
    if (elements(node).length === 0) return node;
    const pad = `\n${'  '.repeat(depth + 1)}`;
    const children = elements(node).flatMap((part) => [pad, spaced(part, depth + 1)]);
    return { ...node, children: [...children, `\n${'  '.repeat(depth)}`] };
  };
  let text = `${writeXml(spaced(parseXml(xml), 0), { prefixes })}\n`;
  for (const [organization, port] of Object.entries(lab.ports)) text = text.replaceAll(`:${port}`, `:{${organization}}`);
  return text;
}
