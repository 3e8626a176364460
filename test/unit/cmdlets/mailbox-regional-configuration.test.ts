import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTrustLab, type TrustLab } from './trust-lab.ts';

let lab: TrustLab;
beforeEach(async () => {
  lab = await openTrustLab();
});
afterEach(() => lab.close());

const shown = async () => (await lab.run('Get-MailboxRegionalConfiguration svc'))[0];
const folders = async (path: string) => lab.run(`Get-MailboxFolderPermission svc:\\${path}`);

test('nothing is set at first, and the folders are English', async () => {
  expect(await shown()).toEqual({ Language: '', DefaultFolderNameMatchingUserLanguage: true, TimeZone: '', Identity: 'svc@contoso.test' });
});

test('a language alone renames nothing; folders are called in it where that is asked for', async () => {
  await lab.run('Set-MailboxRegionalConfiguration svc -Language DA-dk -TimeZone "Romance Standard Time"');
  expect(await shown()).toMatchObject({
    Language: 'da-DK',
    DefaultFolderNameMatchingUserLanguage: false,
    TimeZone: 'Romance Standard Time',
  });
  expect(await folders('Calendar')).not.toEqual([]);
  await lab.run('Set-MailboxRegionalConfiguration svc -LocalizeDefaultFolderName');
  expect(await shown()).toMatchObject({ Language: 'da-DK', DefaultFolderNameMatchingUserLanguage: true });
  expect(await folders('Kalender')).not.toEqual([]);
  await expect(folders('Calendar')).rejects.toMatchObject({ code: 'object-not-found' });
  await lab.run('Set-MailboxRegionalConfiguration svc -Language en-GB -LocalizeDefaultFolderName');
  expect(await folders('Calendar')).not.toEqual([]);
});

test.each([
  ['-Language Danish', /culture such as da-DK/],
  ['-Language xx-XX', /culture such as da-DK/],
  ['-TimeZone Mars', /zone of Windows, not "Mars"/],
  ['-DateFormat d/M/yyyy', /cannot be found that matches parameter name 'DateFormat'/],
])('%s is refused', async (rest, text) => {
  const detail: unknown = expect.stringMatching(text);
  await expect(lab.run(`Set-MailboxRegionalConfiguration svc ${rest}`)).rejects.toMatchObject({ code: 'bad-parameter', detail });
});
