import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { responses, texts } from './answers.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());

const ask = async (body: string): Promise<string> => (await lab.ews('mary@contoso.test', body)).body;
const name = '<t:DistinguishedFolderId Id="root"/>';
const text = (of: 'Key' | 'Value', value: string): string =>
  `<t:Dictionary${of}><t:Type>String</t:Type><t:Value>${value}</t:Value></t:Dictionary${of}>`;
const write = (entries: Readonly<Record<string, string>>): Promise<string> =>
  ask(
    `<m:UpdateUserConfiguration><m:UserConfiguration><t:UserConfigurationName Name="OWA.UserOptions">${name}</t:UserConfigurationName><t:Dictionary>${Object.entries(
      entries,
    )
      .map(([key, value]) => `<t:DictionaryEntry>${text('Key', key)}${text('Value', value)}</t:DictionaryEntry>`)
      .join('')}</t:Dictionary></m:UserConfiguration></m:UpdateUserConfiguration>`,
  );
const read = async (): Promise<{ codes: readonly (string | undefined)[]; values: readonly string[] }> => {
  const body = await ask(
    `<m:GetUserConfiguration><m:UserConfigurationName Name="OWA.UserOptions">${name}</m:UserConfigurationName><m:UserConfigurationProperties>Dictionary</m:UserConfigurationProperties></m:GetUserConfiguration>`,
  );
  return { codes: responses(body).map(({ code }) => code), values: texts(body, 'Value') };
};
const rootSize = async (): Promise<number> =>
  Number(
    texts(
      await ask(
        `<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:ExtendedFieldURI PropertyTag="0x0E08" PropertyType="Integer"/></t:AdditionalProperties></m:FolderShape><m:FolderIds>${name}</m:FolderIds></m:GetFolder>`,
      ),
      'Value',
    )[0],
  );
const shownZone = async (): Promise<string | undefined> =>
  (await runCmdlet<{ TimeZone: string }>(lab, 'contoso', 'Get-MailboxRegionalConfiguration mary'))[0]?.TimeZone;
const setZone = (zone: string): Promise<unknown> => runCmdlet(lab, 'contoso', `Set-MailboxRegionalConfiguration mary -TimeZone "${zone}"`);

test('the time zone of a cmdlet and that of the options in the root folder are one', async () => {
  expect((await read()).codes).toEqual(['ErrorItemNotFound']);
  expect(await rootSize()).toBe(0);
  await setZone('Romance Standard Time');
  expect(await read()).toEqual({ codes: ['NoError'], values: ['timezone', 'Romance Standard Time'] });
  expect(await rootSize()).toBeGreaterThan(0);

  await write({ signaturetext: 'Mary', timezone: 'Tokyo Standard Time' });
  expect(await shownZone()).toBe('Tokyo Standard Time');
  await setZone('UTC');
  expect((await read()).values).toEqual(['signaturetext', 'Mary', 'timezone', 'UTC']);
  expect(await shownZone()).toBe('UTC');
});

test('options without a time zone have none', async () => {
  await write({ signaturetext: 'Mary' });
  expect(await shownZone()).toBe('');
});

test('what a client wrote that is no dictionary is none, and goes', async () => {
  const found = await ask(
    `<m:FindItem Traversal="Associated"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:ParentFolderIds>${name}</m:ParentFolderIds></m:FindItem>`,
  );
  const id = /<t:ItemId [^>]*>/.exec(found)?.[0] ?? '';
  const dictionary = '<t:ExtendedFieldURI PropertyTag="0x7C07" PropertyType="Binary"/>';
  const rubbish = `<t:ExtendedProperty>${dictionary}<t:Value>AAAA</t:Value></t:ExtendedProperty>`;
  const changed = await ask(
    `<m:UpdateItem ConflictResolution="AlwaysOverwrite" MessageDisposition="SaveOnly"><m:ItemChanges><t:ItemChange>${id}<t:Updates><t:SetItemField>${dictionary}<t:Message>${rubbish}</t:Message></t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
  );
  expect(responses(changed).map(({ code }) => code)).toEqual(['NoError']);
  expect((await read()).codes).toEqual(['ErrorCorruptData']);
  expect(await shownZone()).toBe('');
  await setZone('UTC');
  expect(await read()).toEqual({ codes: ['NoError'], values: ['timezone', 'UTC'] });
});
