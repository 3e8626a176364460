import type { EndpointsDocument } from '../shared/service/endpoints-document.ts';

/**
 * The variables that point an unmodified client at a lab. `caFile` is where the CA lies on this
 * machine. With `proxy`, names that the client has built in lead to the lab too, and nothing else is reached.
 */
export function clientEnvironment(
  endpoints: Pick<EndpointsDocument, 'adminUrl' | 'adminToken' | 'proxyUrl' | 'organizations'>,
  options: { readonly caFile: string; readonly proxy: boolean },
): Readonly<Record<string, string>> {
  const { caFile } = options;
  const variables: Record<string, string | null | undefined> = {
    COEXIST_ADMIN_URL: endpoints.adminUrl,
    COEXIST_ADMIN_TOKEN: endpoints.adminToken,
    COEXIST_CA_FILE: caFile,
  };
  for (const [name, organization] of Object.entries(endpoints.organizations)) {
    const suffix = name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
    variables[`COEXIST_EWS_URL_${suffix}`] = organization.ews;
    variables[`COEXIST_AUTODISCOVER_URL_${suffix}`] = organization.autodiscover;
    variables[`COEXIST_MRS_URL_${suffix}`] = organization.mrsProxy;
    variables[`COEXIST_SMTP_${suffix}`] = organization.smtp;
    variables[`COEXIST_SMTP_CLIENTS_${suffix}`] = organization.clientSmtp;
    variables[`COEXIST_SMTP_SUBMISSION_${suffix}`] = organization.submission;
  }
  const tenant = Object.values(endpoints.organizations).find(({ tenantId }) => tenantId !== undefined);
  variables['COEXIST_AUTHORITY'] = tenant?.authority;
  variables['COEXIST_TENANT_ID'] = tenant?.tenantId;
  const client = tenant?.clients?.[0];
  variables['COEXIST_CLIENT_ID'] = client?.clientId;
  variables['COEXIST_CLIENT_SECRET'] = client?.clientSecret;
  for (const name of ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'GIT_SSL_CAINFO'])
    variables[name] = caFile;
  if (options.proxy && endpoints.proxyUrl !== null) Object.assign(variables, proxyVariables(endpoints.proxyUrl, endpoints.adminUrl));
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (value === null || value === undefined ? [] : [[name, value]])),
  );
}

/**
 * curl reads `http_proxy` in lower case only, others in capitals only; Node asks to be told that they count. The control port is no name of the
 * world: also on another machine it is reached past the proxy.
 */
function proxyVariables(proxyUrl: string, adminUrl: string): Readonly<Record<string, string>> {
  const control = new URL(adminUrl).hostname.replace(/^\[(.*)\]$/, '$1');
  const direct = [...new Set(['localhost', '127.0.0.1', '::1', control])].join(',');
  const both = (name: string, value: string): Record<string, string> => ({ [name]: value, [name.toLowerCase()]: value });
  return { ...both('HTTPS_PROXY', proxyUrl), ...both('HTTP_PROXY', proxyUrl), ...both('NO_PROXY', direct), NODE_USE_ENV_PROXY: '1' };
}

export const shells = ['sh', 'pwsh', 'dotenv', 'github'] as const;
export type Shell = (typeof shells)[number];

/** The variables as text that a shell, a dotenv file or `$GITHUB_ENV` takes. */
export function formatEnvironment(variables: Readonly<Record<string, string>>, shell: Shell): string {
  return Object.entries(variables)
    .map(([name, value]) => `${formats[shell](name, value)}\n`)
    .join('');
}

const formats: Readonly<Record<Shell, (name: string, value: string) => string>> = {
  sh: (name, value) => `export ${name}='${value.replaceAll("'", "'\\''")}'`,
  pwsh: (name, value) => `$env:${name} = '${value.replaceAll("'", "''")}'`,
  // dotenv takes single quotes literally; a value with one goes into double quotes, where backslash and quote are escaped.
  dotenv: (name, value) => (value.includes("'") ? `${name}="${value.replaceAll(/(["\\])/g, '\\$1')}"` : `${name}='${value}'`),
  github: (name, value) => `${name}=${value}`,
};
