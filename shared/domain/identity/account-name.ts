/** A user name as typed, taken apart: `CONTOSO\mary`, `mary@contoso.test` or `mary`. */
export type AccountName =
  | { readonly kind: 'domain-account'; readonly domain: string; readonly account: string }
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'account'; readonly account: string };

const maximumLength = 1_024;

/**
 * Reads a user name: a down-level logon name (`DOMAIN\user`), a user principal name or mail address (the same shape,
 * told apart by the directory alone), or a bare account name. Undefined when the text is none of them.
 */
export function parseAccountName(text: string): AccountName | undefined {
  const name = text.trim();
  if (name === '' || name.length > maximumLength || /[\u0000-\u001f\u007f]/.test(name)) return undefined;
  const slash = name.indexOf('\\');
  if (slash >= 0) {
    const domain = name.slice(0, slash);
    const account = name.slice(slash + 1);
    return domain === '' || account === '' || account.includes('\\') ? undefined : { kind: 'domain-account', domain, account };
  }
  const at = name.lastIndexOf('@');
  if (at < 0) return { kind: 'account', account: name };
  return at === 0 || at === name.length - 1 ? undefined : { kind: 'address', address: name };
}
