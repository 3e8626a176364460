import { Refusal } from '../../kernel/refusal.ts';
import type { Dialer, HttpsCall } from '../../net/dialer.ts';
import { SchemaError, XmlSyntaxError } from '../../xml/errors.ts';
import { parseXml } from '../../xml/parse.ts';
import { type DelegationOperation, type DelegationResults, proofHashAlgorithm, soapActionOf } from './contract.ts';
import { type DomainErrorCode, domainErrorNumber } from './domain-errors.ts';
import { type DelegationCall, readDelegationAnswer, writeDelegationCall } from './message.ts';

/** What the dialer wants to know beside the call itself. */
export type Dialing = Pick<HttpsCall, 'service' | 'organization' | 'parent'>;

/** A call with its proof as `domainProof` gives it: the domain, and its signature in base64. */
export type ManageDelegationCall<Operation extends DelegationOperation> = Omit<DelegationCall<Operation>, 'proof'> & {
  readonly proof?: { readonly domain: string; readonly signature: string } | undefined;
};

/** What the service said. `http`: an answer that is none of its own, a fault without a code of its own included. */
export type ManageDelegationResult<Operation extends DelegationOperation> =
  | { readonly is: 'answer'; readonly result: DelegationResults[Operation] }
  | { readonly is: 'fault'; readonly code: DomainErrorCode; readonly number: number; readonly message: string }
  | { readonly is: 'http'; readonly status: number; readonly detail: string };

const limits = { timeoutMs: 30_000, maxBytes: 1_048_576 };

/**
 * Calls an operation of ManageDelegation2 (MS-OXWSLVID 3.2). Refusals of the dialer pass through, and a
 * `Refusal<KeyRefusal>` for a private key that cannot be used.
 */
export async function callManageDelegation<Operation extends DelegationOperation>(
  dialer: Pick<Dialer, 'https'>,
  url: string,
  call: ManageDelegationCall<Operation>,
  dialing: Dialing,
): Promise<ManageDelegationResult<Operation>> {
  const { proof, ...rest } = call;
  const header = proof && { Domain: proof.domain, HashAlgorithm: proofHashAlgorithm, Signature: proof.signature };
  const { status, body } = await dialer.https({
    ...dialing,
    ...limits,
    url,
    method: 'POST',
    headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: `"${soapActionOf(call.operation)}"` },
    body: writeDelegationCall<Operation>({ ...rest, proof: header }),
  });
  try {
    const answer = readDelegationAnswer(parseXml(body, { maxBytes: limits.maxBytes }), call.operation);
    if (answer.is === 'unreadable') return { is: 'http', status, detail: answer.detail };
    if (answer.is === 'fault') return { ...answer, number: domainErrorNumber(answer.code) };
    return status === 200 ? answer : { is: 'http', status, detail: `an answer with status ${status}` };
  } catch (error) {
    if (error instanceof XmlSyntaxError || error instanceof SchemaError || error instanceof Refusal) {
      return { is: 'http', status, detail: error.message };
    }
    throw error;
  }
}
