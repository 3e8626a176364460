import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EndpointsDocument } from '../../shared/service/endpoints-document.ts';
import type { AdminClient } from './admin-client.ts';

/** Where the lab's CA certificate lies on this machine; that of a lab elsewhere (in a container) is fetched into `dir`. */
export async function localCaFile(client: AdminClient, endpoints: EndpointsDocument, dir: string): Promise<string> {
  try {
    accessSync(endpoints.caFile, constants.R_OK);
    return endpoints.caFile;
  } catch {
    const file = join(dir, 'fetched-ca.pem');
    const pem = await client.getText('/_coexist/ca.pem');
    mkdirSync(dir, { recursive: true });
    writeFileSync(file, pem);
    return file;
  }
}
