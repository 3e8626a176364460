import { largestMessageBytes } from '../../shared/domain/mailflow/largest-message.ts';
import { realSpellings } from '../../shared/domain/organization/host-map.ts';
import { certificateNames, type Organization } from '../../shared/domain/organization/organization.ts';
import { createSmtpHost, type SmtpHost } from '../../shared/service/smtp-host.ts';
import { mechanisms } from '../../shared/service/smtp-mechanisms.ts';
import type { SmtpFeatures, SmtpLimits } from '../../shared/service/smtp-profile.ts';
import type { SmtpDialogue, SmtpReply, SmtpSession } from '../../shared/service/smtp-session.ts';
import type { SubmissionParts } from './context.ts';
import { crowded, words } from './failures.ts';
import { authenticate, type Submitter, shownCredentials } from './stages/authenticate.ts';
import { deliverMessage } from './stages/deliver.ts';
import { judgeRecipient, judgeSender } from './stages/envelope.ts';
import { StepRecord } from './steps.ts';

/** 36 MB, five minutes between commands and ten in all: defaults of Exchange's receive connectors. The rest are bounds of ours. */
const limits: SmtpLimits = {
  maxConnections: 200,
  maxMessageBytes: largestMessageBytes,
  maxHeldBytes: 256 * 1024 * 1024,
  maxRecipients: 500,
  maxRefusedRecipients: 100,
  maxErrors: 10,
  idleTimeoutMs: 300_000,
  connectionTimeoutMs: 600_000,
};

const features: SmtpFeatures = {
  ...{ size: 'told', pipelining: true, dsn: false, enhancedStatusCodes: true, eightBitMime: true, chunking: true, xAnonymousTls: false },
};
const name = 'submission.coexist.test';

const machineNames = ['localhost', '127.0.0.1', '::1'];

/** Submission for all organisations of the world: whose client it is, the TLS name and the user name tell. */
export async function createSubmissionHost(parts: SubmissionParts): Promise<SmtpHost> {
  const { all } = await parts.organizations();
  const owners = new Map<string, string>();
  const contexts = new Map<string, Awaited<ReturnType<typeof parts.certificates.secureContextFor>>>();
  for (const organization of all) {
    const names = shownNames(organization);
    const identity = await parts.certificates.secureContextFor([...names, ...machineNames]);
    for (const name of names) {
      contexts.set(name.toLowerCase(), identity);
      owners.set(name.toLowerCase(), organization.name);
    }
  }
  const usual = await parts.certificates.leafFor(machineNames);
  return createSmtpHost({
    name,
    greeting: () => `${name} Microsoft ESMTP MAIL Service ready`,
    limits,
    features,
    tls: {
      certificate: { key: usual.keyPem, cert: [usual.certPem, ...usual.chain].join('') },
      handshakes: { options: parts, service: 'smtp', protocol: 'smtp', organizationOf: (host) => owners.get(host) },
      contextFor: (asked) => contexts.get(asked)?.context,
    },
    signIn: { mechanisms: Object.keys(mechanisms), required: true, inPlainText: false },
    words,
    crowded,
    patience: parts.patience,
    open: (session) => openDialogue(parts, session),
    broken: (session, error) => recordBroken(parts, session, error),
  });
}

/** The names in an organisation's certificate, as its front end shows it. */
function shownNames(organization: Organization): readonly string[] {
  return [...certificateNames(organization), ...realSpellings(organization)];
}

function openDialogue(parts: SubmissionParts, session: SmtpSession): SmtpDialogue {
  const record = new StepRecord(parts, session);
  let submitter: Submitter | undefined;
  const signedIn = (work: (who: Submitter) => Promise<SmtpReply>): Promise<SmtpReply> =>
    submitter === undefined ? Promise.reject(new Error('defect: mail before sign-in')) : work(submitter);
  return {
    opening: (command) => record.opening(command),
    authenticate: (credentials) =>
      record.step('AUTH', shownCredentials(credentials), async (exchange) => {
        const { submitter: who, ...reply } = await authenticate(parts, session, credentials, exchange);
        submitter = who;
        record.organization = who?.organization;
        record.caller = who?.caller.primarySmtpAddress;
        return reply;
      }),
    sender: ({ address }) =>
      record.step('MAIL', `MAIL FROM:<${address}>`, (exchange) => signedIn((who) => judgeSender(parts, who, address, exchange))),
    recipient: ({ address }) =>
      record.step('RCPT', `RCPT TO:<${address}>`, (exchange) => signedIn((who) => judgeRecipient(parts, who, address, exchange))),
    message: ({ sender, recipients }, octets) =>
      record.step('DATA', `DATA of ${octets.length} octets`, (exchange) =>
        signedIn((who) =>
          deliverMessage(
            parts,
            session,
            who,
            { sender: sender.address, recipients: recipients.map(({ address }) => address), octets },
            exchange,
          ),
        ),
      ),
  };
}

/** A handshake that failed, above all: a client that does not trust the authority shows up here and nowhere else. */
function recordBroken({ recorder, clock }: SubmissionParts, { peer, serverName, tls }: SmtpSession, error: NodeJS.ErrnoException): void {
  const exchange = recorder.open({
    service: 'smtp',
    direction: 'incoming',
    protocol: 'smtp',
    target: tls === undefined ? 'TLS handshake' : 'connection',
    host: serverName,
    peer,
    at: clock.now(),
  });
  exchange.note({ code: error.code ?? error.name, detail: error.message.trim() });
  exchange.close('aborted', clock.now());
}
