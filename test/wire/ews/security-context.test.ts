import { afterAll, beforeAll, expect, test } from 'vitest';
import { enterAppointments } from '../../support/appointments.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { faultOf } from './answers.ts';
import { askAvailability, shownIn } from './ask-availability.ts';

const [mary, rob, adam, joe, pat] = ['mary@contoso.test', 'rob@contoso.test', 'adam@contoso.test', 'joe@contoso.test', 'pat@fabrikam.test'];

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
  const day = [{ start: '2026-11-23T09:00Z', end: '2026-11-23T10:00Z', subject: 'Review', location: 'Boardroom' }];
  await enterAppointments(lab, 'contoso', mary, day);
  await cmdlet('Add-MailboxFolderPermission mary:\\Calendar -User joe -AccessRights Reviewer');
});
afterAll(() => lab.close());

const cmdlet = (line: string) => runCmdlet(lab, 'contoso', line);

/** Asks for a calendar as an account of Contoso that says for whom it asks. */
async function askFor(user: string, as = adam, mailbox = mary) {
  const names = `<t:UserSid>S-1-5-21-1-2-3-1105</t:UserSid><t:PrimarySmtpAddress>${user}</t:PrimarySmtpAddress>`;
  const answer = await askAvailability(lab, as, [mailbox], {
    header: `<t:SerializedSecurityContext>${names}</t:SerializedSecurityContext>`,
    organization: 'contoso',
  });
  if (answer.status !== 200) return { fault: faultOf(answer.body)?.code, exchange: await lab.exchangeOf(answer) };
  const [calendar] = shownIn(answer);
  return { calendar, exchange: await lab.exchangeOf(answer) };
}

test('the account of the availability configuration asks for users of another forest, others may not', async () => {
  const verdict = (outcome: string, actual: string) => ({
    verdict: { checks: expect.arrayContaining([expect.objectContaining({ check: 'sharing.per-user-account', outcome, actual })]) },
  });
  expect(await askFor(joe)).toMatchObject({ fault: 'ErrorTokenSerializationDenied', exchange: verdict('failed', adam) });
  await cmdlet('New-AvailabilityConfig -PerUserAccount adam');
  const [asJoe, asPat] = [await askFor(joe), await askFor(pat)];
  expect(asJoe).toMatchObject({
    calendar: { class: 'Success', view: 'DetailedMerged' },
    exchange: verdict('passed', `${adam} for ${joe}`),
  });
  expect(JSON.stringify(asJoe.calendar)).toContain('Review');
  expect(asPat).toMatchObject({
    calendar: { class: 'Success' },
    exchange: verdict('passed', `${adam} for ${pat}, who is no recipient here`),
  });
  expect(JSON.stringify(asPat.calendar)).not.toContain('Review');
  expect(await askFor(joe, rob)).toMatchObject({ fault: 'ErrorTokenSerializationDenied' });
  // Somebody else's server is not sent on.
  expect(await askFor(pat, adam, joe)).toMatchObject({ calendar: { class: 'Error', code: 'ErrorProxyRequestNotAllowed' } });
});

test('by a group too, and for nothing but free/busy', async () => {
  await cmdlet('Set-AvailabilityConfig -PerUserAccount all-staff');
  expect(await askFor(joe, rob)).toMatchObject({ calendar: { class: 'Success' } });
  const names = `<t:UserSid>S-1-5-21-1-2-3-1105</t:UserSid><t:PrimarySmtpAddress>${mary}</t:PrimarySmtpAddress>`;
  const answer = await lab.ews(
    rob,
    '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>',
    { header: `<t:SerializedSecurityContext>${names}</t:SerializedSecurityContext>` },
  );
  expect(faultOf(answer.body)).toMatchObject({ code: 'ErrorAccessDenied' });
});
