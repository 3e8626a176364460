import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Acceptance } from '../../../shared/bridges/mailflow/accept.ts';
import { textShown } from '../cmdlets/trust-lab.ts';
import { anonymous, type MailGround, openMailGround } from './mail-ground.ts';

let mail: MailGround;
beforeEach(async () => {
  mail = await openMailGround();
  await mail.run("New-SendConnector Internet -AddressSpaces '*;5' -SmartHosts relay.test");
  await mail.run('New-SendConnector Cloud -AddressSpaces contoso.mail.onmicrosoft.test');
  await mail.run('New-Mailbox Ann -UserPrincipalName ann@contoso.test -Password Pa55word!');
  await mail.run(
    'New-RemoteMailbox Joe -RemoteRoutingAddress joe@contoso.mail.onmicrosoft.test -UserPrincipalName joe@contoso.test -Password x',
  );
});
afterEach(() => mail.close());

const mary = 'mary@contoso.test';
const ann = 'ann@contoso.test';
const cloudJoe = 'joe@contoso.mail.onmicrosoft.test';
const here = ({ delivery }: Acceptance) => delivery.steps.length;
const onward = (one: Acceptance) => one.onward.map(({ address, hop }) => [address, hop.connector]);
const failed = (one: Acceptance) => (one.message.facts.source === 'DSN' ? [] : reasons(one));
const reasons = ({ events }: Acceptance) =>
  events.filter(({ event }) => event === 'FAIL').map(({ facts }) => [facts.recipients[0], facts.recipientStatus?.[0]?.split(';')[0]]);

describe('whom mail leads to', () => {
  test('a mailbox here, one on the other side, and anybody', async () => {
    const one = await mail.plan({ to: [ann, 'joe@contoso.test', 'pat@fabrikam.test', ann.toUpperCase()] });
    expect([here(one), onward(one), failed(one)]).toEqual([
      1,
      [
        [cloudJoe, 'Cloud'],
        ['pat@fabrikam.test', 'Internet'],
      ],
      [],
    ]);
    expect(one.onward[0]).toMatchObject({ original: 'joe@contoso.test' });
  });

  test('a group with members on both sides and groups in it, each place once', async () => {
    await mail.run('New-DistributionGroup Inner -Members joe,mary');
    await mail.run('New-DistributionGroup Team -Members ann,joe,inner');
    const one = await mail.plan({ to: ['team@contoso.test', ann] });
    expect([here(one), onward(one), failed(one)]).toEqual([2, [[cloudJoe, 'Cloud']], []]);
    expect(one.events.filter(({ event }) => event === 'EXPAND').map(({ facts }) => facts.relatedRecipientAddress)).toEqual([
      'team@contoso.test',
      'Inner@contoso.test',
    ]);
  });

  test.each([
    ['-ForwardingSmtpAddress pat@fabrikam.test', 0, []],
    ['-ForwardingSmtpAddress pat@fabrikam.test -DeliverToMailboxAndForward $true', 1, []],
    ['-ForwardingSmtpAddress pat@example.test', 0, [['pat@example.test', 'Internet']]],
    ['-ForwardingSmtpAddress mary@contoso.test', 1, []],
    ['-ForwardingAddress peg', 0, [['peg@fabrikam.test', 'Internet']]],
  ])('a mailbox with %s, where nothing is forwarded to fabrikam.test by itself', async (forwarding, places, elsewhere) => {
    await mail.run('New-RemoteDomain Fabrikam -DomainName fabrikam.test');
    await mail.run('Set-RemoteDomain Fabrikam -AutoForwardEnabled $false');
    await mail.run('New-MailContact Peg -ExternalEmailAddress peg@fabrikam.test');
    await mail.run(`Set-Mailbox ann ${forwarding}`);
    const one = await mail.plan({ to: [ann] });
    expect([here(one), onward(one), failed(one)]).toEqual([places, elsewhere, []]);
    const dropped = one.events
      .filter(({ event }) => event === 'DROP')
      .map(({ facts }) => [facts.relatedRecipientAddress, facts.recipients]);
    expect(dropped).toEqual(forwarding.includes('SmtpAddress pat@fabrikam.test') ? [[ann, ['pat@fabrikam.test']]] : []);
  });

  test.each([
    ['-ForwardingAddress mary', 1, []],
    ['-ForwardingAddress joe -DeliverToMailboxAndForward $true', 1, [[cloudJoe, 'Cloud']]],
    ['-ForwardingSmtpAddress pat@fabrikam.test', 0, [['pat@fabrikam.test', 'Internet']]],
    ['-ForwardingAddress mary -ForwardingSmtpAddress pat@fabrikam.test', 1, []],
  ])('a mailbox with %s', async (forwarding, places, elsewhere) => {
    await mail.run(`Set-Mailbox ann ${forwarding}`);
    const one = await mail.plan({ to: [ann] });
    expect([here(one), onward(one), failed(one)]).toEqual([places, elsewhere, []]);
    expect(one.events.map(({ event }) => event)).toContain('REDIRECT');
  });

  test('forwarding in a circle is reported, unless somebody has kept a copy', async () => {
    await mail.run('Set-Mailbox ann -ForwardingAddress mary');
    await mail.run('Set-Mailbox mary -ForwardingAddress ann');
    const lost = await mail.plan({ from: 'svc@contoso.test', to: [ann] });
    expect([here(lost), failed(lost)]).toEqual([0, [[ann, '550 5.4.6 RESOLVER.FWD.Loop']]]);
    await mail.run('Set-Mailbox ann -DeliverToMailboxAndForward $true');
    const kept = await mail.plan({ from: 'svc@contoso.test', to: [ann] });
    expect([here(kept), failed(kept)]).toEqual([1, []]);
  });

  test('a legacyExchangeDN, a second one, and one that has gone', async () => {
    const [shown] = await mail.run('Get-Mailbox ann');
    const other = '/o=Old/ou=First_Site/cn=Recipients/cn=ann';
    await mail.run(`Set-Mailbox ann -EmailAddresses @{Add="X500:${other}"}`);
    const one = await mail.plan({ to: [imceaex(textShown(shown, 'LegacyExchangeDN')), imceaex(other), imceaex('/o=Old/cn=nobody')] });
    expect([here(one), failed(one)]).toEqual([1, [[imceaex('/o=Old/cn=nobody'), '550 5.1.11 RESOLVER.ADR.ExRecipNotFound']]]);
  });
});

/** As Exchange writes a legacyExchangeDN for SMTP (MS-OXCMAIL 2.2.1.3). */
function imceaex(dn: string): string {
  const encoded = dn.replaceAll(/[^A-Za-z0-9/=.-]/g, (one) => `+${one.charCodeAt(0).toString(16).toUpperCase()}`).replaceAll('/', '_');
  return `IMCEAEX-${encoded}@contoso.test`;
}

describe('accepted domains', () => {
  test.each([
    ['Authoritative', [], [['nobody@contoso.test', '550 5.1.10 RESOLVER.ADR.RecipientNotFound']]],
    ['InternalRelay', [['nobody@contoso.test', 'Internet']], []],
    ['ExternalRelay', [['nobody@contoso.test', 'Internet']], []],
  ])('whoever is not found in one that is %s', async (type, elsewhere, reported) => {
    await mail.run(`Set-AcceptedDomain contoso.test -DomainType ${type}`);
    const one = await mail.plan({ to: ['nobody@contoso.test'] });
    expect([onward(one), failed(one)]).toEqual([elsewhere, reported]);
  });
});

describe('who may write', () => {
  const cases: readonly (readonly [string, string, Partial<typeof anonymous> | undefined, string | undefined])[] = [
    ['a group, from inside', '', undefined, undefined],
    ['a group, from outside', '', anonymous, '550 5.7.1 RESOLVER.RST.AuthRequired'],
    ['a group for everybody, from outside', 'Set-DistributionGroup Team -RequireSenderAuthenticationEnabled $false', anonymous, undefined],
    [
      'a group for few, from one of others',
      'Set-DistributionGroup Team -AcceptMessagesOnlyFrom ann',
      undefined,
      '550 5.7.1 RESOLVER.RST.NotAuthorized',
    ],
    ['a group for few, from one of them', 'Set-DistributionGroup Team -AcceptMessagesOnlyFrom mary', undefined, undefined],
    [
      'a group that does not take his',
      'Set-DistributionGroup Team -RejectMessagesFrom mary',
      undefined,
      '550 5.7.1 RESOLVER.RST.NotAuthorized',
    ],
  ];
  test.each(cases)('to %s', async (_name, line, facts, reply) => {
    await mail.run('New-DistributionGroup Team -Members ann');
    if (line !== '') await mail.run(line);
    const one = await mail.plan({ to: ['team@contoso.test'], ...(facts && { facts }) });
    expect(failed(one)).toEqual(reply === undefined ? [] : [['team@contoso.test', reply]]);
  });
});

describe('how large it may be', () => {
  const text = `From: ${mary}\r\nSubject: large\r\n\r\n${'x'.repeat(1_500)}\r\n`;
  const cases: readonly (readonly [string, string, Partial<typeof anonymous> | undefined, string, string | undefined])[] = [
    ['a sender’s limit', 'Set-Mailbox mary -MaxSendSize 1KB', undefined, ann, '550 5.2.3 RESOLVER.RST.SendSizeLimit.Sender'],
    ['a recipient’s limit', 'Set-Mailbox ann -MaxReceiveSize 1KB', undefined, ann, '550 5.2.3 RESOLVER.RST.RecipSizeLimit'],
    [
      'the organisation’s, to its people',
      'Set-TransportConfig -MaxReceiveSize 1KB',
      undefined,
      ann,
      '550 5.2.3 RESOLVER.RST.RecipSizeLimit',
    ],
    [
      'the organisation’s, from others',
      'Set-TransportConfig -MaxSendSize 1KB',
      anonymous,
      ann,
      '550 5.2.3 RESOLVER.RST.SendSizeLimit.Sender',
    ],
    [
      'the organisation’s, to others',
      'Set-TransportConfig -MaxReceiveSize 1KB',
      undefined,
      'pat@fabrikam.test',
      '550 5.3.4 ROUTING.SizeLimit',
    ],
    ['a connector’s', 'Set-SendConnector Internet -MaxMessageSize 1KB', undefined, 'pat@fabrikam.test', '550 5.3.4 ROUTING.SizeLimit'],
    ['none', 'Set-TransportConfig -MaxReceiveSize Unlimited', undefined, ann, undefined],
  ];
  test.each(cases)('%s', async (_name, line, facts, to, reply) => {
    await mail.run(line);
    const one = await mail.plan({ to: [to], text, ...(facts && { facts }) });
    expect(failed(one)).toEqual(reply === undefined ? [] : [[to, reply]]);
  });

  test('people’s own limits go before the organisation’s', async () => {
    await mail.run('Set-TransportConfig -MaxReceiveSize 1KB -MaxSendSize 1KB');
    await mail.run('Set-Mailbox mary -MaxSendSize 1MB');
    await mail.run('Set-Mailbox ann -MaxReceiveSize 1MB');
    expect(failed(await mail.plan({ to: [ann], text }))).toEqual([]);
  });
});

test('for how many: at the bound it goes to all, beyond it to nobody', async () => {
  const pat = 'pat@fabrikam.test';
  await mail.run('Set-TransportConfig -MaxRecipientEnvelopeLimit 2');
  expect(failed(await mail.plan({ to: [ann, pat] }))).toEqual([]);
  const tooMany = await mail.plan({ to: [ann, pat, 'joe@fabrikam.test'] });
  const reply = '550 5.5.3 RESOLVER.ADR.RecipLimit';
  expect(failed(tooMany)).toEqual([ann, pat, 'joe@fabrikam.test'].map((address) => [address, reply]));
  expect(tooMany.delivery.steps).toEqual([]);
});

describe('a report', () => {
  const nobody = 'nobody@contoso.test';

  test('tells a sender here whom his message does not reach, and is never reported on', async () => {
    const one = await mail.accept({ to: [nobody, ann] });
    expect(await mail.inFolder(mary)).toEqual([['REPORT.IPM.Note.NDR', 'Undeliverable: Hello']]);
    expect(await mail.inFolder(ann)).toEqual([['IPM.Note', 'Hello']]);
    expect(one.report?.report).toBeUndefined();
    const lost = await mail.plan({ from: 'gone@contoso.test', to: [nobody] });
    expect([lost.report?.message.sender, lost.report?.report]).toEqual(['', undefined]);
  });

  test('goes to a sender elsewhere by mail, with its status for machines', async () => {
    await mail.accept({ from: 'pat@fabrikam.test', to: [nobody], facts: anonymous });
    const [waiting] = await mail.waiting();
    expect(waiting).toMatchObject({ sender: '', to: ['pat@fabrikam.test'] });
    const text = waiting?.text ?? '';
    expect(text).toMatch(/^From: "?Microsoft Outlook"? <postmaster@contoso\.test>\r$/m);
    expect(text).toContain('\r\nReporting-MTA: dns;');
    expect(text).toMatch(/Final-Recipient: rfc822;nobody@contoso\.test\r\nAction: failed\r\nStatus: 5\.1\.10\r\n/);
    expect(text).toContain('Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address');
  });

  test.each([
    ['who wants to hear nothing', { notify: ['NEVER'] as const }, ''],
    ['who wants to hear of delays', { notify: ['DELAY'] as const }, ''],
    ['in a domain that gets none', {}, 'Set-RemoteDomain Default -NDREnabled $false'],
  ])('is not written to one %s', async (_name, terms, line) => {
    if (line !== '') await mail.run(line);
    const one = await mail.plan({ from: 'pat@fabrikam.test', to: [{ address: nobody, ...terms }], facts: anonymous });
    expect([failed(one).length, one.report]).toEqual([1, undefined]);
  });

  test('is as Set-TransportConfig says', async () => {
    await mail.run(
      'Set-TransportConfig -ExternalPostmasterAddress help@contoso.test -ExternalDsnReportingAuthority mta.contoso.test -ExternalDsnSendHtml $false -ExternalDsnMaxMessageAttachSize 10B',
    );
    await mail.accept({ from: 'pat@fabrikam.test', to: [nobody], facts: anonymous });
    const text = (await mail.waiting())[0]?.text ?? '';
    expect(text).toContain('<help@contoso.test>');
    expect(text).toContain('Reporting-MTA: dns;mta.contoso.test\r\n');
    expect(text).not.toContain('text/html');
    expect(text).toContain('Content-Type: text/rfc822-headers\r\n');
  });
});

describe('what mailboxes send by themselves', () => {
  test('mail of anybody stays anybody’s when a rule redirects it; what the mailbox forwards is its own', async () => {
    await mail.run('New-InboxRule r -Mailbox ann -RedirectTo pat@fabrikam.test');
    await mail.run('New-InboxRule f -Mailbox mary -ForwardTo pat@fabrikam.test');
    await mail.accept({ from: 'eve@example.test', to: [ann, mary], facts: anonymous });
    const sent = await mail.waiting();
    expect(sent.map(({ sender, text }) => [sender, /Organization-AuthAs: (\w+)/.exec(text)?.[1]])).toEqual([
      ['eve@example.test', 'Anonymous'],
      [mary, 'Internal'],
    ]);
  });

  test('rules that send to each other by way of groups, and of other organisations, come to an end', async () => {
    for (const [name, member] of [
      ['Marys', 'mary'],
      ['Anns', 'ann'],
    ])
      await mail.run(`New-DistributionGroup ${name} -Members ${member},joe`);
    await mail.run('New-InboxRule r -Mailbox ann -ForwardTo marys@contoso.test');
    await mail.run('New-InboxRule r -Mailbox mary -ForwardTo anns@contoso.test');
    await mail.accept({ from: 'svc@contoso.test', to: [ann] });
    expect((await mail.inFolder(mary)).map(([, subject]) => subject)).toEqual(['FW: Hello']);
    expect((await mail.inFolder(ann)).map(([, subject]) => subject)).toEqual(['Hello', 'FW: Hello']);
    const sent = await mail.waiting();
    expect(sent.map(({ to }) => to)).toEqual([[cloudJoe], [cloudJoe]]);
    // Whoever gets it elsewhere and sends it back: both have had it.
    expect(sent[1]?.text.match(/^X-MS-Exchange-Inbox-Rules-Loop: .*$/gm)).toEqual([
      'X-MS-Exchange-Inbox-Rules-Loop: ann@contoso.test',
      'X-MS-Exchange-Inbox-Rules-Loop: mary@contoso.test',
    ]);
  });
});
