import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}

let lab: TestLab;
let url: string;
beforeAll(async () => {
  lab = await openTestLab();
  url = lab.endpoints.adminUrl;
});
afterAll(() => lab.close());

/** What stands in the place of what a path names, as it is in a world that has just begun. */
const named: Readonly<Record<string, string>> = {
  user: 'joe@contoso.test',
  id: 'spn-missing',
  mailbox: 'joe@contoso.test',
  kind: 'iis',
  org: 'contoso',
  organization: 'contoso',
};
/** Whose path names what there is not yet: the answer is a problem, as the document has it for everything else. */
const nothingYet = /^\/assets|\/(labs|items|faults|traces|worlds|snapshots|device-codes)\/\{/;

test('what can be read answers by the status and the type that the document promises', async () => {
  const document = (await (await fetch(`${url}/_coexist/openapi.json`)).json()) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  };
  const reading = Object.entries(document.paths).flatMap(([path, { get }]) => (get === undefined ? [] : [[path, get] as const]));
  expect(reading.length).toBeGreaterThan(20);
  for (const [path, { parameters = [], responses }] of reading) {
    // It goes on until somebody leaves.
    if (path.endsWith('/events')) continue;
    const target = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(named[name] ?? 'nothing'));
    const asked = parameters.filter((one) => one.in === 'query' && one.required).map(({ name }) => `${name}=${named[name] ?? '1'}`);
    const answer = await fetch(`${url}${target}${asked.length === 0 ? '' : `?${asked.join('&')}`}`);
    const type = (answer.headers.get('content-type') ?? '').split(';', 1)[0];
    const body = await answer.text();
    if (nothingYet.test(path)) {
      expect([path, answer.status < 500, type]).toEqual([path, true, 'application/problem+json']);
      continue;
    }
    const promised = responses[String(answer.status)];
    expect([path, answer.status, promised === undefined ? 'is not in the document' : 'is']).toEqual([path, answer.status, 'is']);
    expect([path, Object.keys(promised?.content ?? {})]).toEqual([path, [type]]);
    if (type === 'application/json') expect(() => void JSON.parse(body)).not.toThrow();
  }
});
