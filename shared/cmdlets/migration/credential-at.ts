import type { MigrationEndpoint } from '../../domain/migration/endpoints.ts';
import type { RemoteCredential } from '../../domain/migration/move-request.ts';
import { openCredential } from '../../domain/migration/sealed-credential.ts';
import type { CmdletScope } from '../cmdlet.ts';

/** The account of an endpoint, to call its server with; of IMAP nobody's. Not inside a transaction. */
export async function credentialAt(
  { organization, transaction }: Pick<CmdletScope, 'organization' | 'transaction'>,
  { guid, credential, type }: Pick<MigrationEndpoint, 'guid' | 'credential' | 'type'>,
): Promise<RemoteCredential> {
  if (type === 'IMAP') return { userName: '', password: '' };
  return transaction((tx) => openCredential(tx, organization.name, guid, credential));
}
