import { type SettingOverride, settingOverrides } from '../domain/organization/setting-overrides.ts';
import { cmdletRefusal } from './cmdlet.ts';
import { getObject, newObject, type ObjectNoun, removeObject } from './config-object.ts';
import { listGiven } from './given.ts';

const noun: ObjectNoun<SettingOverride> = {
  noun: 'SettingOverride',
  kinds: ['on-premises'],
  objects: settingOverrides,
  name: ({ Name }) => Name,
  show: (override) => ({ ...override, Identity: override.Name }),
};

/**
 * `New-SettingOverride -Name "EnableExchangeHybrid3PAppFeature" -Component Global -Section ExchangeOnpremAsThirdPartyAppId
 * -Parameters "Enabled=true" -Reason x`: settings of Exchange's own that are overridden.
 */
export const settingOverride = {
  get: getObject(noun),
  new: newObject(noun, {
    parameters: { Name: 'text', Component: 'text', Section: 'text', Parameters: 'list', Reason: 'text', Server: 'list' },
    required: ['Name', 'Component', 'Section', 'Parameters', 'Reason'],
    make(_scope, given) {
      const parameters = listGiven(given, 'Parameters') ?? [];
      const odd = parameters.find((one) => !/^\w+=/.test(one));
      if (odd !== undefined || parameters.length === 0) {
        throw cmdletRefusal('bad-parameter', `-Parameters takes Parameter=Value, not ${JSON.stringify(odd ?? '')}.`);
      }
      return {
        Name: String(given['Name']),
        ComponentName: String(given['Component']),
        SectionName: String(given['Section']),
        Parameters: parameters,
        Server: listGiven(given, 'Server') ?? [],
        Reason: String(given['Reason']),
      };
    },
  }),
  remove: removeObject(noun),
};
