import { present } from '../../../shared/kernel/assert.ts';
import type { Answer } from '../../../shared/scenario/outcome.ts';
import { ControlRefusal } from '../control.ts';
import { answered, callLimits, type Ground, type Play, tenantOf } from '../ground.ts';
import { dialRefusal } from './dial-refusal.ts';

/** From a token endpoint, or minted by the lab; values are the claims. What comes then may be brought by `by: token`. */
export const token: Play<'token'> = async ({ form, at, mint }, ground) => {
  ground.token = undefined;
  const got = mint === undefined ? await ask(ground, at ?? tenantOf(ground), form ?? {}) : await minted(ground, mint);
  if ('code' in got) return got;
  ground.token = got.token;
  return answered('token', { values: claimsOf(got.token) });
};

/** The token by which somebody's own client calls Exchange Online: a password grant of the public client. Kept for the story. */
export async function userToken(ground: Ground, mail: string, password: string, at: string): Promise<{ readonly token: string } | Answer> {
  const kept = ground.signedIn.get(`${at} ${mail} ${password}`);
  if (kept !== undefined) return { token: kept };
  const tenant = ground.endpoints.organizations[at]?.kind === 'cloud' ? at : tenantOf(ground);
  const client = present(
    ground.endpoints.organizations[tenant]?.clients?.find(({ name }) => name === 'public'),
    'an application public',
  );
  const form = {
    grant_type: 'password',
    client_id: client.clientId,
    username: mail,
    password,
    scope: 'https://outlook.office365.com/EWS.AccessAsUser.All',
  };
  const got = await ask(ground, tenant, form);
  if ('token' in got) ground.signedIn.set(`${at} ${mail} ${password}`, got.token);
  return got;
}

async function ask(
  { dialer, endpoints, signal }: Ground,
  tenant: string,
  form: Readonly<Record<string, string>>,
): Promise<{ readonly token: string } | Answer> {
  const authority = present(endpoints.organizations[tenant]?.authority, `an authority of the tenant ${tenant}`);
  try {
    const { status, body } = await dialer.https({
      ...{ ...callLimits, signal, url: `${authority}/oauth2/v2.0/token`, method: 'POST' },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    });
    const told = JSON.parse(body.toString()) as {
      readonly access_token?: string;
      readonly error?: string;
      readonly error_description?: string;
    };
    if (told.access_token !== undefined) return { token: told.access_token };
    return answered(told.error ?? String(status), { ok: false, status, text: told.error_description ?? '' });
  } catch (error) {
    return dialRefusal(error);
  }
}

async function minted({ control }: Ground, order: Readonly<Record<string, unknown>>): Promise<{ readonly token: string } | Answer> {
  try {
    return await control.call<{ token: string }>('POST', '/v1/tokens/mint', order);
  } catch (error) {
    if (!(error instanceof ControlRefusal)) throw error;
    return answered('refused', { ok: false, status: error.status, text: error.message });
  }
}

/** Claims of a token by their names; lists one value each, objects as JSON. Those of the actor inside are `actor.<name>`. */
export function claimsOf(jwt: string, prefix = ''): Readonly<Record<string, readonly string[]>> {
  const [, payload = ''] = jwt.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Readonly<Record<string, unknown>>;
  const own = Object.entries(claims).map(([name, value]): [string, readonly string[]] => [
    `${prefix}${name}`,
    (Array.isArray(value) ? value : [value]).map((one) => (typeof one === 'string' ? one : JSON.stringify(one))),
  ]);
  const { actortoken } = claims;
  return { ...Object.fromEntries(own), ...(typeof actortoken === 'string' ? claimsOf(actortoken, 'actor.') : {}) };
}
