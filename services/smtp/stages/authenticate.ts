import type { Caller } from '../../../shared/bridges/access/caller.ts';
import { judgeSubmission } from '../../../shared/bridges/access/submission.ts';
import type { Organization } from '../../../shared/domain/organization/organization.ts';
import { redactCredential } from '../../../shared/journal/redact.ts';
import type { OpenExchange } from '../../../shared/kernel/exchange.ts';
import { countAttempt } from '../../../shared/service/count-attempt.ts';
import type { SmtpCredentials, SmtpReply, SmtpSession } from '../../../shared/service/smtp-session.ts';
import { type SubmissionParts, serverHost } from '../context.ts';
import { signInReply, stepReply } from '../failures.ts';

/** Whoever submits mail here. */
export interface Submitter {
  readonly organization: Organization;
  readonly caller: Caller;
}

/**
 * Judges a client's credentials.
 *
 * @param own the organisation that judges; absent: the one that the client means
 */
export async function authenticate(
  parts: SubmissionParts,
  session: SmtpSession,
  { given }: SmtpCredentials,
  exchange: OpenExchange,
  own?: Organization,
): Promise<SmtpReply & { readonly submitter?: Submitter }> {
  if ('malformed' in given) {
    exchange.note({ code: 'response-malformed', detail: given.malformed });
    return stepReply('response-malformed', given.malformed);
  }
  const { verdict, organization, caller, refusal, attempt } = await judgeSubmission(given, {
    organizations: await parts.organizations(),
    settings: parts.settings,
    directory: parts.directory,
    serverName: own?.hosts.web ?? session.serverName,
    at: (name) => parts.clock.now(name),
  });
  exchange.judged(verdict);
  if (organization !== undefined) {
    exchange.note({ organization: organization.name });
    await countAttempt(parts.store, organization, await parts.settings(organization.name), attempt, parts.clock.now(organization.name));
  }
  if (refusal !== undefined) {
    exchange.note({ caller: given.userName.slice(0, 256), code: refusal.code, detail: refusal.detail ?? '' });
    return signInReply(refusal.code, serverHost(organization) ?? session.serverHost);
  }
  exchange.note({ caller: caller.primarySmtpAddress });
  return { code: 235, text: '2.7.0 Authentication successful', submitter: { organization, caller } };
}

/** What the client sent, as the journal may show it. */
export function shownCredentials({ mechanism, given }: SmtpCredentials): string {
  if ('malformed' in given) return `AUTH ${mechanism} (withheld)`;
  const secret =
    'token' in given ? `Bearer ${given.token}` : `Basic ${Buffer.from(`${given.userName}:${given.password}`).toString('base64')}`;
  return `AUTH ${mechanism} user ${given.userName.slice(0, 256)} ${redactCredential(secret)}`;
}
