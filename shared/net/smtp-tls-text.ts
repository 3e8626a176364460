/**
 * How a protocol log tells which TLS was agreed upon, in the names of Windows ("Exchange Server TLS guidance, part 2",
 * Exchange Team Blog): `TLS protocol SP_PROT_TLS1_2_SERVER negotiation succeeded using bulk encryption algorithm CALG_AES_256 ...`.
 *
 * @param version `TLSv1.2`
 * @param cipher by its name in the registry of TLS, `TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384`
 */
export function tlsText({ version, cipher }: { readonly version: string; readonly cipher: string }, side: 'SERVER' | 'CLIENT'): string {
  const protocol = `SP_PROT_TLS${/^TLSv1$/.test(version) ? '1_0' : version.replace('TLSv', '').replace('.', '_')}_${side}`;
  const bits = /AES_(\d+)|CHACHA20/.exec(cipher);
  const strength = bits?.[1] ?? (bits === null ? '0' : '256');
  const bulk = bits?.[1] === undefined ? (bits === null ? 'CALG_NULL' : 'CALG_CHACHA20') : `CALG_AES_${bits[1]}`;
  const hash = /SHA(\d*)$/.exec(cipher)?.[1];
  const hashBits = hash === undefined || hash === '' ? '160' : hash;
  const hashName = hashBits === '160' ? 'CALG_SHA1' : `CALG_SHA_${hashBits}`;
  const exchange = cipher.startsWith('TLS_RSA_') ? 'CALG_RSA_KEYX' : 'CALG_ECDHE';
  return (
    `TLS protocol ${protocol} negotiation succeeded using bulk encryption algorithm ${bulk} with strength ${strength} bits, ` +
    `MAC hash algorithm ${hashName} with strength ${hashBits} bits and key exchange algorithm ${exchange} with strength 256 bits`
  );
}
