import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { Refusal } from '../kernel/refusal.ts';
import { pemBlocks, readIfThere, replaceFile } from './certificate-files.ts';
import type { CertificateRefusal } from './certificate-rules.ts';

/** Where several processes keep keys and certificates that are the same for all of them. Whoever reads it can sign as we do. */
export interface CertificateShelf {
  read(name: string): Promise<string | undefined>;
  /** Keeps a text unless there is one; answers the one that is kept. */
  claim(name: string, text: string): Promise<string>;
  put(name: string, text: string): Promise<void>;
}

/** A folder as a shelf of one process. */
export function folderShelf(folder: string): CertificateShelf {
  const put: CertificateShelf['put'] = (name, text) => replaceFile(join(folder, name), text);
  return {
    read: (name) => readIfThere(join(folder, name)),
    async claim(name, text) {
      await put(name, text);
      return text;
    },
    put,
  };
}

type Authority = { readonly certPem: string; readonly keyPem: string; readonly certFile: string };

const authorityName = 'ca';

/**
 * Opens the authority that all processes of a shelf have: the first one's, which the files of the others follow, so that
 * clients find it there. Refuses `UnusableAuthority` where somebody has put another authority into this process's folder.
 */
export async function openSharedAuthority(folder: string, shelf: CertificateShelf, open: () => Promise<Authority>): Promise<Authority> {
  const shared = await shelf.read(authorityName);
  if (shared !== undefined) await follow(folder, shared);
  const own = await open();
  const text = own.keyPem + own.certPem;
  if (text === shared) return own;
  if (shared !== undefined) {
    // The same key: it may vouch for more names now, or for longer.
    await shelf.put(authorityName, text);
    return own;
  }
  const kept = await shelf.claim(authorityName, text);
  if (kept === text) return own;
  await follow(folder, kept);
  return await open();
}

async function follow(folder: string, shared: string): Promise<void> {
  const [keyPem = '', certPem = ''] = pemBlocks(shared);
  const files = { certificate: join(folder, 'ca.pem'), key: join(folder, 'ca-key.pem') };
  const [certificate, key] = await Promise.all([readIfThere(files.certificate), readIfThere(files.key)]);
  if (certificate === certPem && key === keyPem) return;
  if (certificate !== undefined && key !== keyPem && !/^O=coexist$/m.test(new X509Certificate(certificate).subject))
    throw new Refusal<CertificateRefusal>('UnusableAuthority', {
      detail: `${files.certificate} is another authority than that of the processes which share the database`,
    });
  await replaceFile(files.key, keyPem);
  await replaceFile(files.certificate, certPem, 0o644);
}
