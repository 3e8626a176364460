import { describe, expect, test } from 'vitest';
import { getDomainSettings, getUserSettings, type UserResponse } from '../../../shared/protocols/autodiscover/contract.ts';
import { schemaInstance, soapAutodiscover } from '../../../shared/protocols/autodiscover/namespaces.ts';
import { isUserSettingName, userSettingNames } from '../../../shared/protocols/autodiscover/user-settings.ts';
import { SchemaError } from '../../../shared/xml/errors.ts';
import { parseXml } from '../../../shared/xml/parse.ts';
import { writeXml } from '../../../shared/xml/write.ts';

const prefixes = { [soapAutodiscover]: '', [schemaInstance]: 'i' };

const answered: UserResponse = {
  ErrorCode: 'NoError',
  ErrorMessage: 'No error.',
  RedirectTarget: null,
  UserSettingErrors: { UserSettingError: [{ ErrorCode: 'InvalidSetting', ErrorMessage: '', SettingName: 'Nothing' }] },
  UserSettings: {
    UserSetting: [
      { type: 'StringSetting', Name: 'ExternalEwsUrl', Value: 'https://mail.contoso.test/EWS/Exchange.asmx' },
      {
        type: 'WebClientUrlCollectionSetting',
        Name: 'ExternalWebClientUrls',
        WebClientUrls: { WebClientUrl: [{ AuthenticationMethods: 'Basic', Url: 'https://mail.contoso.test/owa/' }] },
      },
      {
        type: 'AlternateMailboxCollectionSetting',
        Name: 'AlternateMailboxes',
        AlternateMailboxes: { AlternateMailbox: [{ Type: 'Archive' }] },
      },
      {
        type: 'ProtocolConnectionCollectionSetting',
        Name: 'ExternalSmtpConnections',
        ProtocolConnections: { ProtocolConnection: [{ Hostname: 'smtp.contoso.test', Port: 587, EncryptionMethod: 'TLS' }] },
      },
    ],
  },
};
const redirected: UserResponse = {
  ErrorCode: 'RedirectAddress',
  ErrorMessage: 'Redirection address.',
  RedirectTarget: 'joe@contoso.mail.onmicrosoft.test',
  UserSettingErrors: { UserSettingError: [] },
  UserSettings: { UserSetting: [] },
};

describe('GetUserSettings on the wire', () => {
  const response = {
    Response: { ErrorCode: 'NoError' as const, ErrorMessage: '', UserResponses: { UserResponse: [answered, redirected] } },
  };
  const written = writeXml(getUserSettings.response.encode(response, soapAutodiscover, getUserSettings.responseElement), { prefixes });

  test('a response reads back as it was written', () => {
    expect(getUserSettings.response.decode(parseXml(written))).toEqual(response);
  });

  test('types are named without a prefix, and an absent target is nil', () => {
    expect(written).toMatch(/<UserSetting [^>]*i:type="StringSetting"><Name>/);
    expect(written).toContain('<RedirectTarget xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>');
  });

  test('a type under a prefix is read all the same, an unknown one is not', () => {
    const prefixed = written.replace('i:type="StringSetting"', 'xmlns:a="urn:a" i:type="a:StringSetting"');
    expect(getUserSettings.response.decode(parseXml(prefixed))).toEqual(response);
    expect(() => getUserSettings.response.decode(parseXml(written.replace('"StringSetting"', '"NumberSetting"')))).toThrow(SchemaError);
  });

  test('a request is read with a user without Mailbox, and refused out of order', () => {
    const request = (inner: string) =>
      parseXml(`<GetUserSettingsRequestMessage xmlns="${soapAutodiscover}"><Request>${inner}</Request></GetUserSettingsRequestMessage>`);
    const users = '<Users><User><Mailbox>mary@contoso.test</Mailbox></User><User/></Users>';
    const settings = '<RequestedSettings><Setting>ExternalEwsUrl</Setting></RequestedSettings>';
    expect(getUserSettings.request.decode(request(`${users}${settings}<RequestedVersion>Exchange2013</RequestedVersion>`))).toEqual({
      Request: {
        Users: { User: [{ Mailbox: 'mary@contoso.test' }, {}] },
        RequestedSettings: { Setting: ['ExternalEwsUrl'] },
        RequestedVersion: 'Exchange2013',
      },
    });
    expect(() => getUserSettings.request.decode(request(settings + users))).toThrow(SchemaError);
    expect(() => getUserSettings.request.decode(request(users))).toThrow(SchemaError);
  });
});

test('a GetDomainSettings response reads back as it was written', () => {
  const response = {
    Response: {
      ErrorCode: 'NoError' as const,
      ErrorMessage: '',
      DomainResponses: {
        DomainResponse: [
          {
            ErrorCode: 'InvalidDomain' as const,
            ErrorMessage: 'x',
            DomainSettingErrors: { DomainSettingError: [] },
            DomainSettings: { DomainSetting: [{ type: 'DomainStringSetting' as const, Name: 'ExternalEwsUrl', Value: 'https://a.test/' }] },
            RedirectTarget: null,
          },
        ],
      },
    },
  };
  const written = writeXml(getDomainSettings.response.encode(response, soapAutodiscover, getDomainSettings.responseElement), { prefixes });
  expect(getDomainSettings.response.decode(parseXml(written))).toEqual(response);
});

test('setting names are known letter for letter and listed once', () => {
  expect(new Set(userSettingNames).size).toBe(userSettingNames.length);
  expect(isUserSettingName('ExternalEwsUrl')).toBe(true);
  expect(isUserSettingName('externalewsurl')).toBe(false);
  // The vendor's page has a comma in the name, and so had exchangelib.
  expect(isUserSettingName('EcpVoicemailUrlFragment,')).toBe(false);
});
