import type { MoveRequest } from '../../../shared/domain/migration/move-request.ts';
import { getMoveRequest, moveRequestOf, settleIdle } from '../../../shared/domain/migration/move-requests.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { parseGuid } from '../../../shared/kernel/ids.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { openTrustLab, start, type TrustLab, textShown } from './trust-lab.ts';

export const cloud = 'contoso-cloud';
export const credential = "@{UserName='CONTOSO\\svc'; Password='Pa55word!'}";
export const newMary = `New-MoveRequest mary@contoso.test -Remote -RemoteHostName mail.contoso.test -RemoteCredential ${credential} -TargetDeliveryDomain contoso.mail.onmicrosoft.test`;

/** A tenant with mary and svc as mail users whose mailboxes are on-premises. */
export async function openMigrationLab(era = '2019'): Promise<TrustLab> {
  const lab = await openTrustLab(era);
  for (const domain of ['contoso.mail.onmicrosoft.test', 'elsewhere.test'])
    await lab.run(`New-AcceptedDomain -Name ${domain} -DomainName ${domain}`);
  for (const name of ['mary', 'svc'])
    await lab.run(`Set-Mailbox ${name} -EmailAddresses @{Add='smtp:${name}@contoso.mail.onmicrosoft.test'}`);
  await lab.run('Start-ADSyncSyncCycle');
  return lab;
}

/** Code and words of what a line is refused for. */
export async function refusal(lab: TrustLab, line: string, organization = cloud): Promise<[string, string]> {
  try {
    await lab.run(line, organization);
  } catch (error) {
    if (error instanceof Refusal) return [error.code, error.detail ?? ''];
    throw error;
  }
  throw new Error(`${line} was not refused`);
}

/** The request of somebody, as the store has it. */
export async function requestOf(lab: TrustLab, name: string, organization = cloud): Promise<MoveRequest> {
  const [person] = await lab.run(`Get-Recipient ${name}@contoso.test`, organization);
  const guid = present(parseGuid(textShown(person, 'Guid')), 'the GUID');
  return present(await moveRequestOf(lab.store.read, organization, guid), `the request of ${name}`);
}

/** Changes a request as whoever moves mailboxes would. */
export async function work(
  lab: TrustLab,
  request: MoveRequest,
  step: (request: MoveRequest) => Partial<MoveRequest>,
): Promise<MoveRequest> {
  const current = present(await getMoveRequest(lab.store.read, request), 'the request');
  const next = { ...current, ...step(current) };
  await lab.store.transaction((tx) => settleIdle(tx, current, next));
  return present(await getMoveRequest(lab.store.read, request), 'the request');
}

export { start };
