import ews from 'ews-javascript-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { javascriptService } from '../support/javascript-service.ts';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';

const { OofExternalAudience, OofState, ServiceError, ServiceResponseException } = ews;

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-21T09:20Z' });
});
afterAll(() => lab.close());

const serviceOf = (user: string) => javascriptService(lab, user);

test('automatic replies are read, and refused to others', async () => {
  const service = serviceOf('mary');
  const before = await service.GetUserOofSettings('mary@contoso.test');
  expect([before.State, before.ExternalAudience, before.InternalReply.Message ?? '']).toEqual([
    OofState.Disabled,
    OofExternalAudience.All,
    '',
  ]);
  // SetUserOofSettings of this client writes each reply twice and its text unescaped: no server that validates takes it.
  const line =
    'Set-MailboxAutoReplyConfiguration mary -AutoReplyState Scheduled -ExternalAudience Known -StartTime 2026-11-23T08:00Z ' +
    '-EndTime 2026-11-27T17:00Z -InternalMessage "<html><p onclick=x()>Back on Friday</p></html>" -ExternalMessage "Back soon"';
  await runCmdlet(lab, 'contoso', line);
  const after = await service.GetUserOofSettings('mary@contoso.test');
  expect([after.State, after.ExternalAudience, after.AllowExternalOof]).toEqual([
    OofState.Scheduled,
    OofExternalAudience.Known,
    OofExternalAudience.All,
  ]);
  expect([after.Duration.StartTime.ToISOString(), after.Duration.EndTime.ToISOString()]).toEqual([
    '2026-11-23T08:00:00.000Z',
    '2026-11-27T17:00:00.000Z',
  ]);
  expect([after.InternalReply.Message, after.ExternalReply.Message]).toEqual([
    '<html><p>Back on Friday</p></html>',
    '<html><body>Back soon</body></html>',
  ]);

  const refusal = await serviceOf('rob')
    .GetUserOofSettings('mary@contoso.test')
    .then(
      () => 'answered',
      (error: unknown) => error,
    );
  expect(refusal).toBeInstanceOf(ServiceResponseException);
  expect(refusal instanceof ServiceResponseException && ServiceError[refusal.ErrorCode]).toBe('ErrorAccessDenied');
});
