import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issueSelfSigned } from '../../shared/net/self-signed.ts';
import { uploadCertificate } from '../support/run-cmdlet.ts';
import { testKey } from '../support/test-keys.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { requireTool } from '../support/tools.ts';
import { runFlows, variablesFor } from './flow-process.ts';

const python = '/usr/bin/python3';
const hasMsal = requireTool('python3 with msal', 'python3-msal', spawnSync(python, ['-c', 'import msal']).status === 0);
const script = join(import.meta.dirname, 'msal-python', 'flows.py');
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());
test.each(['localhost', 'test', 'com'])('%s', async (name) => {
  const o = lab.endpoints.organizations;
  const now = lab.clock.state().now;
  const c = await issueSelfSigned({ subject: 'CN=d', notBefore: now - 86400000, notAfter: now + 86400000, privateKey: await testKey(1) });
  await uploadCertificate(lab, '22222222-2222-4222-8222-222222222222', c.certificate);
  const s = { authority: name === 'localhost' ? o['contoso-cloud']?.authority : `https://login.microsoftonline.${name}/${o['contoso-cloud']?.tenantId}`, validate: name !== 'localhost',
    cloud: o['contoso-cloud']?.ews, premises: o['contoso']?.ews, adminUrl: lab.endpoints.adminUrl, password: lab.password, thumbprint: c.thumbprint, privateKey: c.privateKey };
  const r = await runFlows([python, script, JSON.stringify(s)], variablesFor(lab, name !== 'localhost'));
  for (const [f, v] of r) console.log(f, v.failure ?? JSON.stringify(v));
}, 60000);
