import { describe, expect, test } from 'vitest';
import type { ItemDraft, RecipientDraft } from '../../../shared/domain/mailbox/draft.ts';
import { isJunk } from '../../../shared/domain/mailbox/junk-email.ts';
import { applyRules } from '../../../shared/domain/mailbox/rules/apply-rules.ts';
import type { InboxRule, RuleActions, RulePredicates } from '../../../shared/domain/mailbox/rules/rule.ts';
import { ruleMatches } from '../../../shared/domain/mailbox/rules/rule-matches.ts';
import { named, namedProperty, type PropertyBag, propertySets, tags } from '../../../shared/kernel/mapi.ts';

const at = Date.UTC(2026, 10, 21);
const to = (address: string, kind: RecipientDraft['kind'] = 'to'): RecipientDraft => ({ kind, name: '', address, routingType: 'SMTP' });
const me = 'mary@contoso.test';

function message(properties: PropertyBag = {}, { recipients = [to(me)], ...more }: Partial<ItemDraft> = {}) {
  const draft: ItemDraft = {
    class: 'IPM.Note',
    properties: { [tags.subject]: 'Weekly Report', [tags.body]: 'Straße und Zahlen', [tags.importance]: 1, ...properties },
    attachments: [],
    recipients,
    ...more,
  };
  return { draft, at, from: new Set(['rob@contoso.test', 'robert@contoso.test']), me: new Set([me, 'mm@contoso.test']) };
}
const file = (isInline: boolean) => ({ kind: 'file', name: 'a', isInline, bytes: Buffer.alloc(0) }) as const;
const headers = (text: string) => message({ [tags.transportMessageHeaders]: `${text}\r\n` });
const ofClass = (name: string) => message({}, { class: name });
const flagRequest = namedProperty(propertySets.Common, 0x8530, 'String');

const cases: readonly (readonly [RulePredicates, ReturnType<typeof message>, ReturnType<typeof message>])[] = [
  [{ ContainsSubjectStrings: ['nothing', 'weekly'] }, message(), message({ [tags.subject]: 'Week' })],
  [{ ContainsBodyStrings: ['STRASSE'] }, message(), message({ [tags.body]: 'Weg' })],
  [
    { ContainsBodyStrings: ['bold'] },
    message({ [tags.body]: '', [tags.bodyHtml]: '<b>bold</b>' }),
    message({ [tags.body]: '', [tags.bodyHtml]: '<bold>' }),
  ],
  [{ ContainsSubjectOrBodyStrings: ['zahlen'] }, message(), message({ [tags.body]: '' })],
  [{ ContainsHeaderStrings: ['x-spam: yes'] }, headers('X-Spam: yes'), headers('X-Spam: no')],
  [{ ContainsRecipientStrings: ['@contoso'] }, message(), message({}, { recipients: [to('a@fabrikam.test'), to(me, 'bcc')] })],
  [{ ContainsSenderStrings: ['ROBERT@'] }, message(), { ...message(), from: new Set(['ann@contoso.test']) }],
  [{ FromAddresses: [{ name: '', address: 'Robert@contoso.test' }] }, message(), { ...message(), from: new Set(['ann@contoso.test']) }],
  [
    { SentToAddresses: [{ name: '', address: 'all@contoso.test' }] },
    message({}, { recipients: [to('ALL@contoso.test', 'cc')] }),
    message(),
  ],
  [{ Categories: ['blue'] }, message({ [named.keywords]: ['Blue'] }), message({ [named.keywords]: ['Red'] })],
  [{ FlaggedForAction: 'FYI' }, message({ [flagRequest]: 'For Your Information' }), message({ [flagRequest]: 'Call' })],
  [{ FlaggedForAction: 'Any' }, message({ [flagRequest]: 'Call' }), message()],
  [{ HasAttachments: true }, message({}, { attachments: [file(false)] }), message({}, { attachments: [file(true)] })],
  [{ Importance: 'High' }, message({ [tags.importance]: 2 }), message()],
  [{ Sensitivity: 'Confidential' }, message({ [tags.sensitivity]: 3 }), message()],
  [{ IsApprovalRequest: true }, ofClass('IPM.Note.Microsoft.Approval.Request.Recall'), message()],
  [{ IsAutomaticForward: true }, message({ ['0x0005000B' as never]: true }), message()],
  [{ IsAutomaticReply: true }, headers('Auto-Submitted: auto-replied'), headers('Auto-Submitted: no')],
  [
    { IsEncrypted: true },
    headers('Content-Type: application/pkcs7-mime; smime-type=enveloped-data'),
    headers('Content-Type: application/pkcs7-mime; smime-type=signed-data'),
  ],
  [{ IsSigned: true }, headers('Content-Type: multipart/signed; boundary=x'), headers('Content-Type: multipart/mixed')],
  [{ IsMeetingRequest: true }, ofClass('IPM.Schedule.Meeting.Request'), ofClass('IPM.Schedule.Meeting.Resp.Pos')],
  [{ IsMeetingResponse: true }, ofClass('IPM.Schedule.Meeting.Resp.Pos'), ofClass('IPM.Schedule.Meeting.Request')],
  [{ IsNDR: true }, ofClass('REPORT.IPM.Note.NDR'), ofClass('REPORT.IPM.Note.DR')],
  [{ IsReadReceipt: true }, ofClass('REPORT.IPM.Note.IPNRN'), ofClass('REPORT.IPM.Note.NDR')],
  [{ IsPermissionControlled: true }, headers('Content-Class: rpmsg.message'), message()],
  [{ IsVoicemail: true }, ofClass('IPM.Note.Microsoft.Voicemail.UM.CA'), message()],
  [{ ItemClasses: ['ipm.note.custom'] }, ofClass('IPM.Note.Custom.One'), ofClass('IPM.Note.Customer')],
  [{ SentToMe: true }, message({}, { recipients: [to('MM@contoso.test')] }), message({}, { recipients: [to(me, 'cc')] })],
  [{ SentCcMe: true }, message({}, { recipients: [to(me, 'cc')] }), message()],
  [{ SentToOrCcMe: true }, message({}, { recipients: [to(me, 'cc')] }), message({}, { recipients: [to('all@contoso.test')] })],
  [{ NotSentToMe: true }, message({}, { recipients: [to(me, 'cc')] }), message()],
  [{ SentOnlyToMe: true }, message(), message({}, { recipients: [to(me), to('ann@contoso.test', 'cc')] })],
  [{ WithinDateRange: { StartDateTime: at, EndDateTime: at } }, message(), { ...message(), at: at + 1 }],
  [
    { WithinSizeRange: { MinimumSize: 2, MaximumSize: 3 } },
    message({}, { mime: Buffer.alloc(2_500) }),
    message({}, { mime: Buffer.alloc(2_000) }),
  ],
];

describe.each(cases)('%o', (conditions, yes, no) => {
  test('holds for one message and not for the other', () => {
    expect([ruleMatches({ conditions, exceptions: {} }, yes), ruleMatches({ conditions, exceptions: {} }, no)]).toEqual([true, false]);
  });

  test('keeps a rule away as an exception', () => {
    expect([
      ruleMatches({ conditions: {}, exceptions: conditions }, yes),
      ruleMatches({ conditions: {}, exceptions: conditions }, no),
    ]).toEqual([false, true]);
  });
});

test('all conditions have to hold, any exception is enough, and what is false or empty is not looked at', () => {
  const both = { ContainsSubjectStrings: ['weekly'], Importance: 'High' } as const;
  expect(ruleMatches({ conditions: both, exceptions: {} }, message())).toBe(false);
  expect(ruleMatches({ conditions: {}, exceptions: both }, message())).toBe(false);
  expect(ruleMatches({ conditions: { HasAttachments: false, Categories: [] }, exceptions: { SentToMe: false } }, message())).toBe(true);
});

const rule = (counter: number, actions: RuleActions, more: Partial<InboxRule> = {}): InboxRule => ({
  ...{ counter, name: `${counter}`, priority: counter, isEnabled: true, isInError: false, conditions: {}, exceptions: {}, actions },
  ...more,
});

test('rules act in their order until one stops; those that are off or in error do not', () => {
  const rules = [
    rule(1, { CopyToFolder: 10, AssignCategories: ['a'] }),
    rule(2, { Delete: true }, { isEnabled: false }),
    rule(3, { Delete: true }, { isInError: true }),
    rule(4, { MoveToFolder: 11, AssignCategories: ['b'], MarkImportance: 'Low' }),
    rule(5, { CopyToFolder: 10, StopProcessingRules: true }),
    rule(6, { PermanentDelete: true, MarkAsRead: true }),
  ];
  const { places, set, acted } = applyRules(rules, message({ [named.keywords]: ['c'] }), 'inbox');
  expect([places, set, acted.map(({ counter }) => counter)]).toEqual([
    [10, 11],
    { [named.keywords]: ['c', 'a', 'b'], [tags.importance]: 0 },
    [1, 4, 5],
  ]);
  expect(applyRules([rule(1, { PermanentDelete: true })], message(), 'inbox').places).toEqual([]);
});

test('junk is what blocked senders and domains send, unless somebody is trusted', () => {
  const settings = {
    isEnabled: true,
    trustedListsOnly: false,
    contactsTrusted: true,
    blocked: ['bad@a.test', 'b.test'],
    trusted: ['good@b.test'],
    trustedRecipients: ['list@c.test'],
  };
  const from = (address: string, recipients: readonly string[] = [me], more = {}) =>
    isJunk({ ...settings, ...more }, [address], recipients);
  expect([from('bad@a.test'), from('good@a.test'), from('any@b.test'), from('good@b.test'), from('any@sub.b.test')]).toEqual([
    true,
    false,
    true,
    false,
    false,
  ]);
  expect([from('bad@a.test', ['list@c.test']), from('bad@a.test', [me], { isEnabled: false })]).toEqual([false, false]);
  expect([from('new@d.test', [me], { trustedListsOnly: true }), from('good@b.test', [me], { trustedListsOnly: true })]).toEqual([
    true,
    false,
  ]);
});
