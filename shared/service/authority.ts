/** Host and port of a `Host` header or of a request target (RFC 9112 section 3.2); undefined when the text is neither. */
export function parseAuthority(text: string | undefined): { readonly host: string; readonly port: number | undefined } | undefined {
  const match = authorityPattern.exec(text ?? '');
  const host = match?.[1] ?? match?.[2];
  if (host === undefined) return undefined;
  const port = match?.[3] === undefined ? undefined : Number(match[3]);
  return port === undefined || port <= 65_535 ? { host: host.toLowerCase().replace(/\.$/, ''), port } : undefined;
}

const authorityPattern = /^(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9._-]{1,255}))(?::(\d{1,5}))?$/i;
