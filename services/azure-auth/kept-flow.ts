import { readTenantSegment } from '../../shared/bridges/authority/urls.ts';
import { servicePrincipals } from '../../shared/domain/trust/service-principals.ts';
import type { Guid } from '../../shared/kernel/ids.ts';
import type { AuthorizationRequest, ResponseType } from './authorization-request.ts';
import type { AzureAuthParts } from './context.ts';
import type { Flow, Purpose } from './sign-ins.ts';
import { tenantNamed } from './user.ts';

/** A flow as it is kept: who and what it is about by name. */
export type KeptFlow = Omit<Flow, 'purpose'> & {
  readonly purpose: Exclude<Purpose, { is: 'authorize' }> | { readonly is: 'authorize'; readonly request: KeptRequest };
};

type KeptRequest = Omit<AuthorizationRequest, 'segment' | 'home' | 'client' | 'responseTypes'> & {
  readonly segment: string;
  readonly home: string;
  readonly client: Guid;
  readonly responseTypes: readonly ResponseType[];
};

export function keepFlow({ purpose, ...flow }: Flow): KeptFlow {
  if (purpose.is !== 'authorize') return { ...flow, purpose };
  const { segment, home, client, responseTypes, ...request } = purpose.request;
  const kept = { ...request, segment: segment.text, home: home.name, client: client.appId, responseTypes: [...responseTypes] };
  return { ...flow, purpose: { is: 'authorize', request: kept } };
}

/** The flow again, with what its names stand for now; undefined when something of it is gone. */
export async function restoreFlow(
  { organizations, settings }: Pick<AzureAuthParts, 'organizations' | 'settings'>,
  { purpose, ...flow }: KeptFlow,
): Promise<Flow | undefined> {
  if (purpose.is !== 'authorize') return { ...flow, purpose };
  const { request } = purpose;
  const all = await organizations();
  const segment = readTenantSegment(all, request.segment);
  const home = tenantNamed(all, request.home);
  const client = home && servicePrincipals.get(await settings(home.name), request.client);
  if (segment === undefined || home === undefined || client === undefined) return undefined;
  const responseTypes = new Set(request.responseTypes);
  // What JSON has left out was undefined.
  const absent = {
    state: undefined,
    resource: undefined,
    challenge: undefined,
    nonce: undefined,
    prompt: undefined,
    loginHint: undefined,
    maxAgeSeconds: undefined,
  };
  return { ...flow, purpose: { is: 'authorize', request: { ...absent, ...request, segment, home, client, responseTypes } } };
}
