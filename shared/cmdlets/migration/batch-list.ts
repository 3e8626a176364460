import { type ListedUser, type ListKind, readUserList } from '../../domain/migration/csv-columns.ts';
import { type CmdletParameters, cmdletRefusal } from '../cmdlet.ts';
import { textGiven } from '../given.ts';
import { octetsGiven } from '../picture-given.ts';

/** The people whom CSVData lists. Refuses with `bad-parameter`, in the words of Exchange where they are published. */
export function listGivenAs(given: CmdletParameters, kind: ListKind): readonly ListedUser[] {
  // Published: "Troubleshoot IMAP migration", OfficeDocs-Support.
  if ((textGiven(given, 'CSVData') ?? '') === '') throw cmdletRefusal('bad-parameter', "Upload file can't be empty");
  const text = octetsGiven(given, 'CSVData').toString('utf8');
  const read = readUserList(text, kind, { allowUnknown: given['AllowUnknownColumnsInCsv'] === true });
  if ('problem' in read) throw cmdletRefusal('bad-parameter', read.problem);
  return read.users;
}
