import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { attributes, faultOf, ids, responses, texts } from './answers.ts';

const mary = 'mary@contoso.test';
const getFolder =
  '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>';
const createItems = (...subjects: readonly string[]): string =>
  `<m:CreateItem MessageDisposition="SaveOnly"><m:Items>${subjects.map((subject) => `<t:Message><t:Subject>${subject}</t:Subject></t:Message>`).join('')}</m:Items></m:CreateItem>`;

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterEach(() => lab.faults.clear());
afterAll(() => lab.close());

const rule = (body: object) => lab.faults.add(body);
/** How many drafts of mary's have a subject. */
const drafts = async (subject: string): Promise<number> => {
  const { body } = await lab.ews(
    mary,
    '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>' +
      `<m:Restriction><t:IsEqualTo><t:FieldURI FieldURI="item:Subject"/><t:FieldURIOrConstant><t:Constant Value="${subject}"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction>` +
      '<m:ParentFolderIds><t:DistinguishedFolderId Id="drafts"/></m:ParentFolderIds></m:FindItem>',
  );
  return ids(body).length;
};

test('ErrorServerBusy with BackOffMilliseconds, as a fault: nothing is done', async () => {
  const effect = { kind: 'ews-error', code: 'ErrorServerBusy', values: { BackOffMilliseconds: '297749' } };
  rule({ id: 'busy', match: { svc: 'ews', op: 'CreateItem', user: mary }, effect });
  const answer = await lab.ews(mary, createItems('kept off'));
  expect(answer.status).toBe(500);
  expect(faultOf(answer.body)).toMatchObject({
    code: 'ErrorServerBusy',
    reason: 'The server cannot service this request right now. Try again later.',
  });
  expect(texts(answer.body, 'Value')).toEqual(['297749']);
  expect(attributes(answer.body, 'Value', 'Name')).toEqual(['BackOffMilliseconds']);
  expect(await lab.exchangeOf(answer)).toMatchObject({ code: 'ErrorServerBusy', faults: [{ rule: 'busy', kind: 'ews-error' }] });
  expect(await drafts('kept off')).toBe(0);
  expect((await lab.ews('rob@contoso.test', createItems('of rob'))).status).toBe(200);
});

test('one part of a request is refused in words of the rule, the others are done', async () => {
  const effect = { kind: 'ews-error', code: 'ErrorItemSave', text: 'Not this one.' };
  rule({ id: 'second', seam: 'ews.item', match: { op: 'CreateItem' }, effect, after: 1, times: 1 });
  const answer = await lab.ews(mary, createItems('part a', 'part b', 'part c'));
  expect(responses(answer.body)).toEqual([
    { class: 'Success', code: 'NoError', text: '' },
    { class: 'Error', code: 'ErrorItemSave', text: 'Not this one.' },
    { class: 'Success', code: 'NoError', text: '' },
  ]);
  expect(await lab.exchangeOf(answer)).toMatchObject({ outcome: 'answered', faults: [{ rule: 'second', kind: 'ews-error' }] });
  expect([await drafts('part a'), await drafts('part b'), await drafts('part c')]).toEqual([1, 0, 1]);
  rule({ seam: 'ews.item', match: { op: 'GetFolder' }, effect: { kind: 'ews-error', code: 'ErrorFolderNotFound' }, times: 1 });
  const codes = [await lab.ews(mary, getFolder), await lab.ews(mary, getFolder)].map(({ body }) => responses(body)[0]?.code);
  expect(codes).toEqual(['ErrorFolderNotFound', 'NoError']);
});

test.each([[{ code: 'ErrorOfMine' }], [{ code: 'NoError' }], [{}]])('%j is no error of EWS', (parameters) => {
  expect(() => rule({ effect: { kind: 'ews-error', ...parameters } })).toThrow(expect.objectContaining({ code: 'InvalidFaultRule' }));
});
