import { afterEach, beforeEach, expect, test } from 'vitest';
import { dayMs, openTrustLab, start, type TrustLab, textShown } from './trust-lab.ts';

let lab: TrustLab;
let current = '';
beforeEach(async () => {
  lab = await openTrustLab();
  [{ CurrentCertificateThumbprint: current }] = (await lab.run('Get-AuthConfig')) as unknown as [{ CurrentCertificateThumbprint: string }];
});
afterEach(() => lab.close());

const subject = 'cn=Microsoft Exchange Server Auth Certificate';
const made = async () => {
  const [shown] = await lab.run(`New-ExchangeCertificate -KeySize 2048 -PrivateKeyExportable $true -SubjectName "${subject}"`);
  return textShown(shown, 'Thumbprint');
};
const thumbprints = async (at = start) => {
  const [shown] = await lab.run('Get-AuthConfig', 'contoso', at);
  return ['Current', 'Previous', 'Next'].map((name) => shown?.[`${name}CertificateThumbprint`]);
};
const iso = (at: number) => new Date(at).toISOString();

test('Get-AuthConfig shows what Setup made', async () => {
  expect(await lab.run('Get-AuthConfig')).toEqual([
    {
      ServiceName: '00000002-0000-0ff1-ce00-000000000000',
      Realm: '',
      CurrentCertificateThumbprint: expect.stringMatching(/^[0-9A-F]{40}$/),
      PreviousCertificateThumbprint: '',
      NextCertificateThumbprint: '',
      NextCertificateEffectiveDate: null,
      Name: 'Auth Configuration',
      Identity: 'Auth Configuration',
    },
  ]);
});

test('a next certificate comes into force on its date', async () => {
  const next = await made();
  const due = start + 3 * dayMs;
  await lab.run(`Set-AuthConfig -NewCertificateThumbprint ${next.toLowerCase()} -NewCertificateEffectiveDate ${iso(due)}`);
  expect(await thumbprints()).toEqual([current, '', next]);
  expect((await lab.run('Get-AuthConfig'))[0]?.['NextCertificateEffectiveDate']).toEqual(new Date(due));
  expect(await thumbprints(due - 1)).toEqual([current, '', next]);
  expect(await thumbprints(due)).toEqual([next, current, '']);
  await lab.run('Set-AuthConfig -ClearPreviousCertificate', 'contoso', due);
  expect(await thumbprints(due)).toEqual([next, '', '']);
});

test('-PublishCertificate does not wait for the date; -ClearPreviousCertificate forgets', async () => {
  const next = await made();
  await lab.run(`Set-AuthConfig -NewCertificateThumbprint ${next} -NewCertificateEffectiveDate "11/20/2026"`);
  await lab.run('Set-AuthConfig -PublishCertificate');
  expect(await thumbprints()).toEqual([next, current, '']);
  expect((await lab.run('Get-AuthConfig'))[0]?.['NextCertificateEffectiveDate']).toBeNull();
  await lab.run('Set-AuthConfig -ClearPreviousCertificate');
  expect(await thumbprints()).toEqual([next, '', '']);
  await expect(lab.run('Set-AuthConfig -PublishCertificate')).rejects.toMatchObject({ code: 'operation-failed' });
});

test('-CertificateThumbprint takes the place at once, realm and service name are set', async () => {
  const other = await made();
  await lab.run(`Set-AuthConfig -CertificateThumbprint ${other}`);
  expect(await thumbprints()).toEqual([other, current, '']);
  await lab.run('Set-AuthConfig -Realm contoso.test -ServiceName other');
  expect(await lab.run('Get-AuthConfig')).toMatchObject([{ Realm: 'contoso.test', ServiceName: 'other' }]);
  await lab.run('Set-AuthConfig -Realm $null');
  expect(await lab.run('Get-AuthConfig')).toMatchObject([{ Realm: '' }]);
});

test('a date that is near needs -Force, a past one is refused', async () => {
  const next = await made();
  const stage = (at: number, more = '') =>
    lab.run(`Set-AuthConfig -NewCertificateThumbprint ${next} -NewCertificateEffectiveDate ${iso(at)} ${more}`);
  await expect(stage(start + 2 * dayMs - 1)).rejects.toMatchObject({
    code: 'operation-failed',
    detail: expect.stringContaining('48 hours'),
  });
  await stage(start + 2 * dayMs);
  await stage(start, '-Force');
  expect(await thumbprints()).toEqual([next, current, '']);
  await expect(stage(start - 1, '-Force')).rejects.toMatchObject({
    code: 'bad-parameter',
    detail: expect.stringMatching(
      /^The new certificate effective date is invalid\. The effective date must be greater than the current time\./,
    ),
  });
});

test.each([
  [
    `Set-AuthConfig -CertificateThumbprint ${'A'.repeat(40)}`,
    'object-not-found',
    /^A special Rpc error occurs on server EX-SE-01: The certificate with thumbprint A{40} was not found\.$/,
  ],
  [
    `Set-AuthConfig -NewCertificateThumbprint ${'A'.repeat(40)} -NewCertificateEffectiveDate 2027-01-01`,
    'object-not-found',
    /was not found\.$/,
  ],
  [`Set-AuthConfig -NewCertificateThumbprint ${'A'.repeat(40)}`, 'bad-parameter', /needs -NewCertificateThumbprint and/],
  ['Set-AuthConfig -NewCertificateEffectiveDate 2027-01-01', 'bad-parameter', /needs -NewCertificateThumbprint and/],
  ['Set-AuthConfig -NewCertificateEffectiveDate tomorrow', 'bad-parameter', /DateTime/],
  [
    'Set-AuthConfig -Realm x -PublishCertificate',
    'bad-parameter',
    /^Parameter set cannot be resolved using the specified named parameters\./,
  ],
  ['Set-AuthConfig x', 'bad-parameter', /^A positional parameter cannot be found that accepts argument 'x'\.$/],
])('%s is refused', async (line, code, detail) => {
  await expect(lab.run(line)).rejects.toMatchObject({ code, detail: expect.stringMatching(detail) });
  expect(await thumbprints()).toEqual([current, '', '']);
});
