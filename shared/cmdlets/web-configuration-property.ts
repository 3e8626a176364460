import { type FlaggedDirectory, sslFlags, sslFlagsOf } from '../domain/organization/ssl-flags.ts';
import { changeVirtualDirectory } from '../domain/organization/virtual-directories.ts';
import { type Cmdlet, type CmdletParameters, cmdletRefusal, type ParameterType } from './cmdlet.ts';
import { listGiven, textGiven } from './given.ts';

const filter = 'system.webServer/security/access';
const locations: Readonly<Record<string, FlaggedDirectory>> = {
  'default web site/ews': 'WebServicesVirtualDirectory',
  'default web site/autodiscover': 'AutodiscoverVirtualDirectory',
};
const parameters: Readonly<Record<string, ParameterType>> = { Filter: 'text', Name: 'text', PSPath: 'text', Location: 'text' };
const required = ['Filter', 'Name'];

/**
 * `Set-WebConfigurationProperty -Filter system.webServer/security/access -Name sslFlags -Value 'Ssl,SslNegotiateCert,SslRequireCert'
 * -PSPath IIS:\ -Location 'Default Web Site/EWS'`: of IIS's WebAdministration module what says whether clients must show a certificate,
 * for which Exchange has no cmdlet. The refusals are worded by us.
 */
export const webConfigurationProperty = {
  get: {
    kinds: ['on-premises'],
    parameters,
    required,
    async run({ organization, settings }, given) {
      const kind = directoryGiven(given);
      return [{ Name: 'sslFlags', Value: sslFlagsOf(organization, await settings(organization.name), kind) }];
    },
  },
  set: {
    kinds: ['on-premises'],
    parameters: { ...parameters, Value: 'list' },
    required: [...required, 'Value'],
    async run({ organization, transaction, at }, given) {
      const kind = directoryGiven(given);
      const flags = flagsGiven(given);
      await transaction((tx) => changeVirtualDirectory(tx, organization, kind, { sslFlags: flags.join(',') }, at));
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

/** The virtual directory that -Location names, or the end of -PSPath. Refuses what is no property or place of this simulation. */
function directoryGiven(given: CmdletParameters): FlaggedDirectory {
  const asked = `${textGiven(given, 'Filter')?.replace(/^\//, '')} ${textGiven(given, 'Name')}`;
  if (asked.toLowerCase() !== `${filter} sslFlags`.toLowerCase())
    throw cmdletRefusal(
      'bad-parameter',
      `-Filter ${filter} -Name sslFlags is all that there is of IIS's configuration here, not ${asked}.`,
    );
  const path = textGiven(given, 'Location') ?? textGiven(given, 'PSPath')?.replace(/^IIS:\\(?:Sites\\)?/i, '') ?? '';
  const kind = locations[path.replaceAll('\\', '/').toLowerCase()];
  if (kind !== undefined) return kind;
  throw cmdletRefusal(
    'object-not-found',
    `-Location is Default Web Site/EWS or Default Web Site/Autodiscover here, not ${JSON.stringify(path)}.`,
  );
}

function flagsGiven(given: CmdletParameters): readonly string[] {
  const words = (listGiven(given, 'Value') ?? []).flatMap((one) => one.split(',')).map((one) => one.trim());
  return words
    .filter((one) => one !== '' && one.toLowerCase() !== 'none')
    .map((word) => {
      const flag = sslFlags.find((one) => one.toLowerCase() === word.toLowerCase());
      if (flag === undefined) throw cmdletRefusal('bad-parameter', `-Value takes None or ${sslFlags.join(', ')}, not ${word}.`);
      return flag;
    });
}
