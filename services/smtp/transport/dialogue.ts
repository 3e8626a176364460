import { userLimits } from '../../../shared/domain/organization/throttling-policies.ts';
import type { OpenExchange } from '../../../shared/kernel/exchange.ts';
import { judge } from '../../../shared/kernel/verdict.ts';
import type { SmtpDialogue, SmtpPath, SmtpReply, SmtpSession } from '../../../shared/service/smtp-session.ts';
import { authenticate, type Submitter, shownCredentials } from '../stages/authenticate.ts';
import { judgeSender as judgeOwnSender } from '../stages/envelope.ts';
import { StepRecord } from '../steps.ts';
import type { Desk, DeskParts, DeskTrust } from './desk.ts';
import { senderFacts, traceparentOf } from './envelope-facts.ts';
import { transportReply } from './failures.ts';
import { judgeRecipient, judgeSender } from './judge-envelope.ts';
import { ProtocolLog } from './protocol-log.ts';
import type { RateLimit } from './submission-rates.ts';
import { takeMessage } from './take-message.ts';

/** Leads a conversation with another server, or with a program that signs in at a receive connector. */
export function openTransportDialogue(parts: DeskParts, desk: Desk, session: SmtpSession): SmtpDialogue {
  const { protocolLog, organization } = desk;
  const log =
    protocolLog === undefined ? undefined : new ProtocolLog(parts, session, { connector: protocolLog, organization: organization.name });
  const record = new StepRecord(parts, session, log && (() => log.take()));
  record.organization = desk.organization;
  let submitter: Submitter | undefined;
  let sender: SmtpPath = { address: '', parameters: {} };
  const trust = (): DeskTrust =>
    desk.trust({ remoteAddress: addressOf(session.peer), tls: session.tls, isSignedIn: submitter !== undefined }, sender.address);
  return {
    ...(log === undefined
      ? {}
      : {
          said: (event, text) => log.add(event, text),
          secured: () => log.addTls(session.tls),
          ended: () => record.closed(),
        }),
    opening: (command) => record.opening(command),
    authenticate: (credentials) =>
      record.step('AUTH', shownCredentials(credentials), async (exchange) => {
        const { submitter: who, ...reply } = await authenticate(parts, session, credentials, exchange, desk.organization);
        submitter = who;
        record.caller = who?.caller.primarySmtpAddress;
        return reply;
      }),
    sender(path) {
      record.follow(traceparentOf(path.parameters));
      return record.step('MAIL', `MAIL FROM:<${path.address}>${parametersText(path)}`, async (exchange): Promise<SmtpReply> => {
        sender = path;
        const taken = judgeSender(desk, trust(), session, exchange);
        const own = taken.code >= 400 || submitter === undefined ? taken : await judgeOwnSender(parts, submitter, path.address, exchange);
        return own.code >= 400 ? own : ((await overRate(parts, desk, session, submitter, exchange)) ?? own);
      });
    },
    recipient: (path) =>
      record.step('RCPT', `RCPT TO:<${path.address}>${parametersText(path)}`, (exchange) =>
        judgeRecipient(parts, desk, { ...trust(), ...senderFacts(sender.parameters) }, path.address, exchange),
      ),
    message: (envelope, octets) =>
      record.step('DATA', `DATA of ${octets.length} octets`, (exchange, traceparent) =>
        takeMessage(parts, desk, trust(), session, { envelope, octets, traceparent, submitter }, exchange),
      ),
  };
}

/** Refuses what a client sends too often: by the connector, or by the throttling policy of whoever has signed in. */
async function overRate(
  parts: DeskParts,
  { rate, host, organization, settings }: Desk,
  { peer }: SmtpSession,
  submitter: Submitter | undefined,
  exchange: OpenExchange,
): Promise<SmtpReply | undefined> {
  const client = { address: addressOf(peer), user: submitter?.caller.primarySmtpAddress };
  const person = submitter && (await parts.directory(organization.name).byGuid(submitter.caller.recipient));
  const perMinute = person && userLimits(organization, settings, person.settings.throttlingPolicy).messageRate;
  const isUnlimited = perMinute === undefined || perMinute === Number.POSITIVE_INFINITY;
  const granted: RateLimit | undefined = isUnlimited ? undefined : { connector: policies, perMinute, source: 'User' };
  const limits = [rate, granted].filter((limit) => limit !== undefined);
  const full = parts.rates.take(limits, client, parts.clock.now(organization.name));
  if (full === undefined) return undefined;
  const actual = `more by ${full.connector === policies ? policies : full.source}`;
  exchange.judged(judge([{ check: 'transport.rate', expected: `at most ${full.perMinute} messages a minute`, actual, outcome: 'failed' }]));
  exchange.note({ code: 'rate-limited' });
  return transportReply('rate-limited', host);
}

const policies = 'throttling policy';

function addressOf(peer: string): string {
  return peer.slice(0, peer.lastIndexOf(':'));
}

function parametersText({ parameters }: SmtpPath): string {
  return Object.entries(parameters)
    .map(([name, value]) => (value === true ? ` ${name}` : ` ${name}=${value}`))
    .join('')
    .slice(0, 512);
}
