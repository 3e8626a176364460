import { runCmdlet } from '../../support/run-cmdlet.ts';
import type { TestLab } from '../../support/test-lab.ts';

let count = 0;

/** How an organisation's server gets on with fetching what is published under a host: the code of its last call. */
export async function fetchedBy(lab: TestLab, organization: string, host: string): Promise<string> {
  count += 1;
  const line = `New-PartnerApplication -Name p${count} -AuthMetadataUrl https://${host}/autodiscover/metadata/json/1`;
  await runCmdlet(lab, organization, line, organization === 'fabrikam' ? 'pat@fabrikam.test' : undefined).catch(() => {});
  const calls = (await lab.exchanges({ service: 'cmdlets', organization })).filter(
    (one) => one.direction === 'outgoing' && one.host === host,
  );
  const last = calls.toSorted((left, right) => left.sequence - right.sequence).at(-1);
  return last?.code ?? `${last?.status}`;
}
