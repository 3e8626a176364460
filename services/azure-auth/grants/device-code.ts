import type { DeviceGrant } from '../pending.ts';
import { judgeGrant, tenantNamed, userOf } from '../user.ts';
import { answerForUser } from '../user-tokens.ts';
import type { Grant, GrantCall, TokenRequest } from './grant.ts';

/** RFC 8628 section 3.4: the device asks whether the user has typed the code yet. The v1 endpoint calls it `code`. */
export const deviceCode: Grant = {
  name: 'device_code',
  required: [],
  async tenantOf(request) {
    return tenantNamed(request.organizations, (await findDevice(request))?.approval?.tenant);
  },
  async answer(call) {
    const { judgement, context } = call;
    const device = await judgeDevice(call);
    const { request, approval, deviceCode: code } = device;
    if (approval === null || !(await context.pending.redeemDevice(code, call.visit.instant)))
      return judgement.refuse('device-code.unused', { actual: 'redeemed' }, '54005');
    const user = await userOf(call, approval.user);
    return answerForUser(call, { user, amr: approval.amr, scope: request.scope, resource: request.resource ?? call.form.get('resource') });
  },
};

function findDevice({ form, context, visit }: TokenRequest): Promise<DeviceGrant | undefined> {
  return context.pending.device(form.get('device_code') ?? form.get('code') ?? '', visit.instant);
}

/** An approved code of this client in this tenant, or the refusal that RFC 8628 section 3.5 gives for it. */
async function judgeDevice(call: GrantCall): Promise<DeviceGrant> {
  const { judgement, context, visit, tenant, form } = call;
  const name = 'device_code';
  if (!form.has(name) && !form.has('code'))
    judgement.refuse('request.parameters', { expected: name, actual: 'nothing' }, '900144', { name });
  const device = await findDevice(call);
  if (device === undefined) return judgement.refuse('device-code.known', { actual: 'no such code' }, '7000014');
  judgement.pass('device-code.known');
  judgeGrant(call, { clientId: device.request.clientId, tenant: device.approval?.tenant ?? device.request.tenant ?? tenant.name }, '70000');
  const { state, expires, deviceCode: code } = device;
  const asksTooSoon = await context.pending.pollDevice(code, visit.instant);
  if (state === 'declined') judgement.refuse('device-code.approval', { actual: 'declined' }, '90120');
  if (state === 'redeemed') judgement.refuse('device-code.unused', { actual: 'redeemed' }, '54005');
  const lifetime = { expected: `until ${new Date(expires).toISOString()}` };
  if (visit.instant > expires) judgement.refuse('device-code.lifetime', lifetime, '70020');
  judgement.pass('device-code.lifetime', lifetime);
  if (state === 'pending' && asksTooSoon)
    judgement.refuse('device-code.interval', { actual: 'asked too soon' }, '70016', { error: 'slow_down' });
  if (state === 'pending') judgement.refuse('device-code.approval', { actual: 'pending' }, '70016');
  judgement.pass('device-code.approval');
  return device;
}
