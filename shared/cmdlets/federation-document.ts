import { type FederationInstance, instanceByIssuer } from '../domain/trust/federation-instances.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { FederationMetadata } from '../protocols/wstrust/federation-metadata.ts';
import { type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { downloadText } from './download.ts';

/** What a gateway says of itself, and which of the two it is. */
export interface FederationDocument {
  readonly instance: FederationInstance;
  readonly metadata: FederationMetadata;
}

/** Reads the federation metadata at an address. Refuses with `bad-parameter` or `operation-failed`. */
export async function readFederationDocument(scope: CmdletScope, url: string): Promise<FederationDocument> {
  const text = await downloadText(scope, url, { parameter: 'MetadataUrl', notAcquired });
  const metadata = await parsed(url, text);
  const instance = instanceByIssuer(metadata.issuerUri);
  if (instance === undefined) throw notAcquired(url, `It is of the issuer '${metadata.issuerUri}', which is no federation gateway here.`);
  return { instance, metadata };
}

async function parsed(url: string, text: string): Promise<FederationMetadata> {
  const { readFederationMetadata } = await import('../protocols/wstrust/federation-metadata.ts');
  try {
    return readFederationMetadata(text);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'MalformedFederationMetadata')
      throw notAcquired(url, error.detail ?? 'It cannot be read.');
    throw error;
  }
}

/**
 * Observed: a transcript of Test-FederationTrust (public on GitHub) has this sentence for the record FederationMetadata.
 * The address and the reason after it are ours.
 */
export const metadataText = 'Unable to retrieve federation metadata from the security token service.';

function notAcquired(url: string, error: string): Error {
  return cmdletRefusal('operation-failed', `${metadataText} ${url}: ${error}`);
}
