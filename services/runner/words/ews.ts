import { type CallResult, type Credentials, call } from '../../../shared/protocols/ews/client.ts';
import { requested } from '../../../shared/protocols/ews/contract.ts';
import type { Contract } from '../../../shared/protocols/ews/contract-type.ts';
import { messages, types } from '../../../shared/protocols/ews/namespaces.ts';
import type { Answer } from '../../../shared/scenario/outcome.ts';
import type { CallerStep } from '../../../shared/scenario/steps.ts';
import { element, type XmlElement } from '../../../shared/xml/element.ts';
import { readBody } from '../ews-body.ts';
import { accountOf, callLimits, type Ground, type Play, publishedHost } from '../ground.ts';
import { valuesOf } from '../xml-answer.ts';
import { dialRefusal } from './dial-refusal.ts';
import { userToken } from './token.ts';
import { millisecondsOf } from './world.ts';

export const ews: Play<'ews'> = ({ request, ...caller }, ground) => ask(caller, readBody(request), ground);

/** An operation of EWS, at an organisation by its name of the world, by a client that speaks the 2013 SP1 schema. */
async function ask(caller: CallerStep, body: XmlElement, ground: Ground): Promise<Answer> {
  const at =
    caller.at ?? (caller.as === undefined ? Object.keys(ground.endpoints.organizations)[0] : accountOf(ground, caller.as).organization);
  const url = urlOf(ground, at ?? '');
  const credentials = await credentialsOf(caller, at ?? '', ground);
  if ('code' in credentials) return credentials;
  const { impersonating } = caller;
  const impersonation = impersonating === undefined ? {} : { impersonation: { by: 'PrimarySmtpAddress', value: impersonating } as const };
  try {
    const options = { ...callLimits, signal: ground.signal, version: 'Exchange2013_SP1', ...impersonation } as const;
    return answerOf(await call(ground.dialer, url, credentials, passedOn(body), body, options));
  } catch (error) {
    return dialRefusal(error);
  }
}

/** The host by which the world's Autodiscover gives the address out, not the port on this machine. */
function urlOf({ endpoints }: Ground, at: string): string {
  const own = endpoints.organizations[at];
  if (own === undefined || own.ews === null) throw new Error(`the world has no EWS of an organisation ${at}`);
  return `https://${publishedHost({ endpoints }, own) ?? new URL(own.ews).host}/EWS/Exchange.asmx`;
}

async function credentialsOf({ as, by, password }: CallerStep, at: string, ground: Ground): Promise<Credentials | Answer> {
  const { endpoints } = ground;
  if (by === 'token') return { is: 'bearer', token: ground.token ?? '' };
  if (as === undefined) return { is: 'anonymous' };
  const account = accountOf(ground, as, at);
  const told = password ?? account.password;
  const scheme = by ?? (endpoints.organizations[at]?.kind === 'cloud' ? 'oauth' : 'basic');
  if (scheme === 'oauth') {
    const token = await userToken(ground, as, told, at);
    return 'code' in token ? token : { is: 'bearer', token: token.token };
  }
  const userName = account.organization === at ? account.userName : as;
  return scheme === 'ntlm' ? { is: 'account', userName, password: told } : { is: 'basic', userName, password: told };
}

/** A contract that takes an element and gives one. */
function passedOn(body: XmlElement): Contract<XmlElement, XmlElement> {
  const known = requested(body);
  const responseElement = known?.is === 'contract' ? known.contract.responseElement : `${body.name}Response`;
  const content = { description: { kind: 'any' } as never, decode: (of: XmlElement) => of, encode: (of: XmlElement) => of };
  return { name: body.name, requestElement: body.name, responseElement, request: content, response: content };
}

function answerOf(result: CallResult<XmlElement>): Answer {
  switch (result.is) {
    case 'answer': {
      const values = valuesOf(result.response);
      const code = (values['ResponseCode'] ?? []).find((one) => one !== 'NoError') ?? 'NoError';
      const words = [values['MessageText'], values['DescriptiveLinkKey']].flatMap((one) => one ?? []);
      return { ok: code === 'NoError', code, status: 200, text: words.join('\n'), values };
    }
    case 'fault': {
      const { code, text, values } = result.fault;
      return { ok: false, code, status: 500, text, values: Object.fromEntries(Object.entries(values).map(([name, one]) => [name, [one]])) };
    }
    case 'http': {
      const diagnostics = [result.headers['x-ms-diagnostics'] ?? []].flat().join('\n');
      return { ok: false, code: String(result.status), status: result.status, text: diagnostics, values: {} };
    }
    case 'unreadable':
      return { ok: false, code: 'unreadable', status: result.status, text: result.detail, values: {} };
  }
}

const t = (name: string, ...children: readonly (XmlElement | string)[]): XmlElement => element(types, name, children);
const m = (name: string, ...children: readonly (XmlElement | string)[]): XmlElement => element(messages, name, children);

/** A working day from the world's midnight on; what is shown, or the first code that is no NoError. */
export const freeBusy: Play<'freeBusy'> = async ({ of, hanging, ...caller }, ground) => {
  const { now } = await ground.control.settled();
  const day = (offset: number): string => `${new Date(now + offset * 86_400_000).toISOString().slice(0, 10)}T00:00:00`;
  const change = (name: string): XmlElement =>
    t(name, t('Bias', '0'), t('Time', '00:00:00'), t('DayOrder', '0'), t('Month', '0'), t('DayOfWeek', 'Sunday'));
  const asking = ask(
    caller,
    m(
      'GetUserAvailabilityRequest',
      t('TimeZone', t('Bias', '0'), change('StandardTime'), change('DaylightTime')),
      m('MailboxDataArray', t('MailboxData', t('Email', t('Address', of)), t('AttendeeType', 'Required'))),
      t(
        'FreeBusyViewOptions',
        t('TimeWindow', t('StartTime', day(0)), t('EndTime', day(1))),
        t('MergedFreeBusyIntervalInMinutes', '60'),
        t('RequestedView', 'DetailedMerged'),
      ),
    ),
    ground,
  );
  if (hanging !== undefined) await passTime(ground, millisecondsOf(hanging), asking);
  return asking;
};

/** Once a fault rule holds the question up, time passes; where none does it is answered, and that is all. */
async function passTime({ control, signal }: Ground, durationMs: number, asking: Promise<Answer>): Promise<void> {
  const { setTimeout: pause } = await import('node:timers/promises');
  let isOver = false;
  const over = (): void => {
    isOver = true;
  };
  asking.then(over, over);
  while (!isOver) {
    const { faults } = await control.call<{ faults: readonly { readonly acted: number }[] }>('GET', '/v1/faults');
    if (faults.some(({ acted }) => acted > 0)) {
      await control.call('POST', '/v1/clock/advance', { by: `${durationMs}ms` });
      return;
    }
    await pause(20, undefined, { signal });
  }
}

export const mailTips: Play<'mailTips'> = ({ of, ...caller }, ground) =>
  ask(
    caller,
    m(
      'GetMailTips',
      m('SendingAs', t('EmailAddress', caller.as ?? '')),
      m('Recipients', t('Mailbox', t('EmailAddress', of))),
      m('MailTipsRequested', 'All'),
    ),
    ground,
  );

/** The newest hundred items of a folder, by a subject where one is given. */
export const find: Play<'find'> = ({ folder = 'inbox', subject, ...caller }, ground) => {
  const fields = ['item:Subject', 'message:From', 'item:ItemClass'].map((uri) => element(types, 'FieldURI', [], { FieldURI: uri }));
  const constant = t('FieldURIOrConstant', element(types, 'Constant', [], { Value: subject ?? '' }));
  const restriction = m('Restriction', t('IsEqualTo', element(types, 'FieldURI', [], { FieldURI: 'item:Subject' }), constant));
  const view = element(messages, 'IndexedPageItemView', [], { MaxEntriesReturned: '100', Offset: '0', BasePoint: 'Beginning' });
  const body = element(
    messages,
    'FindItem',
    [
      m('ItemShape', t('BaseShape', 'IdOnly'), t('AdditionalProperties', ...fields)),
      view,
      ...(subject === undefined ? [] : [restriction]),
      m('ParentFolderIds', element(types, 'DistinguishedFolderId', [], { Id: folder })),
    ],
    { Traversal: 'Shallow' },
  );
  return ask(caller, body, ground);
};

/** From somebody's mailbox; answers when nothing of it is on its way any more. */
export const send: Play<'send'> = async ({ to, subject, text = 'text', ...caller }, ground) => {
  const message = t(
    'Message',
    t('Subject', subject),
    element(types, 'Body', [text], { BodyType: 'Text' }),
    t('ToRecipients', t('Mailbox', t('EmailAddress', to))),
  );
  const answer = await ask(
    caller,
    element(messages, 'CreateItem', [m('Items', message)], { MessageDisposition: 'SendAndSaveCopy' }),
    ground,
  );
  await ground.control.settled();
  return answer;
};

/** An appointment, or a meeting with whom it names. */
export const meet: Play<'meet'> = async ({ subject, start, end, with: whom = [], ...caller }, ground) => {
  const attendees = whom.map((mail) => t('Attendee', t('Mailbox', t('EmailAddress', mail))));
  const item = t(
    'CalendarItem',
    t('Subject', subject),
    t('Start', start),
    t('End', end),
    ...(attendees.length === 0 ? [] : [t('RequiredAttendees', ...attendees)]),
  );
  const SendMeetingInvitations = attendees.length === 0 ? 'SendToNone' : 'SendToAllAndSaveCopy';
  const answer = await ask(caller, element(messages, 'CreateItem', [m('Items', item)], { SendMeetingInvitations }), ground);
  await ground.control.settled();
  return answer;
};
