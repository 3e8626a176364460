import { addressRange } from '../domain/mailflow/address-range.ts';
import { newPerimeterDevice, perimeterDeviceName, perimeterDevices } from '../domain/organization/perimeter-devices.ts';
import { preAuthentications } from '../domain/world/vocabulary.ts';
import { type Cmdlet, cmdletRefusal } from './cmdlet.ts';
import { listsOf } from './config-object.ts';
import { boolean, choice, limit, list, type PropertyTable, parametersOf, shownProperties, text, valuesGiven } from './property-table.ts';

const path = /^\/[^\s?#]{0,255}$/;
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
const header = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}: ?[\x20-\x7e]{0,1024}$/;
const host = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i;
const most = 100;

const table: PropertyTable = {
  Enabled: boolean(newPerimeterDevice.Enabled),
  PreAuthentication: choice(newPerimeterDevice.PreAuthentication, preAuthentications),
  AllowedPaths: list([], { pattern: path }),
  PassThroughPaths: list([], { pattern: path }),
  SourceRanges: list([]),
  RewriteHost: text('', host),
  RemoveRequestHeaders: list([], { pattern: headerName }),
  AddRequestHeaders: list([], { pattern: header }),
  MaxRequestsPerMinute: limit('unlimited'),
};

/**
 * `Set-PerimeterDevice -Enabled $true -PreAuthentication Ntlm -AllowedPaths /EWS/*,/Autodiscover/*`: the device in front of an
 * organisation's servers. Names and refusals are ours: no product of the trade has these cmdlets.
 */
export const perimeterDevice = {
  get: {
    kinds: ['on-premises'],
    parameters: {},
    required: [],
    async run({ organization, transaction }) {
      const stored = await transaction((tx) => perimeterDevices.find(tx, organization.name, perimeterDeviceName));
      const shown = shownProperties(table, { Name: perimeterDeviceName, ...newPerimeterDevice, ...stored?.value }, {});
      return [{ ...shown, Name: perimeterDeviceName, Identity: perimeterDeviceName }];
    },
  },
  set: {
    kinds: ['on-premises'],
    parameters: parametersOf(table),
    required: [],
    async current({ organization, transaction }) {
      const stored = await transaction((tx) => perimeterDevices.find(tx, organization.name, perimeterDeviceName));
      return listsOf({ ...newPerimeterDevice, ...stored?.value });
    },
    async run({ organization, transaction, at }, given) {
      const change = valuesGiven(table, given);
      for (const one of Object.values(change))
        if (Array.isArray(one) && one.length > most)
          throw cmdletRefusal('bad-parameter', `A list of the device has at most ${most} members.`);
      const wrong = ([change['SourceRanges'] ?? []].flat() as string[]).find((range) => addressRange(range) === undefined);
      if (wrong !== undefined)
        throw cmdletRefusal(
          'bad-parameter',
          `-SourceRanges takes addresses, ranges and networks, not ${JSON.stringify(wrong.slice(0, 64))}.`,
        );
      await transaction(async (tx) => {
        const stored = await perimeterDevices.find(tx, organization.name, perimeterDeviceName);
        if (stored === undefined) await perimeterDevices.create(tx, organization.name, perimeterDeviceName, change, at);
        else await perimeterDevices.replace(tx, stored, { ...stored.value, ...change }, at);
      });
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;
