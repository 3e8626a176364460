import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CmdletGround } from '../../../shared/cmdlets/scope.ts';
import { partnersOf } from '../../../shared/domain/trust/delegation-partners.ts';
import { federatedOrganizations, federationOf } from '../../../shared/domain/trust/federated-organization.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { writeDelegationFault } from '../../../shared/protocols/manage-delegation/message.ts';
import { soapNamespace } from '../../../shared/protocols/soap/envelope.ts';
import { federate, operationOf, prove, trustName } from './federated.ts';
import { openTrustLab, type TrustLab } from './trust-lab.ts';

let lab: TrustLab;
beforeEach(async () => {
  lab = await openTrustLab();
});
afterEach(() => lab.close());

const set = (domain = 'fabrikam.test') =>
  `Set-FederatedOrganizationIdentifier -DelegationFederationTrust ${trustName} -AccountNamespace ${domain}`;
const run = (line: string) => lab.run(line, 'fabrikam');
const shown = async () => (await run('Get-FederatedOrganizationIdentifier'))[0];
const none = { AccountNamespace: '', Domains: [], DefaultDomain: '', Enabled: false, OrganizationContact: '', DelegationTrustLink: '' };

describe('Set-FederatedOrganizationIdentifier', () => {
  test('an organisation that is not federated shows an empty identifier', async () => {
    expect(Object.entries((await shown()) ?? {}).slice(0, 6)).toEqual(Object.entries(none));
  });

  test('registers the application, the account namespace and the domain', async () => {
    await run(`New-FederationTrust ${trustName}`);
    await prove(lab, 'fabrikam', 'fabrikam.test');
    const before = lab.called.length;
    await run(`${set('Fabrikam.test')} -OrganizationContact pat@fabrikam.test -DefaultDomain fabrikam.test`);
    expect(lab.called.slice(before)).toEqual(Array(3).fill('https://domains.live.test/service/managedelegation2.asmx'));
    expect(await shown()).toMatchObject({
      AccountNamespace: 'FYDIBOHF25SPDLT.fabrikam.test',
      Domains: ['fabrikam.test'],
      DefaultDomain: 'fabrikam.test',
      Enabled: true,
      OrganizationContact: 'pat@fabrikam.test',
      DelegationTrustLink: trustName,
    });
    const partner = partnersOf(await lab.settings(''), 'business').byUri('fabrikam.test');
    expect(partner).toMatchObject({
      uris: ['fydibohf25spdlt.fabrikam.test', 'fabrikam.test'],
      domains: [{ domainName: expect.stringMatching(/fabrikam\.test$/), state: 'Active', programId: 'ExchangeConnector' }],
    });
    expect(federationOf(await lab.settings('fabrikam'))?.trust).toMatchObject({
      ApplicationIdentifier: partner?.appId,
      ApplicationUri: 'FYDIBOHF25SPDLT.fabrikam.test',
    });
  });

  test.each(['CreateAppId', 'ReserveDomain', 'AddUri'])(
    'when %s fails, nothing is enabled, and another run completes what is missing',
    async (failing) => {
      await run(`New-FederationTrust ${trustName}`);
      await prove(lab, 'fabrikam', 'fabrikam.test');
      const operations: string[] = [];
      lab.answer(refusing(operations, (operation) => operation === failing));
      await expect(run(set())).rejects.toMatchObject({ code: 'operation-failed', detail: expect.stringContaining('Not now.') });
      expect(await shown()).toMatchObject(none);
      lab.answer(refusing(operations, () => false));
      await run(set());
      expect(await shown()).toMatchObject({ Enabled: true, Domains: ['fabrikam.test'] });
      expect(operations.filter((operation) => operation === 'CreateAppId')).toHaveLength(failing === 'CreateAppId' ? 2 : 1);
      expect(partnersOf(await lab.settings(''), 'business').byUri('fabrikam.test')?.uris).toHaveLength(2);
    },
  );

  /** The gateway, which refuses some operations. */
  function refusing(operations: string[], refuses: (operation: string) => boolean): CmdletGround['dialer']['https'] {
    return (call) => {
      const operation = operationOf(call);
      operations.push(operation);
      if (!refuses(operation)) return lab.documents(call);
      return Promise.resolve({
        status: 500,
        headers: {},
        body: Buffer.from(writeDelegationFault(soapNamespace, 'InternalError', 'Not now.')),
      });
    };
  }

  test('-Enabled $false switches it off, and it stays off until it is switched on', async () => {
    await federate(lab, 'fabrikam', 'fabrikam.test');
    await run('Set-FederatedOrganizationIdentifier -Enabled $false');
    expect(federationOf(await lab.settings('fabrikam'))).toBeUndefined();
    await run(set());
    expect(await shown()).toMatchObject({ Enabled: false });
    await run('Set-FederatedOrganizationIdentifier -Enabled $true -DefaultDomain $null -OrganizationContact $null');
    expect(federationOf(await lab.settings('fabrikam'))).toBeDefined();
  });

  test.each([
    ['-Enabled $true', 'operation-failed', /no account namespace.+-AccountNamespace make one/],
    [`-DelegationFederationTrust ${trustName}`, 'bad-parameter', /-AccountNamespace which accepted domain/],
    ['-AccountNamespace fabrikam.test', 'bad-parameter', /-DelegationFederationTrust which federation trust/],
    ['-AccountNamespace fabrikam', 'bad-parameter', /takes a domain such as contoso\.test, not "fabrikam"/],
    [
      `-AccountNamespace contoso.test -DelegationFederationTrust ${trustName}`,
      'bad-parameter',
      /contoso\.test is no accepted domain of fabrikam/,
    ],
    ['-AccountNamespace fabrikam.test -DelegationFederationTrust Nobody', 'object-not-found', /object 'Nobody'/],
    ['-DefaultDomain fabrikam.test', 'operation-failed', /not federated: Add-FederatedDomain comes first/],
    ['-OrganizationContact pat', 'bad-parameter', /takes an address, not "pat"/],
  ])('%s is refused', async (parameters, code, detail) => {
    await run(`New-FederationTrust ${trustName}`);
    await expect(run(`Set-FederatedOrganizationIdentifier ${parameters}`)).rejects.toMatchObject({
      code,
      detail: expect.stringMatching(detail),
    });
    expect(federatedOrganizations.all(await lab.settings('fabrikam'))).toEqual([]);
  });

  test('another account namespace needs the first one to go', async () => {
    await federate(lab, 'fabrikam', 'fabrikam.test');
    await prove(lab, 'fabrikam', 'sales.fabrikam.test');
    await expect(run(set('sales.fabrikam.test'))).rejects.toMatchObject({
      code: 'operation-failed',
      detail: expect.stringContaining('The account namespace is FYDIBOHF25SPDLT.fabrikam.test.'),
    });
  });

  test('a domain that another organisation has reserved, and a gateway that does not answer', async () => {
    await federate(lab, 'contoso', 'contoso.test');
    await lab.run(`New-FederationTrust ${trustName}`, 'fabrikam');
    lab.answer(() =>
      Promise.resolve({ status: 500, headers: {}, body: Buffer.from(writeDelegationFault(soapNamespace, 'DomainUnavailable', 'Taken.')) }),
    );
    await expect(run(set())).rejects.toMatchObject({
      detail: expect.stringMatching(
        /"DomainUnavailable \(2005\): Taken\."\. It was CreateAppId at .+ Another organisation has reserved it/,
      ),
    });
    lab.answer(() => Promise.resolve({ status: 502, headers: {}, body: Buffer.from('Bad Gateway') }));
    await expect(run(set())).rejects.toMatchObject({
      detail: expect.stringContaining('Detailed information: "The request failed with HTTP status 502: Bad Gateway.".'),
    });
    lab.answer(() => Promise.reject(new Refusal('NameNotFound')));
    await expect(run(set())).rejects.toMatchObject({ detail: expect.stringContaining("could not be resolved: 'domains.live.test'") });
    lab.answer(() => Promise.reject(new Error('boom')));
    await expect(run(set())).rejects.toThrow('boom');
  });

  test('in the cloud it can be switched and given a default domain, and that is all', async () => {
    const cloud = (line: string) => lab.run(line, 'contoso-cloud');
    await cloud('Set-FederatedOrganizationIdentifier -Enabled $false -DefaultDomain contoso.onmicrosoft.test');
    expect(await cloud('Get-FederatedOrganizationIdentifier')).toMatchObject([
      { AccountNamespace: 'outlook.com', Enabled: false, DefaultDomain: 'contoso.onmicrosoft.test' },
    ]);
    for (const line of [
      'Set-FederatedOrganizationIdentifier -AccountNamespace contoso.test',
      'Get-FederatedOrganizationIdentifier -IncludeExtendedDomainInfo',
    ])
      await expect(cloud(line)).rejects.toMatchObject({
        code: 'bad-parameter',
        detail: expect.stringContaining('one application at the federation gateway'),
      });
  });
});

describe('federated domains', () => {
  beforeEach(() => federate(lab, 'fabrikam', 'fabrikam.test'));

  test('are added with a proof of their own, and told by the gateway', async () => {
    const add = 'Add-FederatedDomain -DomainName sales.fabrikam.test';
    await expect(run(add)).rejects.toMatchObject({ detail: expect.stringContaining('"sales.fabrikam.test IN TXT hash-value"') });
    expect(await shown()).toMatchObject({ Domains: ['fabrikam.test'] });
    await prove(lab, 'fabrikam', 'sales.fabrikam.test');
    await run(add);
    expect(await run('Get-FederatedOrganizationIdentifier -IncludeExtendedDomainInfo')).toMatchObject([
      {
        Domains: [
          { Domain: 'fabrikam.test', State: 'Active' },
          { Domain: 'sales.fabrikam.test', State: 'Active' },
        ],
      },
    ]);
    await expect(run(add)).rejects.toMatchObject({ code: 'object-exists' });
    await expect(run('Add-FederatedDomain -DomainName contoso.test')).rejects.toMatchObject({ code: 'bad-parameter' });
  });

  test('go one after the other, that of the account namespace last', async () => {
    await prove(lab, 'fabrikam', 'sales.fabrikam.test');
    await run('Add-FederatedDomain -DomainName sales.fabrikam.test');
    await run('Set-FederatedOrganizationIdentifier -DefaultDomain sales.fabrikam.test');
    await expect(run('Remove-FederatedDomain -DomainName fabrikam.test')).rejects.toMatchObject({
      code: 'operation-failed',
      detail: expect.stringContaining('goes last: take sales.fabrikam.test away first.'),
    });
    await run('Remove-FederatedDomain -DomainName sales.fabrikam.test -Force');
    expect(await shown()).toMatchObject({ Domains: ['fabrikam.test'], DefaultDomain: '', Enabled: true });
    await run('Remove-FederatedDomain -DomainName fabrikam.test');
    expect(await shown()).toMatchObject(none);
    const partners = partnersOf(await lab.settings(''), 'business');
    expect([partners.byUri('fabrikam.test'), partners.byReservedDomain('sales.fabrikam.test')]).toEqual([undefined, undefined]);
    // It can be had again, with the proofs that are still there.
    await run(set());
    expect(await shown()).toMatchObject({ Enabled: true });
    await expect(run('Remove-FederatedDomain -DomainName sales.fabrikam.test')).rejects.toMatchObject({
      code: 'object-not-found',
      detail: 'sales.fabrikam.test is not federated; these are: fabrikam.test.',
    });
  });

  test('what the gateway has lost can be removed here', async () => {
    await prove(lab, 'fabrikam', 'sales.fabrikam.test');
    await run('Add-FederatedDomain -DomainName sales.fabrikam.test');
    lab.answer((call) => {
      const code = operationOf(call) === 'RemoveUri' ? 'InvalidUri' : 'DomainNotReserved';
      return Promise.resolve({ status: 500, headers: {}, body: Buffer.from(writeDelegationFault(soapNamespace, code, 'Gone.')) });
    });
    await run('Remove-FederatedDomain -DomainName sales.fabrikam.test');
    expect(await run('Get-FederatedOrganizationIdentifier -IncludeExtendedDomainInfo')).toMatchObject([
      { Domains: [{ Domain: 'fabrikam.test', State: 'NotReserved' }] },
    ]);
  });
});
