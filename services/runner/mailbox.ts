import type { MailboxPattern } from '../../shared/scenario/story.ts';
import type { Ground } from './ground.ts';
import { find } from './words/ews.ts';

/** What lies in a folder, or why nobody can say. */
export interface Seen {
  readonly ok: boolean;
  /** Of the newest hundred items. */
  readonly subjects: readonly string[];
  /** The subjects, or the answer that was no list of them; for people. */
  readonly shown: string;
}

/** The subjects of a folder, as its owner finds them by EWS. */
export async function subjectsIn({ of, at, folder }: Pick<MailboxPattern, 'of' | 'at' | 'folder'>, ground: Ground): Promise<Seen> {
  const { ok, code, text, values } = await find({ as: of, at, folder }, ground);
  const subjects = values['Subject'] ?? [];
  return { ok, subjects, shown: ok ? subjects.join(' | ') || 'nothing' : `${code} ${text}`.trim() };
}
