import { expect, test } from 'vitest';
import { operations } from '../../services/ews/operations/index.ts';
import { contracts, NOT_IMPLEMENTED } from '../../shared/protocols/ews/contract.ts';
import { projectFiles } from './source.ts';

/** The four places an EWS operation lives in; a name that stands in one must stand in the others. */
interface Places {
  readonly contracts: readonly string[];
  readonly operations: readonly string[];
  readonly notImplemented: readonly string[];
  readonly files: readonly string[];
}

function parityViolations({ contracts, operations, notImplemented, files }: Places): readonly string[] {
  const contract = 'shared/protocols/ews/contract.ts';
  const handlers = 'services/ews/operations/index.ts';
  const forContract = contracts.flatMap((name) => {
    const handled = operations.includes(name);
    if (notImplemented.includes(name))
      return [`${name} has a contract and stands in NOT_IMPLEMENTED. Take it out of that list in ${contract}.`];
    const folder = `test/wire/ews/${kebab(name)}`;
    const cases = new Set(
      files.flatMap((path) => (path.startsWith(`${folder}/`) ? (path.slice(folder.length + 1).split('/')[0] ?? []) : [])),
    );
    const complete = [...cases].some((each) => ['request', 'response'].every((part) => files.includes(`${folder}/${each}/${part}.xml`)));
    return [
      ...(handled ? [] : [`${name} has a contract and no handler. Add it to ${handlers}.`]),
      ...(complete ? [] : [`${name} has no golden case. Record one: ${folder}/<case>/request.xml and response.xml.`]),
    ];
  });
  return [
    ...forContract,
    ...operations
      .filter((name) => !contracts.includes(name))
      .map((name) => `${name} has a handler and no contract. Add it to ${contract}.`),
    ...notImplemented
      .filter((name) => operations.includes(name) && !contracts.includes(name))
      .map((name) => `${name} has a handler and stands in NOT_IMPLEMENTED. Take it out of that list in ${contract}.`),
  ];
}

function kebab(name: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();
}

test('every EWS operation has contract, handler and golden case', () => {
  const places = {
    contracts: Object.keys(contracts),
    operations: Object.keys(operations),
    notImplemented: NOT_IMPLEMENTED,
    files: projectFiles(),
  };
  expect(places.contracts).toContain('GetFolder');
  expect(parityViolations(places)).toEqual([]);
});

const whole: Places = {
  contracts: ['GetFolder'],
  operations: ['GetFolder'],
  notImplemented: ['GetItem'],
  files: ['test/wire/ews/get-folder/inbox/request.xml', 'test/wire/ews/get-folder/inbox/response.xml'],
};

test.each<[string, Partial<Places>, string[]]>([
  ['nothing', {}, []],
  ['handler', { operations: [] }, ['GetFolder has a contract and no handler']],
  ['request', { files: whole.files.slice(1) }, ['GetFolder has no golden case']],
  ['response', { files: whole.files.slice(0, 1) }, ['GetFolder has no golden case']],
  ['contract of a handler', { operations: ['GetFolder', 'FindItem'] }, ['FindItem has a handler and no contract']],
  ['honesty', { notImplemented: ['GetItem', 'GetFolder'] }, ['GetFolder has a contract and stands in NOT_IMPLEMENTED']],
  [
    'a contract',
    { operations: ['GetFolder', 'GetItem'] },
    ['GetItem has a handler and no contract', 'GetItem has a handler and stands in NOT_IMPLEMENTED'],
  ],
])('a missing piece is named: %s', (_, change, messages) => {
  expect(parityViolations({ ...whole, ...change })).toEqual(messages.map((message) => expect.stringContaining(message)));
});
