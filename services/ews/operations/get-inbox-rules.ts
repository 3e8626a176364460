import { hasOutlookRules, readRules } from '../../../shared/domain/mailbox/rules/rule-messages.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { getInboxRules as contract } from '../../../shared/protocols/ews/operations/get-inbox-rules.ts';
import { openMailboxOf } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';
import { type WireRule, wireRule } from '../rules/wire-rule.ts';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getinboxrules-operation */
export const getInboxRules: Operation<typeof contract> = async (call, { MailboxSmtpAddress = '' }) => {
  const [message] = await perItem(call, [MailboxSmtpAddress], async (address) => {
    const mailbox = await openMailboxOf(call, address === '' ? undefined : address);
    const { read } = call.context.store;
    const InboxRules: WireRule[] = [];
    for (const rule of await readRules(read, mailbox.guid)) InboxRules.push(await wireRule(read, mailbox, rule));
    return { class: 'Success', OutlookRuleBlobExists: await hasOutlookRules(read, mailbox.guid), InboxRules } as const;
  });
  return present(message, 'the answer for the one mailbox');
};
