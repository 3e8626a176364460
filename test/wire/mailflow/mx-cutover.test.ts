import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { responses } from '../ews/answers.ts';
import { mimeOf } from '../smtp/transport-lab.ts';

const mary = 'mary@contoso.test';
const [house, edge] = ['smtp.contoso.test', 'contoso-test.mail.protection.outlook.test'];
const minute = 60_000;
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-21T09:00Z' });
});
afterAll(() => lab.close());

/** Publishes the host that takes mail for contoso.test. */
async function publish(exchanger: string, ttl: string): Promise<void> {
  const zone = '-ZoneName contoso.test -Name "@"';
  await runCmdlet(lab, 'contoso', `Remove-DnsServerResourceRecord ${zone} -RRType Mx -Force`).catch(() => {});
  await runCmdlet(lab, 'contoso', `Add-DnsServerResourceRecord ${zone} -MX -MailExchange ${exchanger} -Preference 10 -TimeToLive ${ttl}`);
}

let count = 0;

/** A partner writes to Mary; answers the hosts that have handled it, the first one first. */
async function way(): Promise<readonly string[]> {
  count += 1;
  const subject = `letter ${count}`;
  const message = `<t:Message><t:Subject>${subject}</t:Subject><t:ToRecipients><t:Mailbox><t:EmailAddress>${mary}</t:EmailAddress></t:Mailbox></t:ToRecipients></t:Message>`;
  const { body } = await lab.ews(
    'pat@fabrikam.test',
    `<m:CreateItem MessageDisposition="SendAndSaveCopy"><m:Items>${message}</m:Items></m:CreateItem>`,
  );
  expect(responses(body)).toMatchObject([{ class: 'Success' }]);
  await lab.mailSent();
  const hops = [...(await mimeOf(lab, mary, subject)).matchAll(/^Received: from \S+ \([^)]*\)[^;]*? by (\S+)/gms)];
  return hops.map(([, host = '']) => host).toReversed();
}

const direct = ['EX-SE-01.contoso.test'];
const throughTenant = ['AM0PR01MB0001.contoso.test', 'EX-SE-01.contoso.test'];

test.each([
  ['one week', '7.00:00:00', 7 * 1_440 * minute],
  ['30 minutes', '00:30:00', 30 * minute],
])('an MX record of %s: who knows it sends to the old host until it is over', async (_name, ttl, heldMs) => {
  await publish(house, ttl);
  await lab.clock.advance(8 * 1_440 * minute);
  expect(await way()).toEqual(direct);
  await publish(edge, ttl);
  await lab.clock.advance(heldMs - 1_000);
  expect(await way()).toEqual(direct);
  await lab.clock.advance(1_000);
  expect(await way()).toEqual(throughTenant);
  expect(await way()).toEqual(throughTenant);
});

test('30 minutes after a cutover only those who still hold a week-old record send to the old host', async () => {
  const names = async (ttl: string) => {
    await publish(house, ttl);
    await lab.clock.advance(8 * 1_440 * minute);
    expect(await way()).toEqual(direct);
    await publish(edge, '00:30:00');
    await lab.clock.advance(30 * minute);
    return way();
  };
  expect(await names('7.00:00:00')).toEqual(direct);
  expect(await names('00:30:00')).toEqual(throughTenant);
});

test('who has not asked before a cutover knows the new host at once', async () => {
  const zone = '-ZoneName fabrikam.test -Name "@"';
  const pats = (line: string) => runCmdlet(lab, 'fabrikam', line, 'pat@fabrikam.test');
  const publishPats = (exchanger: string) =>
    pats(`Add-DnsServerResourceRecord ${zone} -MX -MailExchange ${exchanger} -Preference 10 -TimeToLive 7.00:00:00`);
  const sessions = async (organization: string): Promise<readonly string[]> =>
    (await lab.exchanges({ service: 'smtp', organization }))
      .filter(({ direction, operation }) => direction === 'outgoing' && operation === 'SESSION')
      .map(({ host, code }) => `${host} ${code}`);
  const write = async (from: string, organization: string): Promise<void> => {
    const message = `<t:Message><t:Subject>to Pat</t:Subject><t:ToRecipients><t:Mailbox><t:EmailAddress>pat@fabrikam.test</t:EmailAddress></t:Mailbox></t:ToRecipients></t:Message>`;
    await lab.ews(from, `<m:CreateItem MessageDisposition="SendAndSaveCopy"><m:Items>${message}</m:Items></m:CreateItem>`, {
      organization,
    });
    await lab.mailSent();
  };
  await publishPats('gone.fabrikam.test');
  await write(mary, 'contoso');
  expect(await sessions('contoso')).toEqual(['gone.fabrikam.test NameNotFound']);
  await pats(`Remove-DnsServerResourceRecord ${zone} -RRType Mx -Force`);
  await publishPats('smtp.fabrikam.test');
  await write('joe@contoso.test', 'contoso-cloud');
  expect((await sessions('contoso-cloud')).at(-1)).toBe('smtp.fabrikam.test 1 sent');
  await lab.clock.advance(minute);
  expect(await sessions('contoso')).toEqual(['gone.fabrikam.test NameNotFound', 'gone.fabrikam.test NameNotFound']);
});
