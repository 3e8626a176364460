import { element } from '../../xml/element.ts';
import { writeXml } from '../../xml/write.ts';

/** The one file of a book that is offered: the whole of it. */
export interface OabFile {
  readonly sequence: number;
  /** As it is downloaded. */
  readonly octets: number;
  readonly uncompressedOctets: number;
  /** SHA-1 of what is downloaded, hexadecimal. */
  readonly sha1: string;
  readonly name: string;
}

/** `oab.xml` (MS-OXWOAB 2.2). Neither differences nor templates are offered. */
export function writeManifest(book: { readonly id: string; readonly name: string }, file: OabFile): string {
  const { sequence, octets, uncompressedOctets, sha1, name } = file;
  const full = element('', 'Full', [name], {
    seq: String(sequence),
    ver: '32',
    size: String(octets),
    uncompressedsize: String(uncompressedOctets),
    SHA: sha1,
  });
  return writeXml(element('', 'OAB', [element('', 'OAL', [full], { id: book.id, dn: '/', name: `\\${book.name}` })]), {
    declaration: true,
  });
}
