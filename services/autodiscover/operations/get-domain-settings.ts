import { profileOf } from '../../../shared/domain/organization/profiles.ts';
import type { getDomainSettings as contract, DomainResponse } from '../../../shared/protocols/autodiscover/contract.ts';
import { dottedServerVersion } from '../../../shared/protocols/autodiscover/server-version.ts';
import type { Asked, AutodiscoverContext } from '../context.ts';
import { soapTexts } from '../failures.ts';
import { ownUrls } from '../urls.ts';
import { checkSubjects } from './subjects.ts';

type Request = ReturnType<(typeof contract)['request']['decode']>['Request'];
type Response = ReturnType<(typeof contract)['response']['decode']>['Response'];

/** Answers every domain on its own, in the order asked (MS-OXWSADISC 3.1.4.1). */
export async function getDomainSettings(context: AutodiscoverContext, asked: Asked, request: Request): Promise<Response> {
  const names = [...new Set(request.RequestedSettings.Setting)];
  const domains = request.Domains.Domain.map((domain) => domain.trim());
  const refused = checkSubjects('domains', domains.length, names.length);
  if (refused !== undefined) return invalidDomainRequest(refused);
  const accepted = new Set(asked.organization.domains.map((domain) => domain.toLowerCase()));
  const { ews } = (await ownUrls(context, asked)).external;
  const values: Readonly<Record<string, string | undefined>> = {
    ExternalEwsUrl: ews,
    ExternalEwsVersion: dottedServerVersion(profileOf(asked.organization.product).version),
  };
  const DomainResponse = domains.map((domain) => (accepted.has(domain.toLowerCase()) ? settingsOf(names, values) : unknown(domain)));
  return { ErrorCode: 'NoError', ErrorMessage: '', DomainResponses: { DomainResponse } };
}

/** The answer to a request that is refused as a whole. */
export function invalidDomainRequest(ErrorMessage: string): Response {
  return { ErrorCode: 'InvalidRequest', ErrorMessage, DomainResponses: { DomainResponse: [] } };
}

function settingsOf(names: readonly string[], values: Readonly<Record<string, string | undefined>>): DomainResponse {
  const known = names.filter((name) => values[name] !== undefined);
  return {
    ErrorCode: 'NoError',
    ErrorMessage: soapTexts.NoError,
    DomainSettingErrors: {
      DomainSettingError: names.flatMap((SettingName) => {
        if (values[SettingName] !== undefined) return [];
        const ErrorCode = Object.hasOwn(values, SettingName) ? 'SettingIsNotAvailable' : 'InvalidSetting';
        return [{ ErrorCode, ErrorMessage: soapTexts[ErrorCode](SettingName), SettingName }];
      }),
    },
    DomainSettings: { DomainSetting: known.map((Name) => ({ type: 'DomainStringSetting', Name, Value: values[Name] ?? '' })) },
    RedirectTarget: null,
  };
}

function unknown(domain: string): DomainResponse {
  return {
    ErrorCode: 'InvalidDomain',
    ErrorMessage: soapTexts.InvalidDomain(domain),
    DomainSettingErrors: { DomainSettingError: [] },
    DomainSettings: { DomainSetting: [] },
    RedirectTarget: null,
  };
}
