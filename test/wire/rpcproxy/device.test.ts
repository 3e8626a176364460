import { afterAll, beforeAll, expect, test } from 'vitest';
import { echoPacket } from '../../../shared/protocols/rpch/echo.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { basic } from '../../support/soap.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { guardedWorld } from '../perimeter/perimeter-lab.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ world: guardedWorld() });
  // A device that ends TLS and channel bindings of EWS do not go together.
  await runCmdlet(lab, 'contoso', 'Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -ExtendedProtectionTokenChecking None');
  await runCmdlet(lab, 'contoso', 'Add-MailboxPermission mary -User administrator -AccessRights FullAccess');
});
afterAll(() => lab.close());

const probe = async (server: string) => {
  const credentials = `-Credentials @{UserName='CONTOSO\\administrator'; Password='${lab.password}'}`;
  const line = `Test-MigrationServerAvailability -ExchangeOutlookAnywhere -ExchangeServer ${server} -RPCProxyServer mail.contoso.test -EmailAddress mary@contoso.test ${credentials}`;
  return (await runCmdlet<Record<string, unknown>>(lab, 'contoso-cloud', line))[0];
};

test('what comes for the RPC proxy goes through a device in front, and what it says comes back', async () => {
  const answer = await lab.https('https://mail.contoso.test/rpc/rpcproxy.dll?EX-SE-01:6001', {
    method: 'RPC_IN_DATA',
    headers: { 'content-length': '0', authorization: basic('CONTOSO\\mary', lab.password) },
  });
  expect([answer.status, answer.octets]).toEqual([200, echoPacket()]);
  const passed = await lab.exchanges({ service: 'perimeter' });
  expect(passed.map(({ target }) => target)).toContain('RPC_IN_DATA /rpc/rpcproxy.dll?EX-SE-01:6001');
  expect(await probe('EX-SE-01')).toMatchObject({ Result: 'Success', Message: '' });
  expect(await probe('elsewhere')).toMatchObject({ Result: 'Failed', Message: expect.stringContaining('Error 0x5 (Access is denied)') });
});
