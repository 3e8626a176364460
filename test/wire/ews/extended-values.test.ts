import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { ids, responses, texts } from './answers.ts';

const mary = 'mary@contoso.test';
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());

const ask = async (body: string): Promise<string> => (await lab.ews(mary, body)).body;
const date = fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z'));

/** Values of each MAPI type, as their texts on the wire, and how two of them are in order. */
const values: Readonly<Record<string, readonly [fc.Arbitrary<string>, (left: string, right: string) => number]>> = {
  Short: [fc.integer({ min: -32_768, max: 32_767 }).map(String), (left, right) => Number(left) - Number(right)],
  Integer: [fc.integer().map(String), (left, right) => Number(left) - Number(right)],
  Float: [fc.integer({ min: -1_000, max: 1_000 }).map((value) => String(value / 8)), (left, right) => Number(left) - Number(right)],
  Double: [fc.integer().map((value) => String(value / 16)), (left, right) => Number(left) - Number(right)],
  ApplicationTime: [fc.integer({ min: 0, max: 100_000 }).map((value) => String(value / 4)), (left, right) => Number(left) - Number(right)],
  Boolean: [fc.boolean().map(String), (left, right) => (left.length === right.length ? 0 : left === 'false' ? -1 : 1)],
  String: [
    fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'ü', '7'), minLength: 1, maxLength: 8 }),
    (left, right) => (left < right ? -1 : left > right ? 1 : 0),
  ],
  SystemTime: [date, (left, right) => Date.parse(left) - Date.parse(right)],
  Long: [fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String), () => 0],
  Currency: [fc.integer().map((value) => `${value}.25`), () => 0],
  CLSID: [fc.uuid(), () => 0],
  Binary: [fc.uint8Array({ minLength: 1, maxLength: 9 }).map((octets) => Buffer.from(octets).toString('base64')), () => 0],
};

const cases = Object.keys(values).flatMap((type) => (type === 'Boolean' ? [type] : [type, `${type}Array`]));

test.each(cases)('a property of type %s: made, read, found, changed, sorted by and taken away', async (type) => {
  const isArray = type.endsWith('Array');
  const [arbitrary, order] = present(values[type.replace(/Array$/, '')], type);
  const uri = `<t:ExtendedFieldURI DistinguishedPropertySetId="PublicStrings" PropertyName="Of${type}" PropertyType="${type}"/>`;
  const property = (list: readonly string[]): string => {
    const content = list.map((value) => `<t:Value>${value}</t:Value>`).join('');
    return `<t:ExtendedProperty>${uri}${isArray ? `<t:Values>${content}</t:Values>` : content}</t:ExtendedProperty>`;
  };
  const find = async (more: string): Promise<string> =>
    ask(
      `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${uri}</t:AdditionalProperties></m:ItemShape>${more}<m:ParentFolderIds><t:DistinguishedFolderId Id="drafts"/></m:ParentFolderIds></m:FindItem>`,
    );
  const update = async (id: string, change: string): Promise<void> =>
    expect(
      responses(
        await ask(
          `<m:UpdateItem ConflictResolution="AlwaysOverwrite" MessageDisposition="SaveOnly"><m:ItemChanges><t:ItemChange><t:ItemId Id="${id}"/><t:Updates>${change}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
        ),
      ),
    ).toMatchObject([{ code: 'NoError' }]);
  const list = fc.array(arbitrary, { minLength: 1, maxLength: isArray ? 3 : 1 });
  await fc.assert(
    fc.asyncProperty(list, list, async (first, second) => {
      const made = await ask(
        `<m:CreateItem MessageDisposition="SaveOnly"><m:Items><t:Message>${property(first)}</t:Message></m:Items></m:CreateItem>`,
      );
      const { id } = present(ids(made)[0], made);
      const equal = (value: string): string =>
        `<m:Restriction><t:IsEqualTo>${uri}<t:FieldURIOrConstant><t:Constant Value="${value}"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction>`;
      const shown = async (): Promise<readonly string[]> =>
        texts(
          await ask(
            `<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${uri}</t:AdditionalProperties></m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`,
          ),
          'Value',
        );
      expect(await shown()).toEqual(first);
      for (const value of first) expect(ids(await find(equal(value))).map((one) => one.id)).toContain(id);
      await update(id, `<t:SetItemField>${uri}<t:Message>${property(second)}</t:Message></t:SetItemField>`);
      expect(await shown()).toEqual(second);
    }),
    { numRuns: 3 },
  );
  const sorted = await find(`<m:SortOrder><t:FieldOrder Order="Ascending">${uri}</t:FieldOrder></m:SortOrder>`);
  const found = texts(sorted, 'Value');
  if (!isArray) expect(found).toEqual([...found].sort(order));
  const [last] = ids(await find(`<m:Restriction><t:Exists>${uri}</t:Exists></m:Restriction>`));
  const { id } = present(last, 'an item with the property');
  for (let time = 0; time < 2; time += 1) await update(id, `<t:DeleteItemField>${uri}</t:DeleteItemField>`);
  expect(ids(await find(`<m:Restriction><t:Exists>${uri}</t:Exists></m:Restriction>`)).map((one) => one.id)).not.toContain(id);
});
