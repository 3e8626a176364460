import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { delegationToken } from '../../../shared/bridges/hybrid/delegated.ts';
import { federationTrusts } from '../../../shared/domain/trust/federation-trusts.ts';
import { relationshipFor } from '../../../shared/domain/trust/organization-relationships.ts';
import { signingKeys } from '../../../shared/domain/trust/signing-keys.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { delegatedTarget } from '../hybrid/delegated-target.ts';
import { openServer, type Server } from '../hybrid/party.ts';
import { type Companies, federateLine, openCompanies, trustName } from './companies.ts';

// "How to Configure Exchange 2010 SP1 Federation" (article of the MCM blog, 18 July 2011), as its reader lives through it.
let { lab, control, shell, run, first, refusal, publishProofs, failures } = {} as Companies;
let servers: Server;
beforeAll(async () => {
  ({ lab, control, shell, run, first, refusal, publishProofs, failures } = await openCompanies());
  servers = openServer(lab, 'contoso');
});
afterAll(async () => {
  await servers.close();
  await lab.close();
});

describe('how to configure federation', () => {
  test('a new trust makes a certificate and knows the gateway, and nothing is registered there', async () => {
    const { objects, warnings } = await shell('contoso', `New-FederationTrust -Name ${trustName}`);
    expect(warnings).toEqual([expect.stringContaining('TXT record')]);
    expect(objects).toEqual([
      expect.objectContaining({
        Name: 'Microsoft Federation Gateway',
        ApplicationIdentifier: '',
        ApplicationUri: '',
        OrgCertificate: expect.stringContaining('[Subject]\n  CN=Federation'),
        OrgNextPrivCertificate: '',
        TokenIssuerUri: 'urn:federation:MicrosoftOnline',
        TokenIssuerEpr: 'https://login.microsoftonline.test/extSTS.srf',
      }),
    ]);
    const thumbprint = String(objects[0]?.['OrgPrivCertificate']);
    expect(await first('contoso', `Get-ExchangeCertificate ${thumbprint}`)).toMatchObject({
      FriendlyName: 'Exchange Delegation Federation',
      IsSelfSigned: true,
    });
    expect(await run('contoso', 'Test-FederationTrustCertificate')).toEqual([
      { Server: 'EX-SE-01', State: 'Installed', Name: 'OrgPrivCertificate', Thumbprint: thumbprint },
    ]);
    expect(await refusal('contoso', `Remove-ExchangeCertificate ${thumbprint}`)).toContain('is OrgPrivCertificate of the federation trust');
    expect(await refusal('contoso', `New-FederationTrust -Name Another`)).toContain(
      "has the federation trust 'Microsoft Federation Gateway'",
    );
    expect(await first('contoso', 'Get-FederatedOrganizationIdentifier')).toMatchObject({
      Enabled: false,
      AccountNamespace: '',
      Domains: [],
    });
  });

  test('without the TXT record the proof fails, and nothing is enabled', async () => {
    const said = await refusal('contoso', `${federateLine('contoso.test')} -Enabled $true`);
    expect(said).toBe(
      'Proof of domain ownership has failed. Make sure that the TXT record for the specified domain is available in DNS. The format of the ' +
        'TXT record should be "contoso.test IN TXT hash-value" where "contoso.test" is the domain you want to configure for Federation and ' +
        '"hash-value" is the proof value generated with "Get-FederatedDomainProof -DomainName contoso.test". ' +
        'The proof of domain ownership is not valid or is missing.',
    );
    expect(await first('contoso', 'Get-FederatedOrganizationIdentifier')).toMatchObject({ Enabled: false });
    expect(await refusal('contoso', 'Add-FederatedDomain -DomainName contoso.test')).toContain('The account namespace comes first');
    expect(await refusal('contoso', 'Set-FederatedOrganizationIdentifier -Enabled $true')).toContain('has no account namespace');
    expect(await refusal('contoso', federateLine('fabrikam.test'))).toContain('fabrikam.test is no accepted domain of contoso');
    expect(await failures('contoso')).toEqual([
      ['FederationTrustConfiguration', expect.any(String)],
      ['TokenRequest', 'Failed to request delegation token.'],
    ]);
  });

  test('with the record in DNS the domain is federated', async () => {
    const [proof] = await run('contoso', 'Get-FederatedDomainProof -DomainName Contoso.test');
    expect(proof).toMatchObject({ DomainName: 'contoso.test', Name: 'OrgPrivCertificate', Proof: expect.stringMatching(/^[\w+/]{86}==$/) });
    expect(proof?.['DnsRecord']).toBe(`contoso.test TXT IN ${String(proof?.['Proof'])}`);
    await publishProofs('contoso', 'contoso.test');
    await run('contoso', federateLine('contoso.test'));
    expect(await first('contoso', 'Get-FederatedOrganizationIdentifier')).toMatchObject({
      AccountNamespace: 'FYDIBOHF25SPDLT.contoso.test',
      Domains: ['contoso.test'],
      Enabled: true,
      DelegationTrustLink: 'Microsoft Federation Gateway',
    });
    const trust = await first('contoso', 'Get-FederationTrust');
    expect(trust).toMatchObject({
      ApplicationUri: 'FYDIBOHF25SPDLT.contoso.test',
      ApplicationIdentifier: expect.stringMatching(/^[0-9A-F]{16}$/),
    });
    const states = await first('contoso', 'Get-FederatedOrganizationIdentifier -IncludeExtendedDomainInfo');
    expect(states['Domains']).toEqual([{ Domain: 'contoso.test', State: 'Active' }]);
    // Once more changes nothing: what is there is used again.
    await run('contoso', federateLine('contoso.test'));
    expect(await first('contoso', 'Get-FederationTrust')).toEqual(trust);
  });

  test('the partner cannot be asked before he has done the same; then he can', async () => {
    const asked = 'Get-FederationInformation -DomainName fabrikam.test';
    const said = await refusal('contoso', asked);
    expect(said).toContain('Federation information could not be received from the external organization.');
    expect(said).toContain('NotFederated');
    expect(await refusal('fabrikam', 'Get-FederationInformation -DomainName contoso.test')).toContain('New-FederationTrust comes first');
    await run('fabrikam', `New-FederationTrust -Name ${trustName}`);
    await publishProofs('fabrikam', 'fabrikam.test');
    await run('fabrikam', `${federateLine('fabrikam.test')} -OrganizationContact pat@fabrikam.test`);
    expect(await shell('contoso', asked)).toMatchObject({
      objects: [
        {
          TargetApplicationUri: 'FYDIBOHF25SPDLT.fabrikam.test',
          DomainNames: ['fabrikam.test'],
          TargetAutodiscoverEpr: 'https://autodiscover.fabrikam.test/autodiscover/autodiscover.svc/WSSecurity',
          TokenIssuerUris: ['urn:federation:MicrosoftOnline'],
          Identity: 'fabrikam.test',
        },
      ],
      warnings: [],
    });
    expect((await run('fabrikam', 'Get-FederationInformation -DomainName contoso.test'))[0]).toMatchObject({
      DomainNames: ['contoso.test'],
    });
  });

  test.each(['contoso', 'fabrikam'] as const)('Test-FederationTrust at %s: every test succeeds', async (company) => {
    const { objects, warnings } = await shell(company, `Test-FederationTrust -UserIdentity ${company === 'contoso' ? 'mary' : 'pat'}`);
    expect(warnings).toEqual([]);
    expect(objects.map(({ Id, Type }) => [Id, Type])).toEqual(
      [
        'FederationTrustConfiguration',
        'FederationMetadata',
        'StsCertificate',
        'StsPreviousCertificate',
        'OrganizationCertificate',
        'TokenRequest',
        'TokenValidation',
      ].map((id) => [id, 'Success']),
    );
    expect(await failures(company)).toEqual([]);
  });

  test('the token of Test-FederationTrust stands in its trace', async () => {
    const since = lab.clock.state().now;
    await run('contoso', 'Test-FederationTrust');
    const [test] = (await lab.exchanges({ service: 'shell', since }))
      .filter(({ operation }) => operation === 'Test-FederationTrust')
      .slice(-1);
    const hops = await lab.exchanges({ traceId: present(test, 'the cmdlet').traceId });
    expect(
      hops
        .filter(({ direction }) => direction === 'outgoing')
        .map(({ host }) => host)
        .toSorted(),
    ).toEqual(['login.microsoftonline.test', 'nexus.microsoftonline-p.test']);
    // What the trace shows of it has no key in it.
    const shown = JSON.stringify(await control.call('GET', `/traces/${String(test?.traceId)}`));
    expect(shown).toContain('RequestedProofToken');
    expect(shown).not.toMatch(/BinarySecret[^<]*>[\w+/]{20}/);
  });
});

describe('certificates roll over', () => {
  test("the organisation's: staged, proven, published; what was encrypted to the previous one is still read", async () => {
    const relationship =
      '-TargetApplicationUri FYDIBOHF25SPDLT.fabrikam.test ' +
      '-TargetAutodiscoverEpr https://autodiscover.fabrikam.test/autodiscover/autodiscover.svc/WSSecurity';
    await run('contoso', `New-OrganizationRelationship Fabrikam -DomainNames fabrikam.test -FreeBusyAccessEnabled $true ${relationship}`);
    await run('fabrikam', 'New-OrganizationRelationship Contoso -DomainNames contoso.test -FreeBusyAccessEnabled $true');
    const mary = await servers.recipient('mary@contoso.test');
    const target = 'FYDIBOHF25SPDLT.fabrikam.test';
    const token = async () => delegationToken(await servers.party(), { target, offer: 'MSExchange.SharingCalendarFreeBusy', user: mary });
    expect(await token()).toMatchObject({ fromCache: false });

    const old = String((await first('fabrikam', 'Get-FederationTrust'))['OrgPrivCertificate']);
    const made = await first(
      'fabrikam',
      'New-ExchangeCertificate -SubjectName "CN=Federation" -FriendlyName "Exchange Delegation Federation"',
    );
    const next = String(made['Thumbprint']);
    expect(await refusal('fabrikam', `Set-FederationTrust ${trustName} -PublishFederationCertificate`)).toContain('no next certificate');
    const staged = await shell('fabrikam', `Set-FederationTrust ${trustName} -Thumbprint ${next} -RefreshMetadata`);
    expect(staged.warnings).toEqual([expect.stringContaining('TXT record')]);
    const proofs = await run('fabrikam', 'Get-FederatedDomainProof -DomainName fabrikam.test');
    expect(proofs.map(({ Name, Thumbprint }) => [Name, Thumbprint])).toEqual([
      ['OrgNextPrivCertificate', next],
      ['OrgPrivCertificate', old],
    ]);
    expect(proofs[0]?.['Proof']).not.toBe(proofs[1]?.['Proof']);
    await run('fabrikam', `Set-FederationTrust ${trustName} -PublishFederationCertificate`);
    expect(await first('fabrikam', 'Get-FederationTrust')).toMatchObject({
      OrgPrivCertificate: next,
      OrgPrevPrivCertificate: old,
      OrgNextPrivCertificate: '',
      OrgNextCertificate: null,
    });
    // The token that contoso holds is for the certificate of before, and fabrikam's Autodiscover reads it.
    expect(await token()).toMatchObject({ fromCache: true });
    const party = await servers.party();
    const partner = present(relationshipFor(party.settings, 'fabrikam.test'), 'the relationship');
    const address = await delegatedTarget(party, partner, 'pat@fabrikam.test', mary);
    expect(address).toBe('https://mail.fabrikam.test/EWS/Exchange.asmx/WSSecurity');
    expect(await failures('fabrikam')).toEqual([]);
    expect(await refusal('fabrikam', `Remove-ExchangeCertificate ${old}`)).toContain('OrgPrevPrivCertificate');
  });

  test("the service's: who does not refresh falls behind, and two refreshes help", async () => {
    const [before] = (await control.call('GET', '/keys'))['keys'] as [{ x5t: string }];
    const { x5t } = await control.call('POST', '/keys/stage');
    await control.call('POST', '/keys/publish', { x5t });
    await control.call('POST', '/keys/activate', { x5t });
    await control.call('POST', '/keys/retire', { x5t: before.x5t });
    const { objects, warnings } = await shell('contoso', 'Test-FederationTrust');
    expect(objects.filter(({ Type }) => Type === 'Error').map(({ Id, Message }) => [Id, Message])).toEqual([
      [
        'FederationMetadata',
        "The federation trust doesn't contain the same certificates published by the security token service in its federation metadata.",
      ],
      ['TokenValidation', 'Failed to validate delegation token.'],
    ]);
    expect(warnings).toEqual([
      expect.stringContaining('-RefreshMetadata'),
      expect.stringMatching(/^TokenValidation: InvalidTokenFailedValidation: dauth\.signing-key.*-RefreshMetadata/),
    ]);
    // Exchange Online has heard of it.
    const active = (await signingKeys.list(lab.store.read, '')).find(({ value }) => value.state === 'active');
    for (const { value } of await federationTrusts.list(lab.store.read, 'contoso-cloud'))
      expect(value).toMatchObject({ TokenIssuerCertificate: active?.value.certificate, TokenIssuerPrevCertificate: '' });
    await run('contoso', `Set-FederationTrust ${trustName} -RefreshMetadata`);
    expect(await failures('contoso')).toEqual([['FederationMetadata', expect.any(String)]]);
    await run('contoso', `Set-FederationTrust ${trustName} -RefreshMetadata`);
    expect(await failures('contoso')).toEqual([]);
  });
});
