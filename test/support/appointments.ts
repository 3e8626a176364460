import { openDirectory } from '../../shared/domain/directory/directory.ts';
import { requireFolder } from '../../shared/domain/mailbox/folders.ts';
import { createItems } from '../../shared/domain/mailbox/item-writes.ts';
import { present } from '../../shared/kernel/assert.ts';
import { named, type PropertyBag, tags } from '../../shared/kernel/mapi.ts';
import type { TestLab } from './test-lab.ts';

/** An appointment; times as `2026-11-23T09:00Z`, the status by its number in MAPI. */
export interface Appointment {
  readonly start: string;
  readonly end: string;
  readonly subject?: string;
  readonly location?: string;
  readonly busy?: number;
  readonly isPrivate?: boolean;
  /** Whatever else; a series has its times here. */
  readonly more?: PropertyBag;
}

/** Enters appointments in somebody's calendar and takes away what was there: nothing over the wire does so yet. */
export async function enterAppointments(
  lab: Pick<TestLab, 'store'>,
  organization: string,
  mail: string,
  appointments: readonly Appointment[],
): Promise<void> {
  const directory = openDirectory(lab.store, organization);
  const recipient = present(await directory.byAddress(mail), mail);
  directory.close();
  const mailbox = present(recipient.exchangeGuid, `the mailbox of ${mail}`);
  await lab.store.transaction(async (tx) => {
    const { counter } = await requireFolder(tx, mailbox, 'calendar');
    await tx.deleteFrom('item').where('mailbox', '=', mailbox).where('folder', '=', counter).execute();
    const drafts = appointments.map((one) => ({
      class: 'IPM.Appointment',
      properties: propertiesOf(one),
      recipients: [],
      attachments: [],
    }));
    await createItems(tx, mailbox, counter, drafts, Date.parse('2026-11-01T00:00Z'));
  });
}

function propertiesOf({
  start,
  end,
  subject = 'Review',
  location = 'Boardroom',
  busy = 2,
  isPrivate = false,
  more = {},
}: Appointment): PropertyBag {
  return {
    [tags.subject]: subject,
    [named.location]: location,
    [named.appointmentStartWhole]: Date.parse(start),
    [named.appointmentEndWhole]: Date.parse(end),
    [named.busyStatus]: busy,
    [tags.sensitivity]: isPrivate ? 2 : 0,
    ...more,
  };
}
