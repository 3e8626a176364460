import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createTransport } from 'nodemailer';
import type { RunningLab } from '../../services/main.ts';
import { runCmdlet } from './run-cmdlet.ts';

const mebibyte = 1024 * 1024;
/** As a file is sent: in base64, which makes more of it. */
const fileBytes = 38 * mebibyte;

/** A message that is larger than any organization takes before it is told to. */
export const largeMessage = {
  ...{ from: 'mary@contoso.test', to: 'rob@contoso.test', subject: 'Fifty', text: 'all of it in a file' },
  leastBytes: 50 * mebibyte,
} as const;

/** Sends it by the client connector of contoso, whose administrator has allowed it before: to the organization, then to each connector on the way. */
export async function sendLargeMessage(lab: Pick<RunningLab, 'endpoints' | 'mailSent'>): Promise<void> {
  await runCmdlet(lab, 'contoso', 'Set-TransportConfig -MaxReceiveSize 100MB -MaxSendSize 100MB');
  const connectors = await runCmdlet<{ readonly Identity: string }>(lab, 'contoso', 'Get-ReceiveConnector');
  for (const { Identity } of connectors) await runCmdlet(lab, 'contoso', `Set-ReceiveConnector "${Identity}" -MaxMessageSize 100MB`);
  const port = Number(lab.endpoints.organizations['contoso']?.clientSmtp?.split(':')[1]);
  const mailer = createTransport({
    ...{ host: 'localhost', port, requireTLS: true, auth: { user: 'CONTOSO\\mary', pass: lab.endpoints.users[0]?.password } },
    tls: { ca: readFileSync(lab.endpoints.caFile), servername: 'mail.contoso.test' },
  });
  const { from, to, subject, text } = largeMessage;
  await mailer.sendMail({ from, to, subject, text, attachments: [{ filename: 'large.bin', content: randomBytes(fileBytes) }] });
  mailer.close();
  await lab.mailSent();
}
