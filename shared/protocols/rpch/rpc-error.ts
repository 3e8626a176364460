/** Errors of a proxy (MS-ERREF 2.2): the parameter is incorrect, access is denied, the RPC server is unavailable. */
export const rpcErrors = { invalidParameter: 0x57, accessDenied: 0x5, serverUnavailable: 0x6ba } as const;

export type RpcError = (typeof rpcErrors)[keyof typeof rpcErrors];

/** The reason phrase of a 503 by which a proxy tells an error (MS-RPCH 2.1.2.1.3). */
export function rpcErrorPhrase(error: RpcError): string {
  return `RPC Error: ${error.toString(16)}`;
}
