import { Refusal } from '../../kernel/refusal.ts';
import type { Dialer, HttpsAnswer, HttpsCall } from '../../net/dialer.ts';
import { type AccountCredentials, basicAuthorization, ntlmCredentials, ntlmProof } from '../ntlm/client.ts';
import { type RpcAddress, rpcPorts, rpcProxyUrl } from './address.ts';
import { type DirectoryAnswer, type DirectoryRequest, directoryLimits, directoryType, readDirectoryAnswer } from './directory.ts';
import { isEchoPacket, mostEchoBytes } from './echo.ts';

/** An RPC proxy, a server behind it, and who calls. */
export interface RpcProxy extends Pick<HttpsCall, 'service' | 'organization' | 'parent' | 'signal'> {
  readonly dialer: Pick<Dialer, 'https'>;
  /** Name of the host of the proxy. */
  readonly proxy: string;
  /** The server with the mailboxes, as the proxy knows it. */
  readonly server: string;
  readonly account: AccountCredentials;
  readonly authentication: 'Basic' | 'NTLM';
}

/** Why a proxy did not answer as one. `RpcError`: it told an error of RPC, the value `Error` in hexadecimal digits; the others by their status. */
export type RpcProxyRefusal = 'RpcSignInRefused' | 'RpcHttpError' | 'RpcError' | 'RpcUnreadable';

const timeoutMs = 15_000;
/** Whatever it holds (MS-RPCH 2.1.2.1.5): with a body the request has its length on every way. */
const echoBody = Buffer.alloc(mostEchoBytes);

/**
 * Asks a proxy for an echo, as a client does before it opens a channel (MS-RPCH 2.1.2.1.5). Refuses with {@link RpcProxyRefusal} and as the
 * dialer does.
 */
export async function askEcho(proxy: RpcProxy, port: number = rpcPorts.store): Promise<void> {
  const headers = { accept: 'application/rpc', 'cache-control': 'no-cache', pragma: 'No-cache', 'user-agent': 'MSRPC' };
  const answer = await call(proxy, { method: 'RPC_IN_DATA', headers, body: echoBody, maxBytes: 1_024 }, port);
  if (!isEchoPacket(answer.body)) throw refusal('RpcUnreadable', 'the proxy has answered without an echo packet');
}

/** Asks the directory behind a proxy, in the form of {@link directoryType}. Refuses like {@link askEcho}, and with `DirectoryUnreadable`. */
export async function askDirectory(proxy: RpcProxy, request: DirectoryRequest): Promise<DirectoryAnswer> {
  const headers = { accept: directoryType, 'content-type': directoryType };
  const asked = { method: 'POST', headers, body: JSON.stringify(request), maxBytes: directoryLimits.answer };
  return readDirectoryAnswer((await call(proxy, asked, rpcPorts.directory)).body);
}

async function call(
  { dialer, proxy, server, account, authentication, ...dialing }: RpcProxy,
  asked: Pick<HttpsCall, 'method' | 'headers' | 'body' | 'maxBytes'>,
  port: RpcAddress['port'],
): Promise<HttpsAnswer> {
  const url = rpcProxyUrl(proxy, { server, port });
  const proven =
    authentication === 'NTLM'
      ? { proof: ntlmProof(ntlmCredentials(account), url) }
      : { headers: { ...asked.headers, authorization: basicAuthorization(account) } };
  const answer = await dialer.https({ ...dialing, timeoutMs, ...asked, ...proven, url });
  const { status, reason = '' } = answer;
  const [, error] = /^RPC Error: ([0-9a-f]{1,8})/i.exec(reason) ?? [];
  if (status === 200) return answer;
  if (status === 401) throw refusal('RpcSignInRefused', 'the proxy has not let the account in', { Status: '401' });
  if (error !== undefined) throw refusal('RpcError', `the proxy has told ${reason}`, { Error: error.toLowerCase() });
  throw refusal('RpcHttpError', `the proxy has answered ${status} ${reason}`, { Status: String(status) });
}

function refusal(code: RpcProxyRefusal, detail: string, values: Readonly<Record<string, string>> = {}): Refusal<RpcProxyRefusal> {
  return new Refusal(code, { detail, values });
}
