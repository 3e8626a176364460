import type { EndpointsDocument } from '../../shared/service/endpoints-document.ts';

interface Lab {
  readonly endpoints: Pick<EndpointsDocument, 'adminUrl' | 'adminToken'>;
}

/**
 * Types a cmdlet line at the control port of a lab, as a user of an organisation, by default its administrator. Rejects
 * with what it answers.
 */
export async function runCmdlet<Shown = object>(lab: Lab, organization: string, line: string, as?: string): Promise<readonly Shown[]> {
  const asked = { line, organization, ...(as === undefined ? {} : { as }) };
  return (await control<{ objects: readonly Shown[] }>(lab, 'POST', '/_coexist/v1/cmdlets', asked)).objects;
}

/** Moves a tenant to another era. */
export async function setEra(lab: Lab, organization: string, era: string): Promise<void> {
  await control(lab, 'PUT', `/_coexist/v1/eras/${organization}`, { era });
}

/** Lets an application prove itself with a certificate (DER, base64) from now on. */
export async function uploadCertificate(lab: Lab, appId: string, certificate: string): Promise<void> {
  const line = `New-MsolServicePrincipalCredential -AppPrincipalId ${appId} -Type Asymmetric -Usage Verify -Value "${certificate}"`;
  await runCmdlet(lab, 'contoso-cloud', line);
}

async function control<T>({ endpoints }: Lab, method: string, path: string, body: object): Promise<T> {
  const { adminToken } = endpoints;
  const headers = { 'content-type': 'application/json', ...(adminToken === null ? {} : { authorization: `Bearer ${adminToken}` }) };
  const answer = await fetch(`${endpoints.adminUrl}${path}`, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path} of ${JSON.stringify(body)} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}
