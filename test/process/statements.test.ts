import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { present } from '../../shared/kernel/assert.ts';
import { type CountingGate, openCountingGate } from '../support/counting-gate.ts';
import { startPostgres } from '../support/postgres.ts';
import { findPostgres } from '../support/postgres-server.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { responses } from '../wire/ews/answers.ts';

const mary = 'mary@contoso.test';
const many = 20;
const drafts = '<t:DistinguishedFolderId Id="drafts"/>';
const shape = '<m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape>';
const message =
  '<t:Message><t:Subject>one</t:Subject><t:ToRecipients><t:Mailbox><t:EmailAddress>rob@contoso.test</t:EmailAddress></t:Mailbox></t:ToRecipients></t:Message>';
const rename = '<t:SetItemField><t:FieldURI FieldURI="item:Subject"/><t:Message><t:Subject>other</t:Subject></t:Message></t:SetItemField>';

const create = (count: number): string =>
  `<m:CreateItem MessageDisposition="SaveOnly"><m:SavedItemFolderId>${drafts}</m:SavedItemFolderId><m:Items>${message.repeat(count)}</m:Items></m:CreateItem>`;
const get = (ids: readonly string[]): string => `<m:GetItem>${shape}<m:ItemIds>${ids.join('')}</m:ItemIds></m:GetItem>`;
const update = (ids: readonly string[]): string =>
  `<m:UpdateItem ConflictResolution="AlwaysOverwrite" MessageDisposition="SaveOnly"><m:ItemChanges>${ids.map((id) => `<t:ItemChange>${id}<t:Updates>${rename}</t:Updates></t:ItemChange>`).join('')}</m:ItemChanges></m:UpdateItem>`;
const find = (count: number): string =>
  `<m:FindItem Traversal="Shallow">${shape}<m:IndexedPageItemView MaxEntriesReturned="${count}" Offset="0" BasePoint="Beginning"/><m:ParentFolderIds>${drafts}</m:ParentFolderIds></m:FindItem>`;
const sync = (count: number): string =>
  `<m:SyncFolderItems>${shape}<m:SyncFolderId>${drafts}</m:SyncFolderId><m:MaxChangesReturned>${count}</m:MaxChangesReturned></m:SyncFolderItems>`;

/** Whether a database or a server elsewhere, each statement is a way there and back: what many items cost beyond one, counted on the wire. */
const found = await findPostgres();
describe.skipIf(found === undefined || 'url' in found)('statements of a request', () => {
  let gate: CountingGate;
  let lab: TestLab;
  let ids: readonly string[];
  beforeAll(async () => {
    const database = new URL(present(await (await startPostgres())?.createDatabase(), 'a database'));
    gate = await openCountingGate(inject('postgresFolder'));
    lab = await openTestLab({ persist: `postgres://postgres@127.0.0.1:${gate.port}${database.pathname}` });
    const { body } = await lab.ews(mary, create(many));
    ids = [...body.matchAll(/<t:ItemId [^>]*\/>/g)].map(([id]) => id);
  }, 120_000);
  afterAll(async () => {
    await lab.close();
    await gate.close();
  });

  /** The fewest of several times: what goes on besides comes in between now and then. */
  const statementsOf = async (body: string): Promise<number> => {
    const counts: number[] = [];
    for (let time = 0; time < 5; time += 1) {
      await lab.journal.flush();
      const before = gate.asked().statements;
      const answer = await lab.ews(mary, body);
      counts.push(gate.asked().statements - before);
      expect(new Set(responses(answer.body).map(({ code }) => code))).toEqual(new Set(['NoError']));
    }
    return Math.min(...counts);
  };

  test.each([
    ['FindItem', () => find(1), () => find(many), 0.1],
    ['SyncFolderItems', () => sync(1), () => sync(many), 0.1],
    ['GetItem', () => get(ids.slice(0, 1)), () => get(ids), 2],
    ['CreateItem', () => create(1), () => create(many), 10.5],
    ['UpdateItem', () => update(ids.slice(0, 1)), () => update(ids), 12.5],
  ] as const)('%s: of each further item', { timeout: 60_000 }, async (_name, one, all, most) => {
    const [of1, ofMany] = [await statementsOf(one()), await statementsOf(all())];
    expect(of1).toBeGreaterThan(1);
    expect((ofMany - of1) / (many - 1)).toBeLessThanOrEqual(most);
  });
});
