import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { callDelegated, delegatedTargets, delegationToken } from '../../../shared/bridges/hybrid/delegated.ts';
import type { OutboundParty } from '../../../shared/bridges/hybrid/party.ts';
import { relationshipFor } from '../../../shared/domain/trust/organization-relationships.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { askFederationInformation } from '../../../shared/protocols/autodiscover/client.ts';
import { resolveNames } from '../../../shared/protocols/ews/operations/resolve-names.ts';
import { canonicalXml } from '../../../shared/protocols/saml/canonical.ts';
import { openEnvelope, soapNamespace } from '../../../shared/protocols/soap/envelope.ts';
import { elements } from '../../../shared/xml/element.ts';
import { parseXml } from '../../../shared/xml/parse.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { type DelegatedLab, fabrikamAutodiscover, fabrikamEws, freeBusy, inShort, openDelegatedLab, pat } from './delegated-lab.ts';
import { delegatedTarget } from './delegated-target.ts';
import { openServer, type Server } from './party.ts';

let here: DelegatedLab;
beforeAll(async () => {
  here = await openDelegatedLab();
});
afterAll(() => here.close());
beforeEach(async () => (await here.contoso.party()).tokens.clear('contoso'));

describe('delegationToken', () => {
  test('is asked for once while it lives, for each user, target and offer', async () => {
    const user = await here.mary();
    const first = await here.visit((party) => delegationToken(party, { ...freeBusy, user }));
    expect(first.hops).toHaveLength(1);
    expect(first.hops[0]).toMatch(/^azure-auth .* 200$/);
    expect(first.result).toMatchObject({ fromCache: false, token: { name: 'EncryptedData' } });
    expect(first.told).toEqual(['obtained a token for FYDIBOHF25SPDLT.fabrikam.test as mary@contoso.test']);
    const again = await here.visit((party) => delegationToken(party, { ...freeBusy, user }));
    expect(again.hops).toEqual([]);
    expect(again.result).toEqual({ ...first.result, fromCache: true });
    const rob = await here.contoso.recipient('rob@contoso.test');
    expect((await here.visit((party) => delegationToken(party, { ...freeBusy, user: rob }))).hops).toHaveLength(1);
    expect((await here.visit((party) => delegationToken(party, { ...freeBusy, offer: 'MSExchange.MailTips', user }))).hops).toHaveLength(1);
    expect((await here.visit((party) => delegationToken(party, { ...freeBusy, target: 'outlook.com', user }))).hops).toHaveLength(1);
  });

  test('is asked for anew when less than a fifth of its life is left', async () => {
    const user = await here.mary();
    const party = await here.contoso.party();
    const { result } = await here.visit((visiting) => delegationToken(visiting, { ...freeBusy, user }));
    const at = (minutes: number): OutboundParty => ({ ...party, at: result.obtained + minutes * 60_000 });
    expect(result.expires - result.obtained).toBe(300_000);
    expect((await delegationToken(at(4), { ...freeBusy, user })).fromCache).toBe(true);
    expect(party.tokens.delegations.token({ ...keyFor(user.guid), ...freeBusy }, at(4.1).at)).toBeUndefined();
    expect(party.tokens.delegations.token({ ...keyFor(user.guid), ...freeBusy }, at(-1).at)).toBeUndefined();
  });

  const keyFor = (guid: string) => ({
    organization: 'contoso',
    issuedTo: 'FYDIBOHF25SPDLT.contoso.test urn:federation:MicrosoftOnline',
    user: `${guid} mary@contoso.test`,
  });
});

describe('delegatedTargets', () => {
  test('is told by the Autodiscover of the other side; a second time nobody is asked', async () => {
    const user = await here.mary();
    const first = await here.locate(user);
    expect(first.result).toBe(fabrikamEws);
    expect(inShort(first.hops)).toEqual(['azure-auth 200', 'autodiscover 200']);
    const second = await here.locate(user);
    expect([second.result, second.hops]).toEqual([fabrikamEws, []]);
    expect(second.told).toEqual([`the address of ${pat} is in the cache: ${fabrikamEws}`]);
  });

  test('is asked for again after ten minutes', async () => {
    const user = await here.mary();
    await here.locate(user);
    const { tokens, at } = await here.contoso.party();
    const asked = { endpoint: fabrikamAutodiscover, mailbox: pat };
    expect(tokens.delegations.endpoint('contoso', asked, at + 599_000)).toBe(fabrikamEws);
    expect(tokens.delegations.endpoint('contoso', asked, at + 600_001)).toBeUndefined();
  });

  test('is TargetSharingEpr where there is one, and nobody is asked', async () => {
    const user = await here.mary();
    for (const TargetSharingEpr of [
      'https://mail.fabrikam.test/EWS/Exchange.asmx',
      'https://mail.fabrikam.test/EWS/Exchange.asmx/wssecurity/',
    ]) {
      const { result, hops } = await here.locate(user, pat, { TargetSharingEpr });
      expect([result.toLowerCase(), hops]).toEqual([fabrikamEws.toLowerCase(), []]);
    }
  });
});

test('callDelegated speaks as the user of the token, and is refused what is not for strangers', async () => {
  const user = await here.mary();
  const { result, hops } = await here.visit(async (party, relationship) => {
    const url = await delegatedTarget(party, relationship, pat, user);
    const { token } = await delegationToken(party, { ...freeBusy, user });
    const request = { ReturnFullContactData: false, UnresolvedEntry: 'pat' };
    return callDelegated(party, { url, token, contract: resolveNames, request });
  });
  expect(result).toMatchObject({ is: 'fault', fault: { code: 'ErrorAccessDenied' } });
  expect(inShort(hops)).toEqual(['azure-auth 200', 'autodiscover 200', 'ews 500']);
  const [exchange] = (await here.lab.exchanges({ service: 'ews', organization: 'fabrikam' })).slice(-1);
  expect(exchange).toMatchObject({ operation: 'ResolveNames', caller: 'mary@contoso.test', target: 'POST /EWS/Exchange.asmx/WSSecurity' });
  expect(exchange?.verdict?.checks.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
});

test('many mailboxes are looked for in one request, those that are not known yet; one that is refused leaves the others theirs', async () => {
  const user = await here.mary();
  const many = Array.from({ length: 98 }, (_, index) => `user${index}@fabrikam.test`);
  const looked = await here.visit((party, relationship) =>
    delegatedTargets(party, relationship, [...many, 'PAT@fabrikam.test', pat], user),
  );
  expect(looked.result.slice(98)).toEqual([fabrikamEws, fabrikamEws]);
  expect(looked.result.slice(0, 98).every((found) => typeof found !== 'string' && found.code === 'autodiscover-failed')).toBe(true);
  expect(looked.hops.filter((hop) => hop.startsWith('autodiscover'))).toEqual(['autodiscover GetUserSettings 200']);
  const again = await here.visit((party, relationship) => delegatedTargets(party, relationship, [pat, 'PAT@fabrikam.test'], user));
  expect(again).toMatchObject({ result: [fabrikamEws, fabrikamEws], hops: [] });
});

test('the token goes on as it came from the token service', async () => {
  const user = await here.mary();
  const bodies: Buffer[] = [];
  const { result: token } = await here.visit(async (party, relationship) => {
    const watched: OutboundParty = {
      ...party,
      dialer: {
        https(call) {
          bodies.push(Buffer.from(call.body ?? ''));
          return party.dialer.https(call);
        },
      },
    };
    const url = await delegatedTarget(watched, relationship, pat, user);
    const { token: held } = await delegationToken(watched, { ...freeBusy, user });
    await callDelegated(watched, {
      url,
      token: held,
      contract: resolveNames,
      request: { ReturnFullContactData: false, UnresolvedEntry: 'pat' },
    });
    return held;
  });
  const sent = bodies.slice(1).map((body) => {
    const blocks = openEnvelope(parseXml(body)).header;
    const security = present(
      blocks.find(({ name }) => name === 'Security'),
      'wsse:Security',
    );
    const [only, ...others] = elements(security);
    expect([others, security.attributes]).toEqual([[], [{ namespace: soapNamespace, name: 'mustUnderstand', value: '1' }]]);
    return canonicalXml(present(only, 'the token'));
  });
  expect(sent).toEqual([canonicalXml(token), canonicalXml(token)]);
});

describe('between an organisation and its tenant', () => {
  let cloud: Server;
  beforeAll(async () => {
    cloud = openServer(here.lab, 'contoso-cloud');
    for (const side of ['contoso', 'contoso-cloud'])
      await runCmdlet(here.lab, side, "Get-OrganizationRelationship | ?{$_.Name -like '*On-premises*'} | Remove-OrganizationRelationship");
    await runCmdlet(
      here.lab,
      'contoso-cloud',
      'New-OrganizationRelationship "On premises" -DomainNames contoso.test -FreeBusyAccessEnabled $true ' +
        '-TargetApplicationUri FYDIBOHF25SPDLT.contoso.test ' +
        '-TargetAutodiscoverEpr https://autodiscover.contoso.test/autodiscover/autodiscover.svc/WSSecurity',
    );
    await runCmdlet(
      here.lab,
      'contoso',
      'New-OrganizationRelationship Tenant -DomainNames contoso.mail.onmicrosoft.test,contoso.test -TargetApplicationUri outlook.com ' +
        '-TargetAutodiscoverEpr https://autodiscover-s.outlook.com/autodiscover/autodiscover.svc/WSSecurity',
    );
  });
  afterAll(() => cloud.close());

  const targetOf = async (server: Server, domain: string, mailbox: string, mail: string): Promise<string> => {
    const party = await server.party();
    const relationship = present(relationshipFor(party.settings, domain), domain);
    return delegatedTarget(party, relationship, mailbox, await server.recipient(mail));
  };

  test("towards the cloud, by Microsoft's own names", async () => {
    const url = await targetOf(here.contoso, 'contoso.mail.onmicrosoft.test', 'joe@contoso.mail.onmicrosoft.test', 'mary@contoso.test');
    expect(url).toMatch(/^https:\/\/outlook\.office365\.(test|com)\/EWS\/Exchange\.asmx\/WSSecurity$/);
  });

  test('from the cloud', async () => {
    const url = await targetOf(cloud, 'contoso.test', 'mary@contoso.test', 'joe@contoso.test');
    expect(url).toBe('https://mail.contoso.test/EWS/Exchange.asmx/WSSecurity');
  });
});

describe('askFederationInformation', () => {
  const ask = async (domain: string) => {
    const { dialer } = await here.contoso.party();
    const endpoint = 'https://autodiscover.fabrikam.test/autodiscover/autodiscover.svc';
    const limits = { service: 'test', timeoutMs: 10_000, maxBytes: 1_000_000 };
    return askFederationInformation(dialer, endpoint, { domain, messageId: 'urn:uuid:1' }, limits);
  };

  test('tells how the organisation of a domain is federated', async () => {
    expect(await ask('fabrikam.test')).toEqual({
      is: 'answer',
      applicationUri: 'FYDIBOHF25SPDLT.fabrikam.test',
      domains: ['fabrikam.test'],
      tokenIssuers: [{ endpoint: 'https://login.microsoftonline.test/extSTS.srf', uri: 'urn:federation:MicrosoftOnline' }],
    });
  });

  test('or that the domain is not its own', async () => {
    expect(await ask('contoso.test')).toMatchObject({ is: 'refused', code: 'InvalidDomain' });
  });
});
