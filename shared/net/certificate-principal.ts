/**
 * The user principal name in a certificate: the otherName 1.3.6.1.4.1.311.20.2.3 of its alternative names, by which Active
 * Directory maps certificates to accounts (MS-PKCA 3.1.5.2.1.3). Undefined: it has none.
 *
 * @param der the certificate
 */
export async function principalNameIn(der: Buffer): Promise<string | undefined> {
  await import('reflect-metadata');
  const { SubjectAlternativeNameExtension, X509Certificate } = await import('@peculiar/x509');
  const names = new X509Certificate(der).getExtension(SubjectAlternativeNameExtension)?.names.items ?? [];
  return names.find(({ type }) => type === 'upn')?.value;
}
