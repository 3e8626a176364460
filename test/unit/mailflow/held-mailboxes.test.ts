import { afterEach, beforeEach, expect, test } from 'vitest';
import { localMailbox } from '../../../shared/domain/directory/recipient.ts';
import { setTransit } from '../../../shared/domain/mailbox/transit.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { start } from '../cmdlets/trust-lab.ts';
import { type MailGround, openMailGround } from './mail-ground.ts';

const [mary, ann, ben] = ['mary@contoso.test', 'ann@contoso.test', 'ben@contoso.test'];
let mail: MailGround;
beforeEach(async () => {
  mail = await openMailGround();
  await mail.run('New-Mailbox Ann -UserPrincipalName ann@contoso.test -Password Pa55word!');
  await mail.run('New-Mailbox Ben -UserPrincipalName ben@contoso.test -Password Pa55word!');
  const owner = await (await mail.of()).directory.byAddress(mary);
  const mailbox = present(owner === undefined ? null : localMailbox(owner), 'the mailbox of mary');
  await mail.store.transaction((tx) => setTransit(tx, mailbox, 'Locked', 'a move', start));
});
afterEach(() => mail.close());

const waiting = async () => (await mail.waiting()).map(({ to, text }) => [to, /^Subject: (.*)\r$/m.exec(text)?.[1]]);
const subjects = async (address: string) => (await mail.inFolder(address)).map(([, subject]) => subject);

test('of a group the member alone waits whose mailbox is locked by its move', async () => {
  await mail.run('New-DistributionGroup Team -Members ann,mary,ben');
  const { onward } = await mail.accept({ to: ['team@contoso.test'], from: ann });
  expect(onward).toMatchObject([
    { address: mary, hop: { delivery: 'SmtpDeliveryToMailbox', nextHop: expect.stringMatching(/^Mailbox Database \d{10}$/) } },
  ]);
  expect([await waiting(), await subjects(ann), await subjects(ben)]).toEqual([[[[mary], 'Hello']], ['Hello'], ['Hello']]);
});

test('what others owe to a mailbox that is locked by its move waits: an automatic reply', async () => {
  await mail.run("Set-MailboxAutoReplyConfiguration ann -AutoReplyState Enabled -InternalMessage 'Away'");
  await mail.accept({ to: [ann], from: mary });
  expect([await waiting(), await subjects(ann)]).toEqual([[[[mary], 'Automatic reply: Hello']], ['Hello']]);
});

test('what rules send on to a mailbox that is locked by its move waits', async () => {
  await mail.run('New-DistributionGroup Team -Members ann,mary');
  await mail.run('New-InboxRule r -Mailbox ben -RedirectTo mary');
  await mail.run('New-InboxRule t -Mailbox ben -RedirectTo team');
  await mail.accept({ to: [ben], from: 'svc@contoso.test' });
  expect(await waiting()).toEqual([
    [[mary], 'Hello'],
    [[mary], 'Hello'],
  ]);
  expect(await subjects(ann)).toEqual(['Hello']);
});
