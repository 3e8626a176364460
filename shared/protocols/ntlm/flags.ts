/** NegotiateFlags (MS-NLMP 2.2.2.5), those that are looked at or answered here. */
export const flags = {
  unicode: 0x0000_0001,
  oem: 0x0000_0002,
  requestTarget: 0x0000_0004,
  sign: 0x0000_0010,
  seal: 0x0000_0020,
  ntlm: 0x0000_0200,
  alwaysSign: 0x0000_8000,
  targetTypeDomain: 0x0001_0000,
  extendedSessionSecurity: 0x0008_0000,
  targetInfo: 0x0080_0000,
  version: 0x0200_0000,
  key128: 0x2000_0000,
  keyExchange: 0x4000_0000,
  key56: 0x8000_0000,
} as const;
