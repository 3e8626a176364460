import { expect, test } from 'vitest';
import { openTestLab } from '../../support/test-lab.ts';
import { faultOf, responses } from './answers.ts';

const find =
  '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>';
const get =
  '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>';

test('what nobody expected is an internal error that tells nothing of our insides, stands in the journal, and fails whoever closes the lab', async () => {
  const lab = await openTestLab();
  await lab.store.transaction((tx) => tx.schema.alterTable('item').renameTo('items').execute());
  const answer = await lab.ews('mary@contoso.test', find);
  expect(answer.status).toBe(500);
  expect(faultOf(answer.body)).toMatchObject({ faultCode: 'ErrorInternalServerError', code: 'ErrorInternalServerError' });
  expect(answer.body).not.toMatch(/\bat .+:\d+:\d+|\.ts\b|sqlite|select|no such table/i);
  expect(await lab.exchangeOf(answer)).toMatchObject({ outcome: 'defect', code: 'ErrorInternalServerError', status: 500 });
  expect(responses((await lab.ews('mary@contoso.test', get)).body)).toMatchObject([{ code: 'NoError' }]);
  await expect(lab.close()).rejects.toThrow('to deeply equal []');
});
