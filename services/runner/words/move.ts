import { present } from '../../../shared/kernel/assert.ts';
import type { EndpointsDocument } from '../../../shared/service/endpoints-document.ts';
import { answered, type Ground, type Play, publishedHost, tenantOf } from '../ground.ts';
import { answerOf } from './world.ts';

/** `New-MoveRequest` in the tenant, with the on-premises administrator's account: it is queued, and goes on by itself. */
export const move: Play<'move'> = async ({ who, to, password, more = '' }, ground) => {
  const tenant = tenantOf(ground);
  const { userName, password: own } = administratorOf(ground);
  const administrator = `@{UserName='${userName}'; Password='${password ?? own}'}`;
  const remote = `-RemoteHostName ${hostOf(ground)} -RemoteCredential ${administrator}`;
  const direction =
    to === 'cloud'
      ? `-Remote ${remote} -TargetDeliveryDomain ${deliveryDomain(ground, tenant)}`
      : `-Outbound ${remote} -RemoteTargetDatabase "Mailbox Database 01" -TargetDeliveryDomain ${onPremises(ground).domains[0]}`;
  const answer = answerOf(await ground.control.cmdlet(tenant, `New-MoveRequest ${who} ${direction} ${more}`));
  return answer.ok ? answered('queued', { text: answer.text, values: answer.values }) : answer;
};

function onPremises({ endpoints }: Ground) {
  const found = Object.values(endpoints.organizations).find(({ kind }) => kind === 'on-premises');
  if (found === undefined) throw new Error('the world has no organisation on-premises');
  return found;
}

function hostOf(ground: Ground): string {
  return present(publishedHost(ground, onPremises(ground)), 'a host of the organisation on-premises');
}

/** Of the first organisation on-premises, by its name. */
function administratorOf(ground: Ground): EndpointsDocument['users'][number] {
  const mail = `administrator@${onPremises(ground).domains[0]}`;
  return present(
    ground.endpoints.users.find((user) => user.mail === mail),
    `an account ${mail} in the world`,
  );
}

function deliveryDomain({ endpoints }: Ground, tenant: string): string {
  const domains = endpoints.organizations[tenant]?.domains ?? [];
  return domains.find((domain) => /\.mail\.onmicrosoft\./.test(domain)) ?? domains[0] ?? '';
}
