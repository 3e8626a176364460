/** Whose redirect URIs are looked at. */
export interface Registration {
  readonly redirectUris: readonly string[];
  readonly isPublicClient: boolean;
}

/**
 * The address that an answer may be sent to; undefined when the client has not registered it. Addresses are compared
 * octet by octet, except that the port of a loopback address over http does not count (RFC 8252 section 7.3), and that a
 * public client which registered such an address without a path may use any path.
 *
 * @param asked `redirect_uri` of the request; absent, the only registered one is meant
 */
export function registeredRedirect(client: Registration, asked: string | undefined): string | undefined {
  const registered = client.redirectUris.filter(isAddress);
  if (asked === undefined) return registered.length === 1 ? registered[0] : undefined;
  if (!isAddress(asked)) return undefined;
  if (registered.includes(asked)) return asked;
  const loopback = readLoopback(asked);
  if (loopback === undefined) return undefined;
  const matches = registered.some((uri) => {
    const known = readLoopback(uri);
    if (known?.host !== loopback.host) return false;
    return known.rest === loopback.rest || (client.isPublicClient && known.rest === '');
  });
  return matches ? asked : undefined;
}

/** Whether a text can stand in a header and a form, and leads somewhere else than into the page that it stands on. */
function isAddress(uri: string): boolean {
  return /^[\x21-\x7e]{1,2048}$/.test(uri) && !uri.includes('#') && !/^(?:javascript|data|vbscript):/i.test(uri) && URL.canParse(uri);
}

/** An address of the client's own machine over http; `rest` is what follows host and port, '' for nothing or a slash. */
function readLoopback(uri: string): { readonly host: string; readonly rest: string } | undefined {
  const [, host = '', rest = ''] = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?([/?].*)?$/i.exec(uri) ?? [];
  return host === '' ? undefined : { host: host.toLowerCase(), rest: rest === '/' ? '' : rest };
}
