import { afterEach, beforeEach, expect, test } from 'vitest';
import { partnerApplications } from '../../../shared/domain/trust/partner-applications.ts';
import { signingKeys } from '../../../shared/domain/trust/signing-keys.ts';
import { writeAuthMetadata } from '../../../shared/protocols/oauth/metadata.ts';
import { exchangeAppId, openTrustLab, type TrustLab } from './trust-lab.ts';

let lab: TrustLab;
beforeEach(async () => {
  lab = await openTrustLab();
});
afterEach(() => lab.close());

const url = 'https://sharepoint.contoso.test/_layouts/15/metadata/json/1';

test('an application that an auth server vouches for', async () => {
  const [shown] = await lab.run(
    `New-PartnerApplication "Exchange Online" -ApplicationIdentifier ${exchangeAppId} -LinkedAccount contoso\\svc`,
  );
  expect(shown).toEqual({
    Name: 'Exchange Online',
    ApplicationIdentifier: exchangeAppId,
    Realm: '',
    UseAuthServer: true,
    AcceptSecurityIdentifierInformation: false,
    AuthMetadataUrl: '',
    Enabled: true,
    LinkedAccount: 'svc@contoso.test',
    Identity: 'Exchange Online',
  });
  await lab.run('Set-PartnerApplication "exchange online" -Enabled $false -LinkedAccount $null -AcceptSecurityIdentifierInformation $true');
  expect(await lab.run('Get-PartnerApplication')).toMatchObject([
    { Enabled: false, LinkedAccount: '', AcceptSecurityIdentifierInformation: true, UseAuthServer: true },
  ]);
  await lab.run('Remove-PartnerApplication "Exchange Online" -Confirm:$false');
  expect(await lab.run('Get-PartnerApplication')).toEqual([]);
});

test('an application that signs its tokens itself is known by its metadata', async () => {
  const [key] = signingKeys.all(await lab.settings(''));
  if (key === undefined) throw new Error('no key');
  const document = (keys: (typeof key)[]) =>
    writeAuthMetadata(
      {
        issuer: '00000003-0000-0ff1-ce00-000000000000@contoso.test',
        realm: 'contoso.test',
        serviceName: '00000003-0000-0ff1-ce00-000000000000',
        name: 'SharePoint',
        allowedAudiences: [],
        keys: keys.map(({ x5t, certificate }) => ({ x5t, certificate })),
        endpoints: [],
      },
      'exchange',
    );
  const answer = (text: string) => lab.answer(() => Promise.resolve({ status: 200, headers: {}, body: Buffer.from(text) }));
  answer(document([key]));
  await lab.run(`New-PartnerApplication SharePoint -AuthMetadataUrl ${url}`);
  expect(partnerApplications.get(await lab.settings(), 'sharepoint')).toMatchObject({
    ApplicationIdentifier: '00000003-0000-0ff1-ce00-000000000000',
    Realm: 'contoso.test',
    UseAuthServer: false,
    AuthMetadataUrl: url,
    keys: [{ x5t: key.x5t }],
  });
  answer(document([key, key]));
  await lab.run('Set-PartnerApplication SharePoint -RefreshAuthMetadata');
  expect(partnerApplications.get(await lab.settings(), 'sharepoint')?.keys).toHaveLength(2);
  answer(document([]));
  await expect(lab.run('Set-PartnerApplication SharePoint -RefreshAuthMetadata')).rejects.toMatchObject({ code: 'operation-failed' });
});

test.each([
  ['New-PartnerApplication x', 'contoso', 'bad-parameter'],
  [`New-PartnerApplication x -ApplicationIdentifier y -AuthMetadataUrl ${url}`, 'contoso', 'bad-parameter'],
  ['New-PartnerApplication x -ApplicationIdentifier y -LinkedAccount nobody', 'contoso', 'object-not-found'],
  [`New-PartnerApplication x -AuthMetadataUrl ${url}`, 'contoso-cloud', 'bad-parameter'],
  ['Set-PartnerApplication "Exchange Online" -RefreshAuthMetadata', 'contoso-cloud', 'bad-parameter'],
  ['Remove-PartnerApplication x', 'contoso', 'object-not-found'],
])('%s in %s is refused', async (line, organization, code) => {
  await expect(lab.run(line, organization)).rejects.toMatchObject({ code });
});
