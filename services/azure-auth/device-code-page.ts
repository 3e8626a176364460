import type { FastifyReply, FastifyRequest } from 'fastify';
import { isTenant } from '../../shared/bridges/authority/urls.ts';
import { servicePrincipals } from '../../shared/domain/trust/service-principals.ts';
import { present } from '../../shared/kernel/assert.ts';
import { askPassword, goOn, segmentOf, takeFlow } from './authorize-sign-in.ts';
import {
  type BrowserVisit,
  comesFromOwnPage,
  formOf,
  judged,
  noteUser,
  openBrowserVisit,
  queryOf,
  sendErrorPage,
  sendPage,
} from './browser-visit.ts';
import { needsSecondFactor } from './conditional-access.ts';
import type { AzureAuthContext } from './context.ts';
import { deviceLoginPath } from './device-code.ts';
import { messagePage, userCodePage } from './pages/sign-in-pages.ts';
import type { DeviceGrant } from './pending.ts';
import { type Purpose, sessionOf } from './sign-ins.ts';

/** The page that asks for the code of a device; `?otc=` fills it in, and the user still has to send it off. */
export function getDeviceLogin(context: AzureAuthContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const visit = openBrowserVisit(context, request, reply, 'deviceauth');
  return judged(
    visit,
    async () => sendPage(reply, userCodePage(deviceLoginPath, (queryOf(visit).get('otc') ?? '').slice(0, 16))),
    sendErrorPage,
  );
}

/** Takes the code and goes on to the sign-in. */
export function postDeviceLogin(context: AzureAuthContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const visit = openBrowserVisit(context, request, reply, 'deviceauth');
  return judged(visit, () => takeUserCode(visit), sendErrorPage);
}

/** Takes the decision of the user who signed in. */
export function postDeviceDecision(context: AzureAuthContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const visit = openBrowserVisit(context, request, reply, 'deviceauth');
  return judged(visit, () => takeDecision(visit), sendErrorPage);
}

async function takeUserCode(visit: BrowserVisit): Promise<FastifyReply> {
  const { context, judgement, request, at } = visit;
  const form = formOf(visit);
  if (!comesFromOwnPage(visit)) return judgement.refuse('sign-in.own-page', { actual: request.headers.origin ?? 'another site' }, '90013');
  const grant = await judgeUserCode(visit, form.get('otc') ?? '');
  const purpose: Purpose = {
    is: 'device',
    deviceCode: grant.deviceCode,
    request: grant.request,
    application: await applicationName(context, grant),
  };
  const session = await sessionOf(context.signIns, request, at);
  const user = session === undefined ? undefined : await context.directory(session.tenant).byGuid(session.user);
  const segment = await segmentOf(visit, purpose);
  const isFromTenant = segment.kind === 'shared' || segment.tenant.name === session?.tenant;
  if (session !== undefined && isFromTenant && user?.enabled === true) {
    const isProven = session.amr.includes('mfa') || !(await needsSecondFactor(context, session.tenant, user, purpose));
    if (isProven) return goOn(visit, purpose, session);
  }
  return askPassword(visit, { purpose, stage: 'password', who: undefined, failures: 0 }, '');
}

/** The flow that a code belongs to, if it can still be decided. Check `device.user-code`. */
async function judgeUserCode({ context, judgement, at }: BrowserVisit, typed: string): Promise<DeviceGrant> {
  const grant = await context.pending.deviceByUserCode(typed, at);
  if (grant === undefined) return judgement.refuse('device.user-code', { actual: 'no such code' }, '70018');
  if (at > grant.expires) return judgement.refuse('device.user-code', { actual: 'too old', reference: 'RFC 8628 section 3.2' }, '70019');
  if (grant.state !== 'pending') return judgement.refuse('device.user-code', { actual: grant.state }, '90120');
  judgement.pass('device.user-code');
  return grant;
}

async function takeDecision(visit: BrowserVisit): Promise<FastifyReply> {
  const { context, judgement, reply, at } = visit;
  const form = formOf(visit);
  const { purpose, who } = await takeFlow(visit, form, 'approval');
  const { tenant, user, amr } = present(who, 'the user of an approval');
  const recipient = await context.directory(tenant).byGuid(user);
  noteUser(visit, recipient?.primaryAddress ?? user, tenant);
  if (purpose.is !== 'device') throw new Error('defect: an approval that is not of a device');
  const approves = form.get('decision') === 'approve';
  const decided = await (approves
    ? context.pending.approveDevice(purpose.deviceCode, { tenant, user, amr }, at)
    : context.pending.declineDevice(purpose.deviceCode, at));
  if (!decided) return judgement.refuse('device.pending', { actual: 'decided or too old' }, '90120');
  judgement.pass('device.pending', { actual: approves ? 'approved' : 'declined' });
  const told = approves ? 'You have signed in on your device. You may now close this window.' : 'The device was not signed in.';
  return sendPage(reply, messagePage(purpose.application, told));
}

async function applicationName(context: AzureAuthContext, { request }: DeviceGrant): Promise<string> {
  const tenants = (await context.organizations()).all
    .filter(isTenant)
    .filter(({ name }) => request.tenant === null || name === request.tenant);
  for (const { name } of tenants) {
    const client = servicePrincipals.get(await context.settings(name), request.clientId);
    if (client !== undefined) return client.displayName;
  }
  return request.clientId;
}
