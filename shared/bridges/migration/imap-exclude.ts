import type { ImapFolder } from '../../net/imap-dial.ts';

/** A folder that is not to be copied, as ExcludeFolders names it. */
export interface ExcludedFolder {
  /** Names from the server's top, or the special use of a well-known folder; '' is the top itself. */
  readonly names: readonly string[] | null;
  readonly use: string | null;
  /** `/*`: with everything below it. */
  readonly isDeep: boolean;
}

/** Well-known folders (page of New-MigrationBatch, ExcludeFolders) by their special use (RFC 6154); null: IMAP servers have none such. */
const wellKnown: Readonly<Record<string, string | null>> = {
  ...{ root: '', inbox: '\\Inbox', sentitems: '\\Sent', deleteditems: '\\Trash', drafts: '\\Drafts', junkemail: '\\Junk' },
  ...{ archive: '\\Archive', allitems: '\\All', outbox: null, calendar: null, contacts: null, journal: null, tasks: null, notes: null },
};

/**
 * Reads one entry of ExcludeFolders: `MyProjects`, `MyProjects/FY2010/*`, `#DeletedItems#`, `\#Notes\#`. Undefined: it cannot mean a
 * folder, for wildcards stand nowhere but at the end and well-known folders have names of their own.
 */
export function readExcluded(text: string): ExcludedFolder | undefined {
  const isDeep = text.endsWith('/*');
  const name = (isDeep ? text.slice(0, -2) : text).replace(/^\/+/, '').replace(/\/+$/, '');
  const [, known] = /^#(.*)#$/.exec(name) ?? [];
  if (known !== undefined) {
    const use = wellKnown[known.toLowerCase()];
    return use === undefined ? undefined : { names: use === null ? [] : null, use, isDeep };
  }
  if (name === '' || name.includes('*')) return undefined;
  return { names: foldedNames(name.replaceAll('\\#', '#').split('/')), use: null, isDeep };
}

/** The folders that are left. Names are compared without case, whatever the server's separator is. */
export function withoutExcluded(folders: readonly ImapFolder[], excluded: readonly ExcludedFolder[]): readonly ImapFolder[] {
  const tops = excluded.flatMap(({ names, use, isDeep }) => {
    if (use === '') return [{ top: [], isDeep }];
    if (use === null) return names === null || names.length === 0 ? [] : [{ top: names, isDeep }];
    return folders.filter((folder) => folder.use === use).map((folder) => ({ top: foldedNames(folder.names), isDeep }));
  });
  return folders.filter((folder) => {
    const names = foldedNames(folder.names);
    return !tops.some(
      ({ top, isDeep }) =>
        (isDeep ? names.length >= top.length : names.length === top.length) && top.every((name, index) => names[index] === name),
    );
  });
}

function foldedNames(names: readonly string[]): readonly string[] {
  // A name may have a slash of its own where the server separates by something else.
  return names.flatMap((name) => name.split('/')).map((name) => name.normalize('NFC').toLowerCase());
}
