/**
 * The legacyExchangeDN in an address that Exchange made of one: `IMCEAEX-_o=Contoso_ou=..._cn=mary@contoso.test`; `_` stands for
 * `/` and `+XX` for what an address does not take (MS-OXCMAIL 2.2.1.3).
 */
export function encapsulatedDn(address: string): string | undefined {
  const encoded = /^IMCEAEX-(.+)@[^@]+$/i.exec(address)?.[1];
  return encoded
    ?.replaceAll('_', '/')
    .replaceAll(/\+([0-9a-f]{2})/gi, (_whole, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
