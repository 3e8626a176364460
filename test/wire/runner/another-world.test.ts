import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadStory } from '../../../services/runner/load.ts';
import { play } from '../../../services/runner/play.ts';
import { worldOf } from '../../../services/runner/tellings.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';

// Other names, another password, and servers that are not called mail.
const text = `version: 1
name: Ann moves
teaches: t
source: s
timeout: 60s
world:
  organizations:
    adatum:
      kind: on-premises
      title: Adatum
      product: exchange-se
      netbiosName: ADATUM
      domains: [adatum.test]
      hosts: { web: owa.adatum.test, autodiscover: autodiscover.adatum.test, smtp: smtp.adatum.test }
      users:
        - { mail: ann@adatum.test }
        - { mail: administrator@adatum.test, password: Another-Pa55word }
      cmdlets:
        - Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -BasicAuthentication $true -MRSProxyEnabled $true
        - New-SendConnector Internet -AddressSpaces "SMTP:*;1"
    adatum-cloud:
      kind: cloud
      title: Adatum
      product: exchange-online
      era: 2019
      tenantId: 99999999-9999-4999-8999-999999999999
      domains: [adatum.onmicrosoft.test, adatum.test]
      hosts: { web: outlook.office365.test, autodiscover: autodiscover-s.outlook.test, smtp: smtp.office365.test }
      users:
        - { mail: administrator@adatum.onmicrosoft.test }
  password: Pa55word!
given:
  - cmdlet: { at: adatum, line: New-AcceptedDomain Cloud -DomainName adatum.onmicrosoft.test -DomainType InternalRelay }
  - cmdlet: { at: adatum, line: 'Set-Mailbox ann -EmailAddresses @{Add="smtp:ann@adatum.onmicrosoft.test"}' }
  - cmdlet: { at: adatum, line: Start-ADSyncSyncCycle }
when:
  - find: { as: ann@adatum.test }
  - move: { who: ann, to: cloud }
  - await: { move: { at: adatum-cloud, who: ann, status: Completed }, within: 2h }
then:
  hops: [{ svc: mrsproxy, host: owa.adatum.test }]
  report: [{ at: adatum-cloud, of: ann, says: ['"Status":"Completed"'] }]
`;

const folder = mkdtempSync(join(tmpdir(), 'coexist-world-'));
const file = join(folder, 'move.yaml');
writeFileSync(file, text);
const story = loadStory(file);
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ world: JSON.parse(worldOf(story)) as object, clock: `frozen@${story.clock}` });
});
afterAll(async () => {
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a story moves by the administrator and the host of its own world', { timeout: 90_000 }, async () => {
  expect(await play(story, lab.endpoints, { era: null, seed: 'test' })).toMatchObject({ mismatches: [] });
});
