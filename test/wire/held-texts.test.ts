import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { ask } from './admin/ask.ts';
import { askAvailability } from './ews/ask-availability.ts';

const mary = 'mary@contoso.test';
const getFolder =
  '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
  // It makes partners of both organizations.
  const { body } = await admin('POST', '/scenarios/free-busy%2Fpartner-sees-mary/run');
  if ((body as { status: string }).status !== 'passed') throw new Error(`they are no partners: ${JSON.stringify(body)}`);
}, 60_000);
afterAll(() => lab.close());
afterEach(async () => {
  for (const { id } of await held()) await admin('POST', `/held/${id}/continue`);
});

interface Held {
  readonly id: string;
  readonly traceId: string;
  readonly target: string;
  readonly text: string | null;
  readonly editable: readonly string[];
}

const admin = (method: string, path: string, body?: unknown): ReturnType<typeof ask> =>
  ask(lab.endpoints.adminUrl, method, `/_coexist/v1${path}`, body);
const held = async (): Promise<readonly Held[]> => ((await admin('GET', '/held')).body as { held: readonly Held[] }).held;

async function stopAt(breakpoint: object): Promise<void> {
  expect(await admin('POST', '/breakpoints', breakpoint)).toMatchObject({ status: 201 });
}

/** The one hop that waits, as soon as it does. */
async function nextHeld(): Promise<Held> {
  await expect.poll(held, { timeout: 15_000 }).toHaveLength(1);
  const [only] = await held();
  if (only === undefined) throw new Error('nothing is held');
  return only;
}

const goOn = async (id: string, body?: object): Promise<void> => {
  expect(await admin('POST', `/held/${id}/continue`, body)).toMatchObject({ status: 204 });
};

describe('a text that is changed while it is held', () => {
  const [pat, other] = ['pat@fabrikam.test', 'rob@contoso.test'];
  /** Asks for mary's free/busy as the partner's pat; how that ended on the way, and why. */
  async function refusedFor(breakpoint: object, edit: (hop: Held) => object): Promise<readonly string[]> {
    // What is at hand of the question before is asked for anew.
    await admin('POST', '/clock/advance', { by: '1d' });
    await stopAt({ ...breakpoint, times: 1 });
    const asked = askAvailability(lab, pat, [mary]);
    const hop = await nextHeld();
    await goOn(hop.id, { edit: edit(hop) });
    await lab.exchangeOf(await asked);
    const exchanges = await lab.exchanges({ traceId: hop.traceId });
    return exchanges.flatMap(({ service, organization, verdict }) =>
      (verdict?.checks ?? []).filter(({ outcome }) => outcome === 'failed').map(({ check }) => `${organization}/${service} ${check}`),
    );
  }

  test('of an assertion behind its signature: whoever gets it sees that the signature is broken', async () => {
    const failed = await refusedFor({ seam: 'token.claims', match: { op: 'extSTS.srf' } }, (hop) => {
      expect(hop.editable).toEqual(['text']);
      expect(hop.text).toContain('<saml:AttributeValue>pat@fabrikam.test</saml:AttributeValue>');
      // Nothing in it is a token.
      expect(hop.text).not.toMatch(/SignatureValue>[A-Za-z0-9+/]{20}/);
      return { text: { find: '<saml:AttributeValue>pat@fabrikam.test<', replace: '<saml:AttributeValue>boss@fabrikam.test<' } };
    });
    expect(failed).toContainEqual(expect.stringMatching(/^contoso\/\w+ .*signature/));
  });

  test('of an encrypted token its octets alone: it cannot be decrypted any more', async () => {
    const failed = await refusedFor({ seam: 'dial', match: { svc: 'ews', org: 'fabrikam', host: 'mail.contoso.test' } }, (hop) => {
      expect(hop.editable).toEqual(['headers', 'text']);
      // Of the token, not of the key that it is encrypted with.
      const [opening = ''] =
        /<\/(?:\w+:)?EncryptedKey><\/(?:\w+:)?KeyInfo><(?:\w+:)?CipherData><(?:\w+:)?CipherValue>/.exec(hop.text ?? '') ?? [];
      return { text: { find: opening, replace: `${opening}AAAA` } };
    });
    expect(failed).toContainEqual(expect.stringMatching(/^contoso\/\w+ .*decrypt/));
  });

  test('of an answer; what stands there twice, or nowhere, is not replaced', async () => {
    await stopAt({ seam: 'http.response', match: { svc: 'ews', org: 'contoso' }, times: 1 });
    const asked = lab.ews(mary, getFolder);
    const hop = await nextHeld();
    for (const find of ['ResponseCode', 'nobody says this'])
      expect(await admin('POST', `/held/${hop.id}/continue`, { edit: { text: { find, replace: '' } } })).toMatchObject({
        status: 422,
        body: { title: 'NotEditable' },
      });
    await goOn(hop.id, { edit: { text: { find: '>NoError<', replace: '>ErrorFolderNotFound<' } } });
    expect((await asked).body).toContain('>ErrorFolderNotFound<');
  });

  test('instead of a step of SMTP a reply: the sender is told of it in a report', async () => {
    await stopAt({ seam: 'smtp.stage', match: { op: 'RCPT', org: 'contoso' }, times: 1 });
    const message = `<t:Message><t:Subject>Refused by hand</t:Subject><t:ToRecipients><t:Mailbox><t:EmailAddress>${other}</t:EmailAddress></t:Mailbox></t:ToRecipients></t:Message>`;
    await lab.ews(pat, `<m:CreateItem MessageDisposition="SendOnly"><m:Items>${message}</m:Items></m:CreateItem>`);
    const hop = await nextHeld();
    expect([hop.editable, hop.target]).toEqual([['reply'], expect.stringContaining(other)]);
    expect(await admin('POST', `/held/${hop.id}/continue`, { edit: { reply: { code: 250, text: '2.0.0 OK' } } })).toMatchObject({
      status: 422,
    });
    await goOn(hop.id, { edit: { reply: { code: 550, text: '5.1.1 by hand' } } });
    await lab.mailSent();
    const found = await lab.ews(
      pat,
      '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape>' +
        '<m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>',
    );
    expect(found.body).toContain('Undeliverable: Refused by hand');
    const [step] = (await lab.exchanges({ service: 'smtp', operation: 'RCPT' })).filter(({ faults }) => faults.length > 0);
    expect(step).toMatchObject({ status: 550, outcome: 'fault', faults: [{ kind: 'edit' }] });
  });
});
