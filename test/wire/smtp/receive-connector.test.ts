import { expect, test } from 'vitest';
import type { Dialogue } from './dialogue.ts';
import { sendMessage, useTransportLab } from './transport-lab.ts';

const { run, connect, hello } = useTransportLab();

const to = 'mary@contoso.test';
const from = 'pat@fabrikam.test';
const withHeader = (header: string): { from: string; to: string; text: string } => ({ from, to, text: `${header}\r\nSubject: s\r\n\r\nx` });
const ok = /^250 2\.6\.0 /;

/** How a setting shows itself: the value with which something passes, and the next one, with which it does not. */
interface Row {
  readonly setting: string;
  readonly passes: string;
  readonly fails: string;
  /** What is done, and its last answer. */
  act(dialogue: Dialogue, again: () => Promise<Dialogue>): Promise<string>;
  readonly passed: RegExp;
  readonly failed: RegExp;
}

const received = (count: number): string => Array.from({ length: count }, () => 'Received: from a by b').join('\r\n');
const ownHops = 'Received: from a by EX-SE-01.contoso.test\r\nReceived: from b (1.2.3.4)\r\n by ex-se-01.contoso.test with SMTP';
/** The octets of a header in front of its empty line. */
const ofBytes = (count: number): string => `X: ${'x'.repeat(count - 'X: \r\nSubject: s'.length)}`;

const repeated = async ({ say, hear }: Dialogue, line: string, times: number): Promise<string> => {
  for (let time = 0; time < times; time += 1) await say(line);
  return Promise.race([hear(), say('NOOP')]);
};

const rows: readonly Row[] = [
  {
    ...{ setting: 'MaxMessageSize', passes: '1000B', fails: '999B', passed: /^250 /, failed: /^552 5\.3\.4 Message size/ },
    act: ({ say }) => say(`MAIL FROM:<${from}> SIZE=1000`),
  },
  {
    ...{ setting: 'MaxMessageSize', passes: '30B', fails: '23B', passed: ok, failed: /^552 5\.3\.4 Message size/ },
    act: (dialogue) => sendMessage(dialogue, { from, to, text: `Subject: s\r\n\r\n${'x'.repeat(8)}` }),
  },
  {
    ...{
      setting: 'MaxHeaderSize',
      passes: '300B',
      fails: '299B',
      passed: ok,
      failed: /^552 5\.3\.4 Header size exceeds fixed maximum size$/,
    },
    act: (dialogue) => sendMessage(dialogue, withHeader(ofBytes(300))),
  },
  {
    ...{ setting: 'MaxHopCount', passes: '5', fails: '4', passed: ok, failed: /^554 5\.4\.6 Hop count exceeded - possible mail loop$/ },
    act: (dialogue) => sendMessage(dialogue, withHeader(received(5))),
  },
  ...['2', '0'].map(
    (passes): Row => ({
      ...{ setting: 'MaxLocalHopCount', passes, fails: '1', passed: ok, failed: /^554 5\.4\.6 Hop count exceeded/ },
      act: (dialogue) => sendMessage(dialogue, withHeader(`${received(5)}\r\n${ownHops}`)),
    }),
  ),
  {
    ...{ setting: 'MaxRecipientsPerMessage', passes: '2', fails: '1', passed: /^250 /, failed: /^452 4\.5\.3 Too many recipients$/ },
    async act({ say }) {
      await say(`MAIL FROM:<${from}>`);
      await say('RCPT TO:<rob@contoso.test>');
      return say(`RCPT TO:<${to}>`);
    },
  },
  {
    ...{
      setting: 'MaxProtocolErrors',
      passes: '3',
      fails: '2',
      passed: /^250 /,
      failed: /^421 4\.7\.0 Too many errors on this connection/,
    },
    act: (dialogue) => repeated(dialogue, 'NONSENSE', 3),
  },
  {
    ...{
      setting: 'MaxInboundConnection',
      passes: '2',
      fails: '1',
      passed: /^220 /,
      failed: /^421 4\.3\.2 The maximum number of concurrent server/,
    },
    act: async (_, again) => (await again()).greeting,
  },
  {
    ...{
      setting: 'MaxInboundConnectionPerSource',
      passes: '2',
      fails: '1',
      passed: /^220 /,
      failed: /^421 4\.3\.2 The maximum number of concurrent conn/,
    },
    act: async (_, again) => (await again()).greeting,
  },
  {
    ...{
      setting: 'MaxInboundConnectionPercentagePerSource',
      passes: '50',
      fails: '49',
      passed: /^220 /,
      failed: /^421 4\.3\.2 The maximum/,
    },
    act: async (_, again) => (await again()).greeting,
  },
  {
    ...{ setting: 'MessageRateLimit', passes: '2', fails: '1', passed: /^250 /, failed: /^421 4\.4\.2 Message submission rate/ },
    async act({ say }) {
      const first = await say(`MAIL FROM:<${from}>`);
      // Those of the minute count, whatever the limit was when they came.
      if (first.startsWith('4')) return first;
      await say('RSET');
      return say(`MAIL FROM:<${from}>`);
    },
  },
  {
    ...{
      setting: 'RequireTLS',
      passes: '$false',
      fails: '$true',
      passed: /^250 /,
      failed: /^530 5\.7\.0 Must issue a STARTTLS command first$/,
    },
    act: ({ say }) => say(`MAIL FROM:<${from}>`),
  },
  {
    ...{
      setting: 'PermissionGroups',
      passes: 'AnonymousUsers',
      fails: 'ExchangeUsers',
      passed: /^250 /,
      failed: /^530 5\.7\.57 SMTP; Client was not auth/,
    },
    act: ({ say }) => say(`MAIL FROM:<${from}>`),
  },
  {
    ...{ setting: 'BareLinefeedRejectionEnabled', passes: '$false', fails: '$true', passed: ok, failed: /^550 5\.6\.11 / },
    act: (dialogue) => sendMessage(dialogue, { from, to, text: 'Subject: s\r\n\r\nx\ny' }),
  },
  {
    ...{ setting: 'RequireEHLODomain', passes: '$false', fails: '$true', passed: /^250 /, failed: /^501 5\.5\.4 Invalid domain name$/ },
    async act({ say }) {
      await say('EHLO client');
      return say(`MAIL FROM:<${from}>`);
    },
  },
  {
    ...{
      setting: 'DeliveryStatusNotificationEnabled',
      passes: '$true',
      fails: '$false',
      passed: /^250 /,
      failed: /^501 5\.5\.4 Invalid arguments$/,
    },
    act: ({ say }) => say(`MAIL FROM:<${from}> RET=HDRS ENVID=e`),
  },
  {
    ...{ setting: 'EightBitMimeEnabled', passes: '$true', fails: '$false', passed: /^250 /, failed: /^501 5\.5\.4 Invalid arguments$/ },
    act: ({ say }) => say(`MAIL FROM:<${from}> BODY=8BITMIME`),
  },
  ...(['PipeliningEnabled', 'EnhancedStatusCodesEnabled', 'EightBitMimeEnabled', 'DeliveryStatusNotificationEnabled'] as const).map(
    (setting): Row => ({
      ...{ setting, passes: '$true', fails: '$false', act: ({ say }) => say('EHLO client.test') },
      ...offered(
        {
          PipeliningEnabled: 'PIPELINING',
          EnhancedStatusCodesEnabled: 'ENHANCEDSTATUSCODES',
          EightBitMimeEnabled: '8BITMIME',
          DeliveryStatusNotificationEnabled: 'DSN',
        }[setting],
      ),
    }),
  ),
  { ...{ setting: 'SizeEnabled', passes: 'Enabled', fails: 'Disabled', act: ({ say }) => say('EHLO client.test') }, ...offered('SIZE') },
  {
    ...{ setting: 'SizeEnabled', passes: 'Enabled', fails: 'EnabledWithoutValue', act: ({ say }) => say('EHLO client.test') },
    ...{ passed: /SIZE \d+/, failed: /SIZE\n/ },
  },
  { ...{ setting: 'AuthMechanism', passes: 'Tls', fails: 'None', act: ({ say }) => say('EHLO client.test') }, ...offered('STARTTLS') },
  {
    ...{ setting: 'AuthMechanism', passes: 'Tls,ExchangeServer', fails: 'Tls', act: ({ say }) => say('EHLO client.test') },
    ...offered('X-ANONYMOUSTLS'),
  },
  {
    ...{ setting: 'TlsCertificateName', passes: '"<S>CN=mail.contoso.test"', fails: '"<I>CN=Old CA<S>CN=old.contoso.test"' },
    ...{ act: ({ say }: Dialogue) => say('EHLO client.test'), ...offered('STARTTLS') },
  },
  {
    ...{ setting: 'RemoteIPRanges', passes: '127.0.7.0/24', fails: '127.0.8.0/24', passed: /Own/, failed: /^220 smtp\.contoso\.test/ },
    act: async (_, again) => (await again()).greeting,
  },
  {
    ...{ setting: 'Bindings', passes: '127.0.0.1:25', fails: '127.0.0.1:587', passed: /Own/, failed: /^220 smtp\.contoso\.test/ },
    act: async (_, again) => (await again()).greeting,
  },
  {
    ...{
      setting: 'Banner',
      passes: '"220 Own banner"',
      fails: '""',
      passed: /^220 Own banner$/,
      failed: /Microsoft ESMTP MAIL Service ready/,
    },
    act: async (_, again) => (await again()).greeting,
  },
];

function offered(word: string): Pick<Row, 'passed' | 'failed'> {
  return { passed: new RegExp(`250[ -]${word}\\b`), failed: new RegExp(`^(?![\\s\\S]*250[ -]${word}\\b)`) };
}

test.each(rows.map((row, index) => [row.setting, row.passes, row.fails, row, index] as const))(
  '-%s %s lets pass what %s does not',
  async (setting, passes, fails, { act, passed, failed }, index) => {
    const source = `127.0.7.${index + 1}`;
    const again = () => connect(undefined, source);
    const shown = setting === 'Banner' ? '' : ' -Banner "220 Own"';
    const many = setting === 'MaxInboundConnectionPercentagePerSource' ? ' -MaxInboundConnection 4' : '';
    const share = setting === 'MaxInboundConnection' ? ' -MaxInboundConnectionPercentagePerSource 100' : '';
    const groups = setting === 'PermissionGroups' ? '' : ' -PermissionGroups AnonymousUsers';
    const ranges = setting === 'RemoteIPRanges' ? '' : ` -RemoteIPRanges ${source}`;
    await run(`New-ReceiveConnector T${index} -TarpitInterval 00:00:00${shown}${groups}${ranges}${many}${share} -${setting} ${passes}`);
    expect(await act(await hello(undefined, source), again)).toMatch(passed);
    await run(`Set-ReceiveConnector T${index} -${setting} ${fails}`);
    expect(await act(await hello(undefined, source), again)).toMatch(failed);
    await run(`Remove-ReceiveConnector T${index}`);
  },
);

test('anonymous relay: the right is given at a connector of its own, as the published recipe has it, and taken back', async () => {
  const relay = async (recipient: string): Promise<string> => {
    const { say } = await hello();
    await say(`MAIL FROM:<${from}>`);
    return say(`RCPT TO:<${recipient}>`);
  };
  const right = '-User "NT AUTHORITY\\ANONYMOUS LOGON" -ExtendedRights "Ms-Exch-SMTP-Accept-Any-Recipient"';
  await run('New-ReceiveConnector "Anonymous Relay" -TransportRole FrontendTransport -Bindings 0.0.0.0:25 -RemoteIPRanges 127.0.0.1');
  await run('Set-ReceiveConnector "Anonymous Relay" -PermissionGroups AnonymousUsers');
  expect([await relay('x@example.test'), await relay(to)]).toEqual([expect.stringMatching(/^550 5\.7\.54 /), '250 2.1.5 Recipient OK']);
  await run(`Get-ReceiveConnector "Anonymous Relay" | Add-ADPermission ${right}`);
  expect(await relay('x@example.test')).toBe('250 2.1.5 Recipient OK');
  const given = await run('Get-ADPermission "EX-SE-01\\Anonymous Relay" -User "NT AUTHORITY\\ANONYMOUS LOGON"');
  expect(given.map((one) => (one as { ExtendedRights?: readonly string[] }).ExtendedRights?.[0])).toContain(
    'ms-Exch-SMTP-Accept-Any-Recipient',
  );
  // Another connector is another one.
  await run('Remove-ReceiveConnector "Anonymous Relay"');
  expect(await relay('x@example.test')).toMatch(/^550 5\.7\.54 /);
  await run(`Add-ADPermission "Default Frontend EX-SE-01" ${right}`);
  expect(await relay('x@example.test')).toBe('250 2.1.5 Recipient OK');
  await run(`Remove-ADPermission "Default Frontend EX-SE-01" ${right}`);
  expect(await relay('x@example.test')).toMatch(/^550 5\.7\.54 /);
});

test.each([
  ['-User mary -ExtendedRights ms-Exch-SMTP-Accept-Any-Recipient', /-User takes/],
  ['-User "ANONYMOUS LOGON" -ExtendedRights ms-Exch-Nothing', /-ExtendedRights takes/],
  ['-User "ANONYMOUS LOGON" -ExtendedRights ms-Exch-SMTP-Submit -Deny', /not denied/],
])('Add-ADPermission %s at a connector is refused', async (line, expected) => {
  await expect(run(`Add-ADPermission "Default Frontend EX-SE-01" ${line}`)).rejects.toThrow(expected);
});
