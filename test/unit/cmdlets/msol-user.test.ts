import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDirectory } from '../../../shared/domain/directory/directory.ts';
import { verifyPassword } from '../../../shared/domain/identity/nt-hash.ts';
import { passwordExpiry } from '../../../shared/domain/identity/password-policy.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { dayMs, openTrustLab, start, type TrustLab } from './trust-lab.ts';

let lab: TrustLab;
beforeEach(async () => {
  lab = await openTrustLab();
});
afterEach(() => lab.close());

const run = (line: string) => lab.run(line, 'contoso-cloud');
const joe = async () => {
  const directory = openDirectory(lab.store, 'contoso-cloud');
  const found = present(await directory.byUserPrincipalName('joe@contoso.test'), 'joe');
  directory.close();
  return found;
};
const expiry = async () => passwordExpiry(await joe(), await lab.settings('contoso-cloud'));

test('passwords expire where a policy says so, but for those that never do', async () => {
  expect(await expiry()).toBeUndefined();
  expect(await run('Get-MsolPasswordPolicy -DomainName contoso.test')).toEqual([{ NotificationDays: null, ValidityPeriod: 2_147_483_647 }]);
  await run('Set-MsolPasswordPolicy -DomainName contoso.test -ValidityPeriod 90 -NotificationDays 14');
  expect(await run('Get-MsolPasswordPolicy -DomainName contoso.test')).toEqual([{ NotificationDays: 14, ValidityPeriod: 90 }]);
  expect(await expiry()).toBe(start + 90 * dayMs);
  await run('Set-MsolUser -UserPrincipalName JOE@contoso.test -PasswordNeverExpires $true');
  expect(await run('Get-MsolUser -UserPrincipalName joe@contoso.test')).toMatchObject([{ PasswordNeverExpires: true }]);
  expect(await expiry()).toBeUndefined();
  await run('Set-MsolUser -UserPrincipalName joe@contoso.test -PasswordNeverExpires $false');
  expect(await expiry()).toBe(start + 90 * dayMs);
});

test('a password that is set has to be changed, unless that is said', async () => {
  expect(await run('Set-MsolUserPassword -UserPrincipalName joe@contoso.test -NewPassword s3cret')).toEqual([{ Password: 's3cret' }]);
  const { ntHash, settings } = await joe();
  expect(verifyPassword(ntHash, 's3cret')).toBe(true);
  expect(settings).toMatchObject({ mustChangePassword: true, passwordSetAt: start });
  await run('Set-MsolUserPassword -UserPrincipalName joe@contoso.test -ForceChangePassword $false');
  expect((await joe()).settings.mustChangePassword).toBeUndefined();
});

test.each([
  ['Set-MsolUserPassword -UserPrincipalName joe@contoso.test', /no password is drawn here/],
  ['Get-MsolUser -UserPrincipalName nobody@contoso.test', /^User Not Found\. User: nobody@contoso\.test\.$/],
  ['Set-MsolPasswordPolicy -DomainName contoso.test -ValidityPeriod 90', /are set together/],
  ['Set-MsolPasswordPolicy -DomainName contoso.test -ValidityPeriod 3 -NotificationDays 1', /-ValidityPeriod takes a number from 14/],
  ['Get-MsolPasswordPolicy -DomainName fabrikam.test', /fabrikam\.test/],
])('%s is refused', async (line, text) => {
  await expect(run(line)).rejects.toMatchObject({ detail: expect.stringMatching(text) });
});
