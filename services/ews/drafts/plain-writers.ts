import type { Instant } from '../../../shared/kernel/clock.ts';
import { type Guid, guidToBytes } from '../../../shared/kernel/ids.ts';
import { named, type PropertyKey, type PropertyValue, tags } from '../../../shared/kernel/mapi.ts';
import type { SpecialView } from '../../../shared/protocols/ews/fields/field.ts';
import { ewsRefusal } from '../failures.ts';
import { type TagName, tagPlaces, type WireTag } from '../retention/retention-tag.ts';
import type { Draft } from './draft.ts';
import type { SpecialWriter } from './special-writer.ts';

interface WireFlag {
  readonly FlagStatus: 'NotFlagged' | 'Flagged' | 'Complete';
  readonly StartDate?: Instant;
  readonly DueDate?: Instant;
  readonly CompleteDate?: Instant;
}

/** How the fields of `plain-specials` are written. */
export const plainWriters: Readonly<Partial<Record<SpecialView, SpecialWriter>>> = {
  PolicyTag: retentionWriter('PolicyTag'),
  ArchiveTag: retentionWriter('ArchiveTag'),
  Flag: { set: setFlag, remove: (draft) => setFlag(draft, { FlagStatus: 'NotFlagged' }) },
};

/**
 * MS-OXOFLAG 2.2.1, 2.2.2. Refuses with ErrorInvalidArgument dates that do not go with the status (MS-OXWSCORE 2.2.4.23) and
 * a start behind the due date (inferred; MS-ASEMAIL 2.2.2.72 has it so).
 */
function setFlag(draft: Draft, { FlagStatus, StartDate, DueDate, CompleteDate }: WireFlag): void {
  const [isFlagged, isComplete] = [FlagStatus === 'Flagged', FlagStatus === 'Complete'];
  const hasDays = StartDate !== undefined || DueDate !== undefined;
  const isOdd = (StartDate === undefined) !== (DueDate === undefined) || (StartDate ?? 0) > (DueDate ?? 0);
  if ((hasDays && (!isFlagged || isOdd)) || (CompleteDate !== undefined && !isComplete))
    throw ewsRefusal('ErrorInvalidArgument', { detail: `${FlagStatus} with such dates` });
  put(draft, tags.flagStatus, isComplete ? 1 : isFlagged ? 2 : undefined);
  put(draft, tags.flagCompleteTime, CompleteDate);
  // What is done reminds no more.
  if (!isFlagged && draft.current(named.reminderSet) === true) draft.set(named.reminderSet, false);
  // The properties of a task are the task's own.
  if (draft.class.toLowerCase().startsWith('ipm.task')) return;
  put(draft, named.taskStartDate, StartDate);
  put(draft, named.taskDueDate, DueDate);
  put(draft, named.taskDateCompleted, CompleteDate);
  put(draft, named.taskComplete, isFlagged || isComplete ? isComplete : undefined);
  put(draft, named.percentComplete, isFlagged || isComplete ? Number(isComplete) : undefined);
  put(draft, named.flagRequest, isFlagged || isComplete ? 'Follow up' : undefined);
}

function put(draft: Draft, key: PropertyKey, value: PropertyValue | undefined): void {
  if (value === undefined) draft.remove(key);
  else draft.set(key, value);
}

function retentionWriter(name: TagName): SpecialWriter {
  const { tag, bit } = tagPlaces[name];
  const flags = (draft: Draft, isExplicit: boolean): void => {
    const before = Number(draft.current(tags.retentionFlags) ?? 0);
    draft.set(tags.retentionFlags, isExplicit ? before | bit : before & ~bit);
    draft.retentionTags.add(name);
  };
  return {
    set(draft, { text, IsExplicit }: WireTag) {
      draft.set(tag, guidToBytes(text.toLowerCase() as Guid).toString('base64'));
      flags(draft, IsExplicit);
    },
    remove(draft) {
      draft.remove(tag);
      flags(draft, false);
    },
  };
}
