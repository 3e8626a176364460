import type { Recipient } from '../domain/directory/recipient.ts';
import {
  type AutomaticReplies,
  changeAutomaticReplies,
  longestReply,
  type Reply,
  type ReplyPeriod,
  readAutomaticReplies,
  replyAudiences,
  replyStates,
  shownPeriod,
} from '../domain/mailbox/automatic-replies.ts';
import type { Instant } from '../kernel/clock.ts';
import { Refusal } from '../kernel/refusal.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, cmdletRefusal } from './cmdlet.ts';
import { choiceGiven, numberGiven, textGiven } from './given.ts';
import { requireMailbox } from './recipient-identity.ts';

const kinds: Cmdlet['kinds'] = ['on-premises', 'cloud'];

/**
 * `Set-MailboxAutoReplyConfiguration mary -AutoReplyState Scheduled -StartTime 12/24/2026 -EndTime 1/2/2027 -InternalMessage
 * "..."`: what a mailbox answers while its owner is away. What declines meetings does not exist here.
 */
export const mailboxAutoReplyConfiguration = {
  get: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text' },
    required: ['Identity'],
    async run(scope, given) {
      const { owner, mailbox } = await requireMailbox(scope, String(given['Identity']));
      return [show(owner, await scope.transaction((tx) => readAutomaticReplies(tx, mailbox)), scope.at)];
    },
  },
  set: {
    kinds,
    positional: 'Identity',
    parameters: {
      Identity: 'text',
      AutoReplyState: 'text',
      StartTime: 'date',
      EndTime: 'date',
      ExternalAudience: 'text',
      ExternalMessage: 'nullable text',
      InternalMessage: 'nullable text',
    },
    required: ['Identity'],
    async run(scope, given) {
      const { mailbox } = await requireMailbox(scope, String(given['Identity']));
      const state = choiceGiven(given, 'AutoReplyState', replyStates);
      const externalAudience = choiceGiven(given, 'ExternalAudience', replyAudiences);
      try {
        await scope.transaction(async (tx) => {
          const before = await readAutomaticReplies(tx, mailbox);
          const change: Partial<AutomaticReplies> = {
            ...(state === undefined ? {} : { state }),
            ...(externalAudience === undefined ? {} : { externalAudience }),
            ...periodGiven(given, before, scope.at),
            ...messageGiven(given, 'InternalMessage', before.internal),
            ...messageGiven(given, 'ExternalMessage', before.external),
          };
          await changeAutomaticReplies(tx, mailbox, change, scope.at);
        });
      } catch (error) {
        throw inWords(error);
      }
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

/** In the order in which the shell shows them: that of their names. */
function show({ displayName }: Recipient, replies: AutomaticReplies, at: Instant): CmdletObject {
  const { start, end } = shownPeriod(replies, at);
  return {
    AutoReplyState: replies.state,
    EndTime: new Date(end),
    ExternalAudience: replies.externalAudience,
    ExternalMessage: replies.external.html,
    InternalMessage: replies.internal.html,
    StartTime: new Date(start),
    MailboxOwnerId: displayName,
    Identity: displayName,
  };
}

/** What is not written of the two stays as it is shown. */
function periodGiven(given: CmdletParameters, before: AutomaticReplies, at: Instant): { readonly period?: ReplyPeriod } {
  const [start, end] = [numberGiven(given, 'StartTime'), numberGiven(given, 'EndTime')];
  if (start === undefined && end === undefined) return {};
  const shown = shownPeriod(before, at);
  return { period: { start: start ?? shown.start, end: end ?? shown.end } };
}

/** Tags are put around a text that has none (page of Set-MailboxAutoReplyConfiguration); `$null` takes a message away. */
function messageGiven(
  given: CmdletParameters,
  name: 'InternalMessage' | 'ExternalMessage',
  { language }: Reply,
): { readonly internal?: Reply; readonly external?: Reply } {
  if (given[name] === undefined) return {};
  const text = textGiven(given, name) ?? '';
  const html = text === '' || /<html[\s>]/i.test(text) ? text : `<html><body>${text}</body></html>`;
  return { [name === 'InternalMessage' ? 'internal' : 'external']: { html, language } };
}

/** Our wording: Exchange's is not published. */
function inWords(error: unknown): unknown {
  if (!(error instanceof Refusal)) return error;
  if (error.code === 'reply-period-invalid')
    return cmdletRefusal('bad-parameter', 'The state Scheduled needs an -EndTime that is later than the -StartTime.');
  if (error.code === 'reply-too-long') return cmdletRefusal('bad-parameter', `A message has at most ${longestReply} characters.`);
  return error;
}
