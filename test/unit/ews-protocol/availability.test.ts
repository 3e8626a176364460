import { describe, expect, test } from 'vitest';
import { contracts } from '../../../shared/protocols/ews/contract.ts';
import type { RequestOf, ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import { writeRequest, writeResponse } from '../../../shared/protocols/ews/envelope.ts';
import { openEnvelope } from '../../../shared/protocols/soap/envelope.ts';
import { parseXml } from '../../../shared/xml/parse.ts';
import { requireEwsSchema } from '../../support/ews-schema.ts';

const official = requireEwsSchema();
const contract = contracts.GetUserAvailability;
const version = { major: 15, minor: 2, majorBuild: 2562, minorBuild: 17, schema: 'V2017_07_11' };
const time = (text: string) => ({ ms: Date.parse(`${text}Z`), isZoned: false });
const change = { Bias: 0, Time: '02:00:00', DayOrder: 5, Month: 10, DayOfWeek: 'Sunday' } as const;
const zone = { Bias: 480, StandardTime: change, DaylightTime: { ...change, Bias: -60, Month: 3, Year: '2026' } };

const request: RequestOf<typeof contract> = {
  TimeZone: zone,
  MailboxDataArray: [
    { Email: { Name: 'Rob', Address: 'rob@contoso.test', RoutingType: 'SMTP' }, AttendeeType: 'Required', ExcludeConflicts: false },
    { Email: { Address: 'room@contoso.test' }, AttendeeType: 'Room' },
  ],
  FreeBusyViewOptions: {
    TimeWindow: { StartTime: time('2026-11-04T00:00:00'), EndTime: { ms: Date.UTC(2026, 10, 5), isZoned: true } },
    MergedFreeBusyIntervalInMinutes: 15,
    RequestedView: ['MergedOnly', 'Detailed'],
  },
  SuggestionsViewOptions: {
    MinimumSuggestionQuality: 'Good',
    DetailedSuggestionsWindow: { StartTime: time('2026-11-04T00:00:00'), EndTime: time('2026-11-05T00:00:00') },
  },
};
const response: ResponseOf<typeof contract> = {
  FreeBusyResponseArray: [
    {
      ResponseMessage: { class: 'Success' },
      FreeBusyView: {
        FreeBusyViewType: ['DetailedMerged'],
        MergedFreeBusy: '0120',
        CalendarEventArray: [
          { StartTime: time('2026-11-04T09:00:00'), EndTime: time('2026-11-04T10:00:00'), BusyType: 'NoData' },
          {
            StartTime: time('2026-11-04T09:00:00'),
            EndTime: time('2026-11-04T10:00:00'),
            BusyType: 'WorkingElsewhere',
            CalendarEventDetails: {
              ID: '00FF',
              Subject: 'x & y',
              Location: '',
              IsMeeting: true,
              IsRecurring: false,
              IsException: false,
              IsReminderSet: true,
              IsPrivate: true,
            },
          },
        ],
        WorkingHours: {
          TimeZone: zone,
          WorkingPeriodArray: [{ DayOfWeek: ['Monday', 'Friday'], StartTimeInMinutes: 480, EndTimeInMinutes: 1020 }],
        },
      },
    },
    {
      ResponseMessage: {
        class: 'Error',
        MessageText: 'The caller does not have access to free/busy data.',
        ResponseCode: 'ErrorNoFreeBusyAccess',
        DescriptiveLinkKey: 0,
        MessageXml: [
          { is: 'Exception', name: 'ExceptionType', value: 'NoFreeBusyAccessException' },
          { is: 'Exception', name: 'ExceptionCode', value: '5037' },
          { is: 'Exception', name: 'ExceptionServerName', value: 'EXCH01' },
          { is: 'Exception', name: 'ResponseSource', value: 'https://server/EWS/Exchange.asmx/WSSecurity' },
        ],
      },
      FreeBusyView: { FreeBusyViewType: ['None'] },
    },
  ],
  SuggestionsResponse: {
    ResponseMessage: { class: 'Success' },
    SuggestionDayResultArray: [
      { Date: time('2026-11-04T00:00:00'), DayQuality: 'Poor', SuggestionArray: [] },
      {
        Date: time('2026-11-05T00:00:00'),
        DayQuality: 'Good',
        SuggestionArray: [
          {
            MeetingTime: time('2026-11-05T09:30:00'),
            IsWorkTime: true,
            SuggestionQuality: 'Fair',
            AttendeeConflictDataArray: [
              {
                is: 'GroupAttendeeConflictData',
                value: { NumberOfMembers: 3, NumberOfMembersAvailable: 1, NumberOfMembersWithConflict: 1, NumberOfMembersWithNoData: 1 },
              },
              { is: 'UnknownAttendeeConflictData', value: {} },
              { is: 'IndividualAttendeeConflictData', value: { BusyType: 'NoData' } },
              { is: 'TooBigGroupAttendeeConflictData', value: {} },
            ],
          },
        ],
      },
    ],
  },
};

describe('GetUserAvailability', () => {
  const [asked, answered] = [writeRequest(contract, request), writeResponse(contract, response, version)];

  test('question and answer come back as they went', () => {
    const question = openEnvelope(parseXml(asked)).body;
    expect(question.name).toBe('GetUserAvailabilityRequest');
    expect(contract.request.decode(question)).toEqual(request);
    const answer = openEnvelope(parseXml(answered)).body;
    expect(answer.name).toBe('GetUserAvailabilityResponse');
    expect(contract.response.decode(answer)).toEqual(response);
  });

  test('times have a zone where they were written with one, and else none', () => {
    expect(asked).toContain('<t:StartTime>2026-11-04T00:00:00</t:StartTime><t:EndTime>2026-11-05T00:00:00Z</t:EndTime>');
    expect(asked).toContain('<t:RequestedView>MergedOnly Detailed</t:RequestedView>');
  });

  test.skipIf(official === undefined)('the official schema allows both', () => {
    expect(official?.violations(asked)).toEqual([]);
    expect(official?.violations(answered)).toEqual([]);
  });

  test('an entry of Exchange Online is read', () => {
    const told = `<GetUserAvailabilityResponse xmlns="http://schemas.microsoft.com/exchange/services/2006/messages"><FreeBusyResponseArray><FreeBusyResponse>
      <ResponseMessage ResponseClass="Error"><MessageText>x</MessageText><ResponseCode>ErrorMailRecipientNotFound</ResponseCode><DescriptiveLinkKey>0</DescriptiveLinkKey>
      <MessageXml><ExceptionType xmlns="http://schemas.microsoft.com/exchange/services/2006/errors">MailRecipientNotFoundException
      </ExceptionType><Other xmlns="http://schemas.microsoft.com/exchange/services/2006/errors">1</Other></MessageXml></ResponseMessage>
      <FreeBusyView><FreeBusyViewType xmlns="http://schemas.microsoft.com/exchange/services/2006/types">None
      </FreeBusyViewType></FreeBusyView></FreeBusyResponse></FreeBusyResponseArray></GetUserAvailabilityResponse>`;
    expect(contract.response.decode(parseXml(told))).toMatchObject({
      FreeBusyResponseArray: [
        {
          ResponseMessage: { MessageXml: [{ is: 'Exception', name: 'ExceptionType', value: 'MailRecipientNotFoundException' }] },
          FreeBusyView: { FreeBusyViewType: ['None'] },
        },
      ],
    });
  });

  test.each([
    ['a year beyond .NET', '<t:StartTime>12026-01-01T00:00:00</t:StartTime>'],
    ['no time', '<t:StartTime>today</t:StartTime>'],
  ])('%s is refused', (_, start) => {
    const bad = asked.replace(/<t:StartTime>[^<]*<\/t:StartTime>/, start);
    expect(() => contract.request.decode(openEnvelope(parseXml(bad)).body)).toThrow('is not a valid DateTime value');
  });
});
