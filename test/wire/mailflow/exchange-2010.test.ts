import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { responses } from '../ews/answers.ts';
import { mimeOf } from '../smtp/transport-lab.ts';

const mary = 'mary@contoso.test';
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ world: 'hybrid-2010' });
});
afterAll(() => lab.close());

/** What Mary is told when she writes to an address. */
async function returned(to: string, subject: string): Promise<string> {
  const { body } = await lab.ews(
    mary,
    `<m:CreateItem MessageDisposition="SendAndSaveCopy"><m:Items><t:Message><t:Subject>${subject}</t:Subject><t:ToRecipients><t:Mailbox><t:EmailAddress>${to}</t:EmailAddress></t:Mailbox></t:ToRecipients></t:Message></m:Items></m:CreateItem>`,
  );
  expect(responses(body)).toMatchObject([{ class: 'Success' }]);
  await lab.mailSent();
  const mime = (await mimeOf(lab, mary, `Undeliverable: ${subject}`)).replaceAll('\r\n ', ' ');
  return /^Diagnostic-Code: smtp;(.*)\r$/m.exec(mime)?.[1] ?? '';
}

test('nobody has the address: the code and the words of Exchange 2010; with it the mail arrives', async () => {
  expect(await returned('maria@contoso.test', 'one')).toBe('550 5.1.1 RESOLVER.ADR.RecipNotFound; not found');
  await runCmdlet(lab, 'contoso', 'Set-Mailbox rob -EmailAddresses @{Add="smtp:maria@contoso.test"}');
  expect(await returned('maria@contoso.test', 'two')).toBe('');
  expect(await mimeOf(lab, 'rob@contoso.test', 'two')).toMatch(/^Subject: two\r$/m);
});

test('nobody has the legacyExchangeDN: with it as an X500 address the mail arrives', async () => {
  const address = 'IMCEAEX-_o=Contoso_ou=Old_cn=Recipients_cn=rob+2Eold@contoso.test';
  expect(await returned(address, 'three')).toBe('550 5.1.1 RESOLVER.ADR.ExRecipNotFound; not found');
  await runCmdlet(lab, 'contoso', 'Set-Mailbox rob -EmailAddresses @{Add="X500:/o=Contoso/ou=Old/cn=Recipients/cn=rob.old"}');
  expect(await returned(address, 'four')).toBe('');
  expect(await mimeOf(lab, 'rob@contoso.test', 'four')).toMatch(/^Subject: four\r$/m);
});
