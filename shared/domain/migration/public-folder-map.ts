import { listTexts, readTable } from './csv-columns.ts';

/** A row of the list of a batch of public folders. */
export interface ListedFolder {
  /** `\Sales\Orders`; `\` is the top. */
  readonly path: string;
  /** What the public folder mailbox of the target is called. */
  readonly mailbox: string;
}

const columns = { required: ['FolderPath', 'TargetMailbox'], optional: [], mostRows: 50_000 } as const;

/** Target mailboxes of a migration. */
const mostMailboxes = 100;

/** Published (OfficeDocs-Support, "public-folders"). */
export const tooManyMailboxes = 'Number of public folder mailboxes cannot exceed more than 100 for modern public folder migration.';

/** Whether there are more than a migration may fill. */
export function areTooMany(mailboxes: number): boolean {
  return mailboxes > mostMailboxes;
}

/**
 * Reads a folder-to-mailbox map, as Microsoft's script ModernPublicFolderToMailboxMapGenerator.ps1 writes it: a row for the top, and one
 * for each folder that goes elsewhere with all below it. Or the sentence that says what is wrong with it; the last three are ours.
 */
export function readPublicFolderMap(
  text: string,
  options: { readonly allowUnknown: boolean },
): { readonly folders: readonly ListedFolder[] } | { readonly problem: string } {
  const table = readTable(text, columns, options);
  if ('problem' in table) return table;
  const { names, rows } = table;
  const folders: ListedFolder[] = [];
  const seen = new Set<string>();
  for (const [index, row] of rows.entries()) {
    const number = index + 1;
    if (row.length !== names.length) return { problem: listTexts.width(number, names.length, row.length) };
    const [path = '', mailbox = ''] = columns.required.map((column) => row[names.indexOf(column.toLowerCase())] ?? '');
    if (path === '') return { problem: listTexts.valueless(number, 'FolderPath') };
    if (mailbox === '') return { problem: listTexts.valueless(number, 'TargetMailbox') };
    if (!/^\\(?:[^\\]{1,250}\\?)*$/.test(path) || path.length > 4_096)
      return { problem: listTexts.invalid(number, 'FolderPath', path.slice(0, 256)) };
    const key = path.toLowerCase().replace(/\\+$/, '');
    if (seen.has(key)) return { problem: listTexts.repeated(path) };
    seen.add(key);
    folders.push({ path, mailbox });
  }
  if (!seen.has('')) return { problem: 'The CSV file has no row for the top of the public folders, whose FolderPath is "\\".' };
  if (areTooMany(new Set(folders.map(({ mailbox }) => mailbox.toLowerCase())).size)) return { problem: tooManyMailboxes };
  return { folders };
}
