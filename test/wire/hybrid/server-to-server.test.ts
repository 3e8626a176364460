import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { discoverEws } from '../../../shared/bridges/hybrid/discover.ts';
import { outboundCredential } from '../../../shared/bridges/hybrid/outbound.ts';
import type { OpenExchange } from '../../../shared/kernel/exchange.ts';
import { call } from '../../../shared/protocols/ews/client.ts';
import { getMailTips } from '../../../shared/protocols/ews/operations/get-mail-tips.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { openServer, type Server } from './party.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());

/** One conversation of a server with another organisation, as its journal tells it. */
async function conversation(
  server: Server,
  asked: { readonly endpoint: string; readonly mailbox: string; readonly user: string; readonly about: string },
): Promise<{ readonly hops: readonly string[]; readonly found: string | undefined; readonly trace: OpenExchange }> {
  const start = { service: 'ews', direction: 'incoming', protocol: 'https', target: 'POST /EWS/Exchange.asmx', host: 'test' } as const;
  const trace = lab.journal.open({ ...start, at: lab.clock.state().now });
  const party = await server.party(trace);
  const user = await server.user(asked.user);
  const [ews = ''] = await discoverEws(party, asked.endpoint, [asked.mailbox], await outboundCredential(party, asked.endpoint, user));
  if (typeof ews !== 'string') throw ews;
  const { authorization } = await outboundCredential(party, ews, user);
  const result = await call(
    party.dialer,
    ews,
    { is: 'bearer', token: authorization.slice('Bearer '.length) },
    getMailTips,
    {
      SendingAs: { EmailAddress: asked.user, RoutingType: 'SMTP' },
      Recipients: { Mailbox: [{ EmailAddress: asked.about, RoutingType: 'SMTP' }] },
      MailTipsRequested: ['MaxMessageSize'],
    },
    {
      version: 'Exchange2013',
      service: 'ews',
      organization: party.organization.name,
      parent: trace,
      timeoutMs: 10_000,
      maxBytes: 1_000_000,
    },
  );
  trace.close('answered', lab.clock.state().now);
  const read = async (): Promise<readonly string[]> => {
    const tree = await lab.journal.trace(trace.traceId);
    return (tree?.roots ?? [])
      .flatMap(({ children }) => children)
      .flatMap(({ children }) => children)
      .map(({ exchange: { service, organization, operation, status } }) => `${organization ?? ''}/${service} ${operation} ${status}`);
  };
  // An exchange closes a moment after its answer has arrived.
  await expect.poll(async () => (await read()).filter((hop) => hop.endsWith(' null'))).toEqual([]);
  const hops = await read();
  return { hops, trace, found: result.is === 'answer' ? JSON.stringify(result.response) : undefined };
}

describe('towards the cloud', () => {
  const toCloud = {
    endpoint: 'https://autodiscover-s.outlook.test/autodiscover/autodiscover.svc',
    mailbox: 'joe@contoso.mail.onmicrosoft.test',
    about: 'zoe@contoso.test',
  };

  test('the flow of the article, in one trace; another user asks without the issuer', async () => {
    const server = openServer(lab, 'contoso');
    try {
      const first = await conversation(server, { ...toCloud, user: 'mary@contoso.test' });
      expect(first.hops).toEqual([
        'contoso-cloud/autodiscover autodiscover.svc 401',
        'contoso-cloud/azure-auth server-to-server 200',
        'contoso-cloud/autodiscover GetUserSettings 200',
        'contoso-cloud/ews Exchange.asmx 401',
        'contoso-cloud/azure-auth server-to-server 200',
        'contoso-cloud/ews GetMailTips 200',
      ]);
      expect(first.found).toContain('zoe@contoso.test');
      const second = await conversation(server, { ...toCloud, user: 'rob@contoso.test' });
      expect(second.hops.filter((hop) => hop.includes('azure-auth'))).toEqual([]);
      expect(second.found).toContain('zoe@contoso.test');
      const records = await lab.exchanges({ traceId: second.trace.traceId, service: 'ews', direction: 'incoming' } as never);
      expect(records.map(({ caller }) => caller)).toContain('rob@contoso.test');
    } finally {
      await server.close();
    }
  });
});

describe('towards on-premises', () => {
  test('one token serves for Autodiscover and EWS when both have the same host', async () => {
    const server = openServer(lab, 'contoso-cloud');
    try {
      const { hops, found } = await conversation(server, {
        endpoint: 'https://mail.contoso.test/autodiscover/autodiscover.svc',
        mailbox: 'mary@contoso.test',
        user: 'joe@contoso.test',
        about: 'mary@contoso.test',
      });
      expect(hops.filter((hop) => hop.includes('azure-auth'))).toEqual(['contoso-cloud/azure-auth server-to-server 200']);
      expect(hops.at(-1)).toBe('contoso/ews GetMailTips 200');
      expect(found).toContain('mary@contoso.test');
    } finally {
      await server.close();
    }
  });
});
