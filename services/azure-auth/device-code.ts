import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EndpointVersion } from '../../shared/bridges/authority/urls.ts';
import { judgeClient, judgeSegment } from './accounts.ts';
import { type BrowserVisit, formOf, judged, openBrowserVisit, required, sendErrorBody } from './browser-visit.ts';
import type { AzureAuthContext } from './context.ts';
import { beginAnswer, sendJson } from './failures.ts';
import { deviceCodeLifeMs, devicePollIntervalMs } from './pending.ts';

/** Where users type the code of their device. */
export const deviceLoginPath = '/devicelogin';

/** `POST /{tenant}/oauth2/[v2.0/]devicecode`: RFC 8628 section 3.1. */
export function postDeviceCode(
  context: AzureAuthContext,
  request: FastifyRequest,
  reply: FastifyReply,
  version: EndpointVersion,
): Promise<FastifyReply> {
  const visit = openBrowserVisit(context, request, reply, 'devicecode');
  return judged(visit, () => begin(visit, version), sendErrorBody);
}

async function begin(visit: BrowserVisit, version: EndpointVersion): Promise<FastifyReply> {
  const { context, judgement, request, reply, at, origin, exchange } = visit;
  const form = formOf(visit);
  const segment = await judgeSegment(context, judgement, (request.params as { tenant: string }).tenant);
  const { client, home } = await judgeClient(context, judgement, segment, required(visit, form, 'client_id'));
  exchange.note({ caller: client.appId, organization: home.name });
  const scope = version === 2 ? required(visit, form, 'scope') : (form.get('scope') ?? '');
  const resource = version === 1 ? required(visit, form, 'resource') : undefined;
  const { userCode, deviceCode } = await context.pending.addDevice(
    {
      ...{ tenant: segment.kind === 'tenant' ? segment.tenant.name : null, clientId: client.appId, scope },
      ...(resource === undefined ? {} : { resource }),
    },
    at,
  );
  const page = `${origin}${deviceLoginPath}`;
  const lifeSeconds = deviceCodeLifeMs / 1_000;
  const intervalSeconds = devicePollIntervalMs / 1_000;
  const body = {
    user_code: userCode,
    device_code: deviceCode,
    // The older endpoint has a name of its own for the address, and strings for numbers.
    ...(version === 1 ? { verification_url: page } : {}),
    verification_uri: page,
    expires_in: version === 1 ? String(lifeSeconds) : lifeSeconds,
    interval: version === 1 ? String(intervalSeconds) : intervalSeconds,
    // The service's own sentence (learn.microsoft.com, "OAuth 2.0 device authorization grant").
    message: `To sign in, use a web browser to open the page ${page} and enter the code ${userCode} to authenticate.`,
  };
  beginAnswer(context, request, reply, form.get('client-request-id'));
  return sendJson(reply, 200, body);
}
