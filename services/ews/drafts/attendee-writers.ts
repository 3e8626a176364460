import type { RecipientDraft, RecipientKind } from '../../../shared/domain/mailbox/draft.ts';
import type { SpecialView } from '../../../shared/protocols/ews/fields/field.ts';
import { ewsRefusal } from '../failures.ts';
import type { Draft } from './draft.ts';
import { routingTypeOf } from './routing-type.ts';
import type { SpecialWriter } from './special-writer.ts';

interface WireAttendees {
  readonly Attendee: readonly {
    readonly Mailbox: { readonly Name?: string; readonly EmailAddress?: string; readonly RoutingType?: string };
  }[];
}

/** People who may be asked to one meeting, resources included: a bound of ours. */
const mostAttendees = 5_000;

/** Who is asked to a meeting: recipients To, Cc and Bcc of the appointment (MS-OXOCAL 2.2.4.10.7). Answers are not written. */
export const attendeeWriters: Readonly<Partial<Record<SpecialView, SpecialWriter>>> = {
  RequiredAttendees: attendeesWriter('to'),
  OptionalAttendees: attendeesWriter('cc'),
  Resources: attendeesWriter('bcc'),
};

function attendeesWriter(kind: RecipientKind): SpecialWriter {
  const read = (draft: Draft, { Attendee }: WireAttendees): RecipientDraft[] => {
    const known = new Map(draft.allRecipients.map((recipient) => [recipient.address.toLowerCase(), recipient.properties]));
    return Attendee.map(({ Mailbox: { Name = '', EmailAddress = '', RoutingType } }) => {
      if (EmailAddress === '' && Name === '')
        throw ewsRefusal('ErrorInvalidRecipients', { detail: 'an attendee without name and address' });
      // Who was asked before has answered before.
      const properties = known.get(EmailAddress.toLowerCase());
      return { kind, name: Name, address: EmailAddress, routingType: routingTypeOf(RoutingType), ...(properties && { properties }) };
    });
  };
  const write = (draft: Draft, attendees: readonly RecipientDraft[]): void => {
    draft.setRecipients(kind, attendees);
    if (draft.allRecipients.length > mostAttendees)
      throw ewsRefusal('ErrorInvalidRecipients', { detail: `more than ${mostAttendees} attendees` });
  };
  return {
    set: (draft, value: WireAttendees) => write(draft, read(draft, value)),
    append: (draft, value: WireAttendees) => write(draft, [...draft.recipients(kind), ...read(draft, value)]),
    remove: (draft) => draft.setRecipients(kind, []),
  };
}
