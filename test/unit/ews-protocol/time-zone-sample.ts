import type { ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { getServerTimeZones } from '../../../shared/protocols/ews/operations/get-server-time-zones.ts';

/** Definitions with every kind of transition. */
export const timeZoneSample = {
  class: 'Success',
  TimeZoneDefinitions: [
    { Id: 'UTC', Name: '(UTC+00:00) UTC' },
    {
      Id: 'Iran Standard Time',
      Name: '(UTC+03:30) Tehran',
      Periods: {
        Period: [
          { Bias: '-PT3H30M', Name: 'Standard', Id: 's' },
          { Bias: '-PT4H30M', Name: 'Daylight', Id: 'd' },
        ],
      },
      TransitionsGroups: {
        TransitionsGroup: [
          {
            Id: '0',
            transitions: [
              {
                is: 'RecurringDateTransition',
                value: { To: { Kind: 'Period', text: 'd' }, TimeOffset: 'PT0S', Month: 3, Day: 22 },
              },
              {
                is: 'RecurringDayTransition',
                value: { To: { Kind: 'Period', text: 's' }, TimeOffset: 'PT1H', Month: 9, DayOfWeek: 'Friday', Occurrence: -1 },
              },
            ],
          },
          { Id: '1', transitions: [{ is: 'Transition', value: { To: { Kind: 'Period', text: 's' } } }] },
        ],
      },
      Transitions: {
        transitions: [
          { is: 'Transition', value: { To: { Kind: 'Group', text: '0' } } },
          {
            is: 'AbsoluteDateTransition',
            value: { To: { Kind: 'Group', text: '1' }, DateTime: { ms: Date.UTC(2022, 8, 22), isZoned: false } },
          },
        ],
      },
    },
  ],
} satisfies ResponseOf<typeof getServerTimeZones>[number];
