import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { draftFromMime } from '../../../shared/bridges/message/draft-from-mime.ts';
import { routeOf } from '../../../shared/domain/mailflow/route.ts';
import { type MailGround, openMailGround } from './mail-ground.ts';

let mail: MailGround;
beforeAll(async () => {
  mail = await openMailGround();
});
afterAll(() => mail.close());
beforeEach(async () => {
  for (const [organization, noun] of [
    ['contoso', 'SendConnector'],
    ['contoso-cloud', 'OutboundConnector'],
  ])
    for (const { Name } of await mail.run(`Get-${noun}`, organization))
      await mail.run(`Remove-${noun} "${typeof Name === 'string' ? Name : ''}"`, organization);
});

const wide = "New-SendConnector Wide -AddressSpaces '*;1'";
const cases: readonly (readonly [string, 'contoso' | 'contoso-cloud', readonly string[], string, string])[] = [
  ['nothing fits', 'contoso', ['New-SendConnector A -AddressSpaces fabrikam.test'], 'x@a.test', 'Unreachable Domain'],
  ['the exact domain', 'contoso', [wide, "New-SendConnector A -AddressSpaces 'a.test;9' -SmartHosts a1"], 'x@A.test', 'a1'],
  ['domains below one', 'contoso', [wide, 'New-SendConnector A -AddressSpaces *.a.test -SmartHosts a1'], 'x@b.a.test', 'a1'],
  ['not the one above', 'contoso', [wide, 'New-SendConnector A -AddressSpaces *.a.test -SmartHosts a1'], 'x@a.test', 'a.test'],
  ['the lower cost', 'contoso', [wide, "New-SendConnector A -AddressSpaces '*;2' -SmartHosts a1"], 'x@a.test', 'a.test'],
  [
    'not one that is off',
    'contoso',
    [wide, 'New-SendConnector A -AddressSpaces a.test -SmartHosts a1 -Enabled $false'],
    'x@a.test',
    'a.test',
  ],
  ['no connector', 'contoso-cloud', [], 'x@a.test', 'a.test'],
  [
    'that of the domain',
    'contoso-cloud',
    ['New-OutboundConnector A -RecipientDomains a.test -UseMXRecord $false -SmartHosts a1'],
    'x@a.test',
    'a1',
  ],
  [
    'not one of rules',
    'contoso-cloud',
    ['New-OutboundConnector A -RecipientDomains a.test -UseMXRecord $false -SmartHosts a1 -IsTransportRuleScoped $true'],
    'x@a.test',
    'a.test',
  ],
  [
    'all mail through on-premises',
    'contoso-cloud',
    [
      'New-OutboundConnector A -RecipientDomains a.test -UseMXRecord $false -SmartHosts a1',
      'New-OutboundConnector B -ConnectorType OnPremises -RecipientDomains * -UseMXRecord $false -SmartHosts b1 -RouteAllMessagesViaOnPremises $true',
    ],
    'x@a.test',
    'b1',
  ],
  [
    'accepted domains',
    'contoso-cloud',
    ['New-OutboundConnector A -ConnectorType OnPremises -AllAcceptedDomains $true -UseMXRecord $false -SmartHosts a1'],
    'x@contoso.test',
    'a1',
  ],
];
test.each(cases)('%s (%s)', async (_name, organization, lines, address, nextHop) => {
  for (const line of lines) await mail.run(line, organization);
  expect(routeOf(await mail.of(organization), address).nextHop).toBe(nextHop);
});

test.each([
  ['delivery-status', 'Reporting-MTA: dns;a\r\n\r\nAction: delivered\r\n\r\nAction: failed', 'REPORT.IPM.Note.NDR'],
  ['delivery-status', 'Reporting-MTA: dns;a\r\n\r\nAction: delivered', 'REPORT.IPM.Note.DR'],
  ['disposition-notification', 'Disposition: manual-action/MDN-sent-manually; displayed', 'REPORT.IPM.Note.IPNRN'],
  ['disposition-notification', 'Disposition: automatic-action/MDN-sent-automatically; deleted', 'REPORT.IPM.Note.IPNNRN'],
  ['delivery-status', 'nothing that is understood', 'IPM.Note'],
])('a report with %s %j has its class and its text, and no attachments', async (part, text, itemClass) => {
  const head = 'Subject: r\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\nfor people\r\n';
  const rest = `--b\r\nContent-Type: message/${part}\r\n\r\n${text}\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: o\r\n--b--\r\n`;
  const draft = await draftFromMime(Buffer.from(head + rest), 0);
  expect([draft.class, draft.attachments]).toEqual([itemClass, []]);
  expect(Object.values(draft.properties)).toContainEqual(expect.stringContaining('for people'));
});

test('the message tracking log has what became of a message, in order', async () => {
  await mail.run(wide);
  await mail.accept({ to: ['svc@contoso.test', 'nobody@contoso.test', 'pat@fabrikam.test'] });
  const rows = await mail.run('Get-MessageTrackingLog -MessageId 1@contoso.test');
  expect(rows.map(({ EventId, Source, Recipients }) => [EventId, Source, Recipients])).toEqual([
    ['RECEIVE', 'STOREDRIVER', ['svc@contoso.test', 'nobody@contoso.test', 'pat@fabrikam.test']],
    ['SUBMIT', 'STOREDRIVER', ['svc@contoso.test', 'nobody@contoso.test', 'pat@fabrikam.test']],
    ['FAIL', 'ROUTING', ['nobody@contoso.test']],
    ['DELIVER', 'STOREDRIVER', ['svc@contoso.test']],
  ]);
  expect(await mail.run('Get-MessageTrackingLog -EventId dsn -MessageSubject undeliv')).toMatchObject([{ Sender: '', ReturnPath: '<>' }]);
  for (const none of ['-Sender pat@fabrikam.test', '-Recipients x@y.test', '-Start 2027-01-01', '-End 2026-01-01', '-Source SMTP'])
    expect(await mail.run(`Get-MessageTrackingLog ${none}`)).toEqual([]);
  expect(await mail.run('Get-MessageTrackingLog -ResultSize 2')).toHaveLength(2);
});
