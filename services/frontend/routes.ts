/** Where requests of a path go. Only services of the same process are reachable so far, hence one kind. */
export interface Destination {
  readonly kind: 'local';
  readonly service: string;
}

/** What the front end does with a request. */
export type Route =
  | { readonly kind: 'dispatch'; readonly to: Destination }
  | { readonly kind: 'health'; readonly service: string }
  | { readonly kind: 'front-page' }
  /** A part of Exchange that is not simulated, by its title. */
  | { readonly kind: 'absent'; readonly title: string }
  | { readonly kind: 'unknown' };

/** Virtual directories and what serves them; the longest prefix first. Letter case does not count. */
const virtualDirectories: readonly { readonly prefix: string; readonly to: Destination }[] = [
  { prefix: '/autodiscover/', to: { kind: 'local', service: 'autodiscover' } },
  { prefix: '/ews/mrsproxy.svc', to: { kind: 'local', service: 'mrsproxy' } },
  { prefix: '/ews/', to: { kind: 'local', service: 'ews' } },
  { prefix: '/oab/', to: { kind: 'local', service: 'oab' } },
  { prefix: '/rpc/', to: { kind: 'local', service: 'rpcproxy' } },
  { prefix: '/adminapi/', to: { kind: 'local', service: 'admin-api' } },
];

const absentDirectories: readonly { readonly prefix: string; readonly title: string }[] = [
  { prefix: '/owa/', title: 'Outlook on the web' },
  { prefix: '/ecp/', title: 'The Exchange admin center' },
  { prefix: '/mapi/', title: 'MAPI over HTTP' },
  { prefix: '/rpcwithcert/', title: 'Outlook Anywhere with client certificates' },
  { prefix: '/powershell/', title: 'Remote PowerShell' },
  { prefix: '/microsoft-server-activesync/', title: 'Exchange ActiveSync' },
];

const healthPage = 'healthcheck.htm';

/** The route of a request path (without query). */
export function routeOf(path: string): Route {
  const folded = path.toLowerCase();
  if (folded === '/') return { kind: 'front-page' };
  for (const { prefix, to } of virtualDirectories) {
    if (!folded.startsWith(prefix)) continue;
    // Load balancers probe every virtual directory this way; the page is anonymous.
    return folded.length === prefix.length + healthPage.length && folded.endsWith(healthPage)
      ? { kind: 'health', service: to.service }
      : { kind: 'dispatch', to };
  }
  const absent = absentDirectories.find(({ prefix }) => folded.startsWith(prefix) || folded === prefix.slice(0, -1));
  return absent === undefined ? { kind: 'unknown' } : { kind: 'absent', title: absent.title };
}
