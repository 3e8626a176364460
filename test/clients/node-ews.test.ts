import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { controlOf } from '../support/control.ts';
import { envelope } from '../support/soap.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { type Outcome, runFlows, variablesFor } from './flow-process.ts';

let lab: TestLab;
let outcomes: ReadonlyMap<string, Outcome>;
beforeAll(async () => {
  lab = await openTestLab();
  const script = join(import.meta.dirname, 'node-ews', 'flows.ts');
  const localhost = (name: string): string => `https://localhost:${lab.names.hosts[name]?.split(':')[1]}`;
  const { token } = await controlOf(lab).mint({ kind: 'user', organization: 'contoso-cloud', user: 'joe@contoso.test' });
  const surroundings = {
    premises: localhost('mail.contoso.test'),
    cloud: localhost('outlook.office365.test'),
    password: lab.password,
    token,
    request: envelope(
      '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>',
    ),
  };
  outcomes = await runFlows(
    [process.execPath, '--require', join(script, '..', 'ntlm-client.cjs'), script, JSON.stringify(surroundings)],
    variablesFor(lab, false),
  );
}, 120_000);
afterAll(() => lab.close());

test.each([
  ['node-ews by Basic', 'mary@contoso.test'],
  ['node-ews by Bearer', 'joe@contoso.test'],
])('%s: requests made from the description that the server gives', async (flow, caller) => {
  const { folder, found, created, missing } = outcomes.get(flow) ?? {};
  expect(messageOf(folder)).toMatchObject({ ResponseCode: 'NoError', Folders: { Folder: { DisplayName: 'Inbox', FolderId: id } } });
  expect(messageOf(found)).toMatchObject({
    ResponseCode: 'NoError',
    // Of several children of one name the library makes a list, of attributes an object of texts.
    RootFolder: { attributes: { IndexedPagingOffset: '2' }, Items: { Message: [{ ItemId: id }, { ItemId: id }] } },
  });
  expect(messageOf(created)).toMatchObject({ attributes: { ResponseClass: 'Success' }, ResponseCode: 'NoError' });
  expect(messageOf(missing)).toMatchObject({ attributes: { ResponseClass: 'Error' }, ResponseCode: 'ErrorInvalidIdMalformed' });
  const asked = await lab.exchanges({ service: 'ews', caller });
  expect(asked.map(({ operation }) => operation)).toEqual(expect.arrayContaining(['GetFolder', 'FindItem', 'CreateItem', 'GetItem']));
});

test('node-ews with a wrong password', () => {
  expect(outcomes.get('node-ews with a wrong password')).toEqual({ failure: 'Basic Auth StatusCode 401: Unauthorized.' });
});

test('axios-ntlm signs in, and with a wrong password does not', () => {
  expect(outcomes.get('axios-ntlm')).toEqual({ status: 200, body: expect.stringContaining('<m:ResponseCode>NoError<') });
  expect(outcomes.get('axios-ntlm with a wrong password')).toEqual({ status: 401, failure: 'ERR_BAD_REQUEST' });
});

const id = { attributes: { Id: expect.stringMatching(/^AA/), ChangeKey: expect.any(String) } };

/** The one response message of an answer, as the library reads it. */
function messageOf(answer: unknown): unknown {
  const { ResponseMessages = {} } = answer as { readonly ResponseMessages?: Readonly<Record<string, readonly unknown[]>> };
  const [messages = []] = Object.values(ResponseMessages);
  expect(messages).toHaveLength(1);
  return messages[0];
}
