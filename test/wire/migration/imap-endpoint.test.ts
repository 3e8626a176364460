import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCertificateStore } from '../../../shared/net/certificates.ts';
import { canRunDovecot, type Dovecot, dovecotProgram, startDovecot } from '../../support/dovecot.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { requireTool } from '../../support/tools.ts';

describe.skipIf(!requireTool(dovecotProgram, 'dovecot-imapd (and be root)', canRunDovecot()))('an endpoint of the type IMAP', () => {
  let lab: TestLab;
  let dovecot: Dovecot;
  beforeAll(async () => {
    lab = await openTestLab();
    const store = await createCertificateStore({ folder: join(lab.dataDir, 'certificates'), realNow: () => Date.now() });
    const { certPem, chain, keyPem } = await store.leafFor(['localhost']);
    dovecot = await startDovecot({ cert: [certPem, ...chain].join(''), key: keyPem });
  }, 60_000);
  afterAll(async () => {
    await dovecot?.stop();
    await lab.close();
  });
  const run = (line: string) => runCmdlet(lab, 'contoso-cloud', line);
  const make = (name: string, more: string) => `New-MigrationEndpoint -IMAP -Name ${name} -RemoteServer ${more}`;

  test('is made when the server answers, its certificate is trusted and for its name', async () => {
    const made = await run(make('Source', `localhost -Port ${dovecot.imaps}`));
    expect(made).toMatchObject([
      {
        ...{ Identity: 'Source', EndpointType: 'IMAP', RemoteServer: 'localhost', Port: dovecot.imaps, Security: 'Ssl' },
        ...{ Authentication: 'Basic', Username: '', UseAutoDiscover: false },
      },
    ]);
    expect(await run('Test-MigrationServerAvailability -Endpoint Source')).toMatchObject([{ Result: 'Success', SupportsCutover: false }]);
    await run(`Set-MigrationEndpoint Source -Port ${dovecot.imap} -Security Tls`);
    expect(await run('Get-MigrationEndpoint Source')).toMatchObject([{ Port: dovecot.imap, Security: 'Tls' }]);
    await run('Remove-MigrationEndpoint Source');
  });

  test('is not made where the line cannot be secured', async () => {
    const failed = "The connection to the server '127.0.0.1' could not be completed.";
    await expect(run(make('Named', `127.0.0.1 -Port ${dovecot.imaps}`))).rejects.toThrow(`${failed} ---> CertificateRefused`);
    await expect(run(make('Mixed', `localhost -Port ${dovecot.imap} -Security Ssl`))).rejects.toThrow('could not be completed');
    await expect(run(make('Nowhere', 'imap.nowhere.test'))).rejects.toThrow('NameNotFound');
    expect(await run(`Test-MigrationServerAvailability -IMAP -RemoteServer 127.0.0.1 -Port ${dovecot.imaps}`)).toMatchObject([
      { Result: 'Failed', Message: expect.stringContaining(failed), ConnectionSettings: null },
    ]);
    expect(await run('Get-MigrationEndpoint')).toEqual([]);
  });
});
