import {
  type CalendarProcessing,
  isResource,
  calendarProcessing as readProcessing,
  setCalendarProcessing,
} from '../domain/calendar/calendar-processing.ts';
import { requireFolder } from '../domain/mailbox/folders.ts';
import type { Guid } from '../kernel/ids.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal, type ParameterType } from './cmdlet.ts';
import { choiceGiven, listGiven, numberGiven, refusePrompt, textGiven } from './given.ts';
import { type NamedMailbox, requireMailbox } from './mailbox-identity.ts';
import { requireRecipient } from './recipient-identity.ts';
import { delegatesChange } from './resource-delegates.ts';

const kinds: Cmdlet['kinds'] = ['on-premises', 'cloud'];
const manners = ['None', 'AutoUpdate', 'AutoAccept'] as const;
/** Parameters that are kept as they are; those of Exchange that are missing have no effect here and are not known. */
const plain = {
  AllowConflicts: 'boolean',
  BookingWindowInDays: 'integer',
  MaximumDurationInMinutes: 'integer',
  AllowRecurringMeetings: 'boolean',
  EnforceSchedulingHorizon: 'boolean',
  ScheduleOnlyDuringWorkHours: 'boolean',
  ConflictPercentageAllowed: 'integer',
  MaximumConflictInstances: 'integer',
  DeleteAttachments: 'boolean',
  DeleteComments: 'boolean',
  RemovePrivateProperty: 'boolean',
  DeleteSubject: 'boolean',
  AddOrganizerToSubject: 'boolean',
  EnableResponseDetails: 'boolean',
  OrganizerInfo: 'boolean',
  AllBookInPolicy: 'boolean',
  AllRequestInPolicy: 'boolean',
  AllRequestOutOfPolicy: 'boolean',
  ForwardRequestsToDelegates: 'boolean',
  TentativePendingApproval: 'boolean',
  AddAdditionalResponse: 'boolean',
  AddNewRequestsTentatively: 'boolean',
  ProcessExternalMeetingMessages: 'boolean',
} as const satisfies Readonly<Record<string, ParameterType>>;

/** Parameters that name people and groups, and where they are kept. */
const lists = { BookInPolicy: 'bookInPolicy', RequestInPolicy: 'requestInPolicy', RequestOutOfPolicy: 'requestOutOfPolicy' } as const;

/** Bounds of the page of Set-CalendarProcessing. */
const most: Readonly<Record<string, number>> = {
  BookingWindowInDays: 1080,
  ConflictPercentageAllowed: 100,
  MaximumDurationInMinutes: 2_147_483_647,
  MaximumConflictInstances: 2_147_483_647,
};
/** A bound of ours. */
const longestResponse = 4_096;

/**
 * `Set-CalendarProcessing boardroom -AllBookInPolicy $false -BookInPolicy mary`: what a mailbox does with requests by itself.
 * A list is written whole: a table that adds and removes is refused (Observed: mandie.net, "Set-CalendarProcessing
 * -ResourceDelegates (and Friends) Without Tears").
 */
export const calendarProcessing = {
  get: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text' },
    required: ['Identity'],
    async run(scope, given) {
      const named = await requireMailbox(scope, String(given['Identity']));
      return [await shown(scope, named)];
    },
  },
  set: {
    kinds,
    positional: 'Identity',
    parameters: {
      Identity: 'text',
      AutomateProcessing: 'text',
      ...plain,
      BookInPolicy: 'list',
      RequestInPolicy: 'list',
      RequestOutOfPolicy: 'list',
      ResourceDelegates: 'list',
      AdditionalResponse: 'nullable text',
      Confirm: 'switch',
    },
    required: ['Identity'],
    async run(scope, given) {
      refusePrompt(given);
      const { owner, mailbox } = await requireMailbox(scope, String(given['Identity']));
      const automateProcessing = choiceGiven(given, 'AutomateProcessing', manners);
      // "you can't change the value on a user mailbox" (the page of the parameter); the sentence is ours.
      if (automateProcessing !== undefined && automateProcessing !== 'AutoUpdate' && !isResource(owner.type))
        throw cmdletRefusal('bad-parameter', `-AutomateProcessing is AutoUpdate at mailboxes of people, and ${owner.displayName} is one.`);
      const changes: Partial<CalendarProcessing> = {
        ...plainChanges(given),
        ...(automateProcessing === undefined ? {} : { automateProcessing }),
        ...(await listChanges(scope, given)),
        ...responseChange(given),
      };
      const writeDelegates = await delegatesChange(scope, given, owner);
      await scope.transaction(async (tx) => {
        await writeDelegates?.(tx, mailbox);
        await setCalendarProcessing(tx, await requireFolder(tx, mailbox, 'calendar'), changes, scope.at);
      });
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

function plainChanges(given: CmdletParameters): Partial<CalendarProcessing> {
  const changes: [string, unknown][] = [];
  for (const [name, type] of Object.entries(plain)) {
    if (given[name] === undefined) continue;
    const number = type === 'integer' ? numberGiven(given, name) : undefined;
    const bound = most[name] ?? 0;
    if (number !== undefined && (!Number.isInteger(number) || number < 0 || number > bound))
      throw cmdletRefusal('bad-parameter', `-${name} takes an integer from 0 through ${bound}, not ${number}.`);
    changes.push([keyOf(name), number ?? given[name]]);
  }
  return Object.fromEntries(changes) as Partial<CalendarProcessing>;
}

async function listChanges(scope: CmdletScope, given: CmdletParameters): Promise<Partial<CalendarProcessing>> {
  const directory = scope.directory(scope.organization.name);
  const changes: [string, readonly Guid[]][] = [];
  for (const [parameter, list] of Object.entries(lists)) {
    const named = listGiven(given, parameter);
    if (named === undefined) continue;
    const guids = new Set<Guid>();
    for (const name of named) guids.add((await requireRecipient(directory, scope.organization, name)).guid);
    changes.push([list, [...guids]]);
  }
  return Object.fromEntries(changes);
}

function responseChange(given: CmdletParameters): Partial<CalendarProcessing> {
  if (given['AdditionalResponse'] === undefined) return {};
  const additionalResponse = textGiven(given, 'AdditionalResponse') ?? '';
  if (additionalResponse.length > longestResponse)
    throw cmdletRefusal('bad-parameter', `-AdditionalResponse takes ${longestResponse} characters at most.`);
  return { additionalResponse };
}

async function shown(scope: CmdletScope, { owner, mailbox }: NamedMailbox): Promise<CmdletObject> {
  const calendar = await scope.transaction((tx) => requireFolder(tx, mailbox, 'calendar'));
  const processing = readProcessing(calendar, owner.type);
  const own = Object.fromEntries(Object.keys(plain).map((name) => [name, processing[keyOf(name)] as boolean | number]));
  const people: [string, readonly string[]][] = [];
  for (const [parameter, list] of Object.entries(lists)) people.push([parameter, await addressesOf(scope, processing[list])]);
  return {
    AutomateProcessing: processing.automateProcessing,
    ...own,
    ...Object.fromEntries(people),
    ResourceDelegates: await addressesOf(scope, owner.settings.grantSendOnBehalfTo ?? []),
    AdditionalResponse: processing.additionalResponse,
    MailboxOwnerId: owner.displayName,
    Identity: owner.primaryAddress,
  };
}

function keyOf(name: string): keyof CalendarProcessing {
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}` as keyof CalendarProcessing;
}

async function addressesOf({ directory, organization }: CmdletScope, guids: readonly Guid[]): Promise<readonly string[]> {
  const found = await Promise.all(guids.map((guid) => directory(organization.name).byGuid(guid)));
  return found.flatMap((one) => (one === undefined ? [] : [one.primaryAddress]));
}
