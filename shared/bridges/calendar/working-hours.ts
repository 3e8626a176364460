import { legacyUtc, legacyZone } from '../../domain/calendar/legacy-time-zone.ts';
import { legacyWindowsZone } from '../../domain/calendar/legacy-windows-zone.ts';
import { setWorkingHours, type WorkingHours, workingHoursOf } from '../../domain/calendar/working-hours.ts';
import type { FolderRow } from '../../domain/mailbox/folder-columns.ts';
import { requireFolder } from '../../domain/mailbox/folders.ts';
import { createItem } from '../../domain/mailbox/item-writes.ts';
import { itemProperty } from '../../domain/mailbox/property-reader.ts';
import { updateItem } from '../../domain/mailbox/update-item.ts';
import { configurationClass, findConfiguration } from '../../domain/mailbox/user-configuration.ts';
import type { Store, Transaction } from '../../domain/organization/transaction.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import { tags } from '../../kernel/mapi.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { readWorkingHours, type WorkingHoursStream, writeWorkingHours } from '../../protocols/ews/working-hours-stream.ts';

const configuration = 'WorkHours';
/** PidTagRoamingDatatypes: XML (MS-OXOCFG 2.2.2.1). */
const xmlStream = 2;

/**
 * When somebody works: what mail programs have put into his calendar as the configuration WorkHours, else what was set.
 * `malformed` is a configuration that cannot be read.
 */
export async function workingHoursIn(executor: Store['read'], calendar: FolderRow): Promise<WorkingHours | 'malformed'> {
  const item = await findConfiguration(executor, calendar.mailbox as Guid, calendar.counter, configuration);
  if (item === undefined) return workingHoursOf(calendar);
  const octets = itemProperty(item, tags.roamingXmlStream);
  if (typeof octets !== 'string') return workingHoursOf(calendar);
  const stream = readWorkingHours(Buffer.from(octets, 'base64'));
  return stream === undefined ? 'malformed' : hoursOf(stream);
}

/** A zone that Windows does not know by its name goes by its rule. */
function hoursOf({ zone, days, startMinutes, endMinutes }: WorkingHoursStream): WorkingHours | 'malformed' {
  const { name = '', ...rule } = zone;
  try {
    legacyZone(rule);
  } catch (error) {
    if (error instanceof Refusal) return 'malformed';
    throw error;
  }
  return { timeZone: name, rule, days, startMinutes, endMinutes };
}

/** Sets working hours, also where mail programs look for them. Within the transaction in which they were read. */
export async function storeWorkingHours(tx: Transaction, mailbox: Guid, hours: WorkingHours, instant: Instant): Promise<void> {
  const calendar = await requireFolder(tx, mailbox, 'calendar');
  await setWorkingHours(tx, calendar, hours, instant);
  const { timeZone: name, days, startMinutes, endMinutes } = hours;
  const rule = legacyWindowsZone(name, instant) ?? hours.rule ?? legacyUtc;
  const stream = writeWorkingHours({ zone: { name, ...rule }, days, startMinutes, endMinutes });
  const set = { [tags.roamingXmlStream]: stream.toString('base64'), [tags.roamingDatatypes]: xmlStream };
  const known = await findConfiguration(tx, mailbox, calendar.counter, configuration);
  if (known !== undefined) {
    await updateItem(tx, mailbox, known.counter, { set }, 'any', instant);
    return;
  }
  const draft = { class: configurationClass(configuration), properties: set, recipients: [], attachments: [], associated: true };
  await createItem(tx, mailbox, calendar.counter, draft, instant);
}
