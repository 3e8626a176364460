/**
 * Whether one of a certificate's names is that of a host or covers it. Microsoft's own hosts and this world's are one:
 * `outlook.com` is `outlook.test` here.
 *
 * @param wanted `mail.contoso.test`, `*.contoso.test` for any host below a domain, or Exchange's `<I>issuer<S>CN=subject`
 */
export function isCertificateFor(names: readonly string[], wanted: string): boolean {
  const host = folded(subjectOf(wanted));
  return host !== '' && names.some((name) => covers(folded(name), host));
}

/** The common name in `<I>CN=...<S>CN=mail.contoso.test, OU=...`; what is not written so, as it is. */
export function subjectOf(name: string): string {
  const [, subject] = /<S>(.*)$/i.exec(name) ?? [];
  if (subject === undefined) return name.trim();
  return /(?:^|,\s*)CN=([^,]*)/i.exec(subject)?.[1]?.trim() ?? '';
}

function covers(name: string, host: string): boolean {
  if (name === host) return true;
  if (name.startsWith('*.')) return host.slice(host.indexOf('.')) === name.slice(1);
  return host.startsWith('*.') && name.endsWith(host.slice(1));
}

function folded(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/(^|\.)outlook\.com$/, '$1outlook.test');
}
