import { readFileSync } from 'node:fs';
import { createTransport } from 'nodemailer';
import { afterEach, expect, test } from 'vitest';
import { type Dialogue, openDialogue } from './dialogue.ts';
import { mimeOf, sendMessage, useTransportLab } from './transport-lab.ts';

const transport = useTransportLab({ clock: 'frozen@2026-11-04T09:00Z' });
const { run } = transport;
const open: Dialogue[] = [];
const server = 'Client Frontend EX-SE-01';
const [mary, rob] = ['mary@contoso.test', 'rob@contoso.test'];

const clientPort = (organization = 'contoso'): number =>
  Number(transport.lab.endpoints.organizations[organization]?.clientSmtp?.split(':')[1]);

async function connect(): Promise<Dialogue> {
  const dialogue = await openDialogue(transport.lab, clientPort());
  open.push(dialogue);
  return dialogue;
}

async function secured(): Promise<Dialogue> {
  const dialogue = await connect();
  await dialogue.startTls('mail.contoso.test');
  return dialogue;
}

async function signedIn(name = 'mary'): Promise<Dialogue> {
  const dialogue = await secured();
  await dialogue.say('AUTH LOGIN');
  await dialogue.say(Buffer.from(`CONTOSO\\${name}`).toString('base64'));
  expect(await dialogue.say(Buffer.from(transport.lab.password).toString('base64'))).toMatch(/^235 /);
  return dialogue;
}

const letter = (subject: string, header = ''): { from: string; to: string; text: string } => ({
  ...{ from: mary, to: rob, text: `From: ${mary}\r\n${header}Subject: ${subject}\r\n\r\nx` },
});

afterEach(async () => {
  for (const dialogue of open.splice(0)) dialogue.end();
  await run(`Set-ReceiveConnector "${server}" -RequireTLS $false -MaxMessageSize 36MB -MessageRateLimit 5 -MessageRateSource User`);
  await transport.lab.clock.advance(3_600_000);
});

test('nodemailer submits by the connector, with the certificate checked', async () => {
  const mailer = createTransport({
    ...{ host: 'localhost', port: clientPort(), requireTLS: true, auth: { user: 'CONTOSO\\mary', pass: transport.lab.password } },
    tls: { ca: readFileSync(transport.lab.endpoints.caFile), servername: 'mail.contoso.test' },
  });
  await mailer.sendMail({ from: mary, to: rob, bcc: 'adam@contoso.test', subject: 'by the connector', text: 'x' });
  mailer.close();
  const mime = await mimeOf(transport.lab, rob, 'by the connector');
  expect(mime).toMatch(/^X-MS-Exchange-Organization-AuthAs: Internal$/m);
  expect(mime).not.toMatch(/^Bcc:/im);
  const [row] = await run('Get-MessageTrackingLog -EventId Receive -MessageSubject "by the connector"');
  expect(row).toMatchObject({ ConnectorId: `EX-SE-01\\${server}`, Source: 'SMTP' });
});

test('it has no anonymous door, and tenants have none of the kind', async () => {
  const dialogue = await secured();
  expect(await dialogue.say(`MAIL FROM:<${mary}>`)).toMatch(/^530 5\.7\.57 /);
  expect(transport.lab.endpoints.organizations['contoso-cloud']?.clientSmtp).toBeNull();
  expect((await connect()).greeting).toMatch(/^220 EX-SE-01\.contoso\.test Microsoft ESMTP MAIL Service ready/);
});

test('whose name stands in the From field is judged', async () => {
  const dialogue = await signedIn();
  const forged = { ...letter('x'), text: `From: ${rob}\r\nSubject: x\r\n\r\nx` };
  expect(await sendMessage(dialogue, forged)).toMatch(/^550 5\.7\.60 /);
  expect(await sendMessage(dialogue, { ...letter('x'), from: rob })).toMatch(/^550 5\.7\.60 /);
});

test('its settings hold: AuthMechanism, RequireTLS, MaxMessageSize, Enabled', async () => {
  const plain = await connect();
  expect(await plain.say('EHLO client.test')).not.toContain('AUTH');
  await run(`Set-ReceiveConnector "${server}" -AuthMechanism Tls,BasicAuth -MaxMessageSize 1MB`);
  const open = await connect();
  expect(await open.say('EHLO client.test')).toContain('250-AUTH LOGIN');
  expect(await open.say('EHLO client.test')).toContain('SIZE 1048576');
  await run(`Set-ReceiveConnector "${server}" -RequireTLS $true`);
  const required = await connect();
  await required.say('EHLO client.test');
  expect(await required.say(`MAIL FROM:<${mary}>`)).toMatch(/^530 5\.7\.0 Must issue a STARTTLS command first$/);
  await run(`Set-ReceiveConnector "${server}" -Enabled $false`);
  expect((await connect()).greeting).toMatch(/^421 4\.3\.2 /);
  await run(`Set-ReceiveConnector "${server}" -Enabled $true -AuthMechanism Tls,Integrated,BasicAuth,BasicAuthRequireTLS`);
});

const tooMany = '421 4.4.2 Message submission rate for this client has exceeded the configured limit';

test('five messages a minute of one user, by the clock of the world', async () => {
  const dialogue = await signedIn();
  for (let count = 0; count < 5; count += 1) expect(await sendMessage(dialogue, letter(`n${count}`))).toMatch(/^250 /);
  expect(await sendMessage(dialogue, letter('sixth'))).toBe(tooMany);
  expect(await dialogue.hear()).toBe('(closed)');
  expect(await sendMessage(await signedIn(), letter('sixth'))).toBe(tooMany);
  // Another user has a count of his own.
  expect(await sendMessage(await signedIn('rob'), { ...letter('x'), from: rob, text: `From: ${rob}\r\n\r\nx` })).toMatch(/^250 /);
  await transport.lab.clock.advance(59_999);
  expect(await sendMessage(await signedIn(), letter('sixth'))).toBe(tooMany);
  await transport.lab.clock.advance(1);
  expect(await sendMessage(await signedIn(), letter('sixth'))).toMatch(/^250 /);
  expect((await transport.lastStep('MAIL')).failed).toBeUndefined();
});

test('as many messages a minute as the throttling policy of the user grants', async () => {
  await run('New-ThrottlingPolicy slow -MessageRateLimit 2');
  await run('Set-Mailbox mary -ThrottlingPolicy slow');
  const dialogue = await signedIn();
  expect(await sendMessage(dialogue, letter('p1'))).toMatch(/^250 /);
  expect(await sendMessage(dialogue, letter('p2'))).toMatch(/^250 /);
  expect(await sendMessage(dialogue, letter('p3'))).toBe(tooMany);
  expect((await transport.lastStep('MAIL')).failed).toBe('transport.rate');
  // What was refused counts nowhere: of the connector's five three are left.
  await run('Set-Mailbox mary -ThrottlingPolicy $null');
  const again = await signedIn();
  for (let count = 0; count < 3; count += 1) expect(await sendMessage(again, letter(`q${count}`))).toMatch(/^250 /);
  expect(await sendMessage(again, letter('sixth'))).toBe(tooMany);
  await run('Remove-ThrottlingPolicy slow');
});

test.each([
  ['IPAddress', [/^250 /, /^421 4\.4\.2 /]],
  ['User', [/^250 /, /^250 /]],
  ['All', [/^250 /, /^421 4\.4\.2 /]],
  ['None', [/^250 /, /^250 /]],
])('what counts as one client: %s', async (source, [first, second]) => {
  await run(`Set-ReceiveConnector "${server}" -MessageRateLimit 1 -MessageRateSource ${source}`);
  expect(await sendMessage(await signedIn(), letter(source))).toMatch(first as RegExp);
  const robs = { ...letter(source), from: rob, text: `From: ${rob}\r\n\r\nx` };
  expect(await sendMessage(await signedIn('rob'), robs)).toMatch(second as RegExp);
});
