import { getFolderByRole } from '../../../shared/domain/mailbox/folders.ts';
import { mailboxLanguage } from '../../../shared/domain/mailbox/mailbox-language.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { getMailTips as contract } from '../../../shared/protocols/ews/operations/get-mail-tips.ts';
import { errorMessage } from '../../../shared/protocols/ews/response-message.ts';
import type { EwsCall } from '../context.ts';
import { type RecipientElsewhere, tipsElsewhere } from '../mail-tips/elsewhere.ts';
import { type MailTipsMessage, mostRecipients, tipsAsked, tipsOf } from '../mail-tips/tips.ts';
import type { Operation } from '../operation.ts';
import { recipientPlace } from '../recipient-place.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getmailtips-operation
 * Of mailboxes elsewhere their own organisation is asked. As whom the message will be sent decides whether it is taken.
 */
export const getMailTips: Operation<typeof contract> = async (call, request) => {
  const { context, organization, instant: at } = call;
  const recipients = request.Recipients.Mailbox;
  // The code of too many recipients is inferred.
  if (recipients.length > mostRecipients) return errorMessage('ErrorInvalidArgument');
  const settings = await context.settings(organization.name);
  const tips = tipsAsked(request.MailTipsRequested, settings);
  if (tips === undefined) return errorMessage('ErrorMailTipsDisabled');
  const directory = context.directory(organization.name);
  const ground = { read: context.store.read, directory, organization, settings, at };
  const sender = (await directory.byAddress(request.SendingAs.EmailAddress ?? ''))?.guid ?? call.caller.recipient;
  const language = await languageOf(call);
  const answers: (MailTipsMessage | undefined)[] = [];
  const elsewhere: RecipientElsewhere[] = [];
  for (const [position, recipient] of recipients.entries()) {
    // SQLite answers at once and never yields by itself.
    await new Promise((resolve) => setImmediate(resolve));
    const place = await recipientPlace(directory, organization, {
      Address: recipient.EmailAddress ?? '',
      RoutingType: recipient.RoutingType,
    });
    if (place.is === 'elsewhere') elsewhere.push({ ...place, position, place, written: recipient });
    else answers[position] = await tipsOf(ground, place, { recipient, tips, to: 'internal', sender, language });
  }
  const told = await tipsElsewhere(call, elsewhere, tips);
  for (const { position, place, written: recipient } of elsewhere)
    answers[position] = told.get(position) ?? (await tipsOf(ground, place, { recipient, tips, to: 'internal', sender, language }));
  const ResponseMessages = recipients.map((_, position) => present(answers[position], `the answer for recipient ${position}`));
  return { class: 'Success', ...(ResponseMessages.length === 0 ? {} : { ResponseMessages }) };
};

/** The language of the caller's own mailbox, in which he is told; '' where he has none. */
async function languageOf({ context, caller }: EwsCall): Promise<string> {
  const root = caller.mailbox === null ? undefined : await getFolderByRole(context.store.read, caller.mailbox, 'root');
  return root === undefined ? '' : (mailboxLanguage(root) ?? '').toLowerCase();
}
