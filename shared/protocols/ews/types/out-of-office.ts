import { type Content, many, maybe, one, sequence, simple, unwrapped } from '../../../xml/codec.ts';
import { enumeration } from '../../../xml/simple-types.ts';
import { types, xmlNamespace } from '../namespaces.ts';
import { period } from './availability.ts';
import { text, truth } from './simple.ts';

// Automatic replies.

const oofState = enumeration('OofState', ['Disabled', 'Enabled', 'Scheduled']);
export const externalAudience = enumeration('ExternalAudience', ['None', 'Known', 'All']);

const plainReply = sequence({ Message: maybe(types, text) }, 'ReplyBody');

/** A message and its `xml:lang`. */
export interface ReplyBody {
  readonly Message?: string | undefined;
  readonly lang?: string | undefined;
}

/** `xml:lang` is no attribute of the type's own namespace, so that it is read and written here. */
const replyBody: Content<ReplyBody> = {
  description: { ...plainReply.description, xmlAttributes: true } as Content<unknown>['description'],
  decode: (of) => {
    const lang = of.attributes.find(({ namespace, name }) => namespace === xmlNamespace && name === 'lang')?.value;
    return { ...plainReply.decode(of), ...(lang === undefined ? {} : { lang }) };
  },
  encode: ({ lang, ...body }, namespace, name) => {
    const written = plainReply.encode(body, namespace, name);
    return lang === undefined ? written : { ...written, attributes: [{ namespace: xmlNamespace, name: 'lang', value: lang }] };
  },
};

/** What a mailbox answers in its owner's absence. The elements about meetings are those of Exchange Online's calendar. */
export const userOofSettings = sequence(
  {
    OofState: one(types, simple(oofState)),
    ExternalAudience: one(types, simple(externalAudience)),
    Duration: maybe(types, period),
    InternalReply: maybe(types, replyBody),
    ExternalReply: maybe(types, replyBody),
    DeclineMeetingReply: maybe(types, replyBody),
    DeclineEventsForScheduledOOF: maybe(types, truth),
    DeclineAllEventsForScheduledOOF: maybe(types, truth),
    CreateOOFEvent: maybe(types, truth),
    OOFEventSubject: maybe(types, text),
    AutoDeclineFutureRequestsWhenOOF: maybe(types, truth),
    OOFEventID: maybe(types, text),
    EventsToDeleteIDs: maybe(types, unwrapped('EventToDeleteID', sequence({ EventToDeleteID: many(types, text) }, 'ArrayOfEventIDType'))),
  },
  'UserOofSettings',
);

/** The reply of a mailbox as a MailTip shows it. */
export const outOfOfficeMailTip = sequence({ ReplyBody: one(types, replyBody), Duration: maybe(types, period) }, 'OutOfOfficeMailTip');
