import { runCmdlet, uploadCertificate } from './run-cmdlet.ts';
import type { TestLab } from './test-lab.ts';

/** Makes contoso's dedicated hybrid application in its tenant and switches it on, as its administrator does; answers its id. */
export async function useDedicatedApplication(lab: TestLab): Promise<string> {
  const onPremises = (line: string): Promise<readonly object[]> => runCmdlet(lab, 'contoso', line);
  const cloud = (line: string): Promise<readonly object[]> => runCmdlet(lab, 'contoso-cloud', line);
  const [certificate] = (await onPremises('Get-AuthConfig')) as { CurrentCertificateThumbprint: string }[];
  const [{ RawData }] = (await onPremises(`Get-ExchangeCertificate ${certificate?.CurrentCertificateThumbprint}`)) as [{ RawData: string }];
  const [application] = (await cloud('New-MsolServicePrincipal -DisplayName ExchangeServerApp')) as [
    { AppPrincipalId: string; ObjectId: string },
  ];
  await uploadCertificate(lab, application.AppPrincipalId, RawData);
  const [exchange] = (await cloud('Get-MsolServicePrincipal -AppPrincipalId 00000002-0000-0ff1-ce00-000000000000')) as [
    { ObjectId: string },
  ];
  await cloud(
    `New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId ${application.ObjectId} -PrincipalId ${application.ObjectId} ` +
      `-ResourceId ${exchange.ObjectId} -AppRoleId dc890d15-9560-4a4c-9b7f-a736ec74ec40`,
  );
  const override = 'New-SettingOverride -Name Hybrid -Component Global -Section ExchangeOnpremAsThirdPartyAppId';
  await onPremises(`${override} -Parameters @("Enabled=true") -Reason "dedicated application"`);
  await onPremises(`Set-AuthServer "EvoSts - 11111111-1111-4111-8111-111111111111" -ApplicationIdentifier ${application.AppPrincipalId}`);
  return application.AppPrincipalId;
}
