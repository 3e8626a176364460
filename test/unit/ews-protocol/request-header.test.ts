import { describe, expect, test } from 'vitest';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import { readRequestHeader } from '../../../shared/protocols/ews/request-header.ts';
import { elements } from '../../../shared/xml/element.ts';
import { parseXml } from '../../../shared/xml/parse.ts';

const read = (inner: string) =>
  readRequestHeader(elements(parseXml(`<Header xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">${inner}</Header>`)));
const impersonate = (inner: string) => `<t:ExchangeImpersonation><t:ConnectingSID>${inner}</t:ConnectingSID></t:ExchangeImpersonation>`;

describe('readRequestHeader', () => {
  test.each([
    ['', {}],
    ['<t:RequestServerVersion Version="Exchange2013_SP1"/>', { version: 'Exchange2013_SP1' }],
    ['<t:RequestServerVersion Version="Exchange2019"/>', { version: 'Exchange2019' }],
    ['<t:RequestServerVersion Version="V2018_01_08"/>', { version: 'V2018_01_08' }],
    [
      '<t:MailboxCulture>en-US</t:MailboxCulture><t:DateTimePrecision>Milliseconds</t:DateTimePrecision>',
      { culture: 'en-US', dateTimePrecision: 'Milliseconds' },
    ],
    ['<t:TimeZoneContext><t:TimeZoneDefinition Id="UTC"/></t:TimeZoneContext>', { timeZone: { Id: 'UTC' } }],
    [
      '<t:TimeZoneContext><t:TimeZoneDefinition Name="(UTC+00:00) Monrovia, Reykjavik" Id="Greenwich Standard Time"><t:Periods/></t:TimeZoneDefinition></t:TimeZoneContext>',
      { timeZone: { Id: 'Greenwich Standard Time', Name: '(UTC+00:00) Monrovia, Reykjavik' } },
    ],
    ['<t:TimeZoneContext/>', { timeZone: {} }],
    [
      impersonate('<t:PrimarySmtpAddress> mary@contoso.test </t:PrimarySmtpAddress>'),
      { impersonation: { by: 'PrimarySmtpAddress', value: 'mary@contoso.test' } },
    ],
    [impersonate('<t:SID>S-1-5-21-1</t:SID>'), { impersonation: { by: 'SID', value: 'S-1-5-21-1' } }],
    [
      '<t:ManagementRole><t:UserRoles><t:Role>MailboxSearch</t:Role></t:UserRoles></t:ManagementRole>',
      { roles: { user: ['MailboxSearch'], application: [] } },
    ],
    [
      '<t:SerializedSecurityContext><t:UserSid>S-1-5-21-1</t:UserSid><t:PrimarySmtpAddress>pat@fabrikam.test</t:PrimarySmtpAddress></t:SerializedSecurityContext>',
      { speaksFor: { userSid: 'S-1-5-21-1', primarySmtpAddress: 'pat@fabrikam.test' } },
    ],
    ['<t:OpenAsAdminOrSystemService/>', { claimsToBeServer: true }],
    ['<t:NewThing/><RequestServerVersion Version="of another namespace"/>', {}],
  ])('%s', (inner, expected) => {
    expect(read(inner)).toEqual({ claimsToBeServer: false, ...expected });
  });

  test.each([
    ['<t:RequestServerVersion Version="Exchange2007_SP3"/>', 'ErrorInvalidServerVersion'],
    ['<t:RequestServerVersion Version="exchange2013"/>', 'ErrorInvalidServerVersion'],
    ['<t:RequestServerVersion/>', 'ErrorInvalidServerVersion'],
    ['<t:MailboxCulture/><t:MailboxCulture/>', 'ErrorDuplicateSOAPHeader'],
    ['<t:ExchangeImpersonation/>', 'ErrorInvalidExchangeImpersonationHeaderData'],
    [impersonate(''), 'ErrorInvalidExchangeImpersonationHeaderData'],
    [impersonate('<t:PrimarySmtpAddress/>'), 'ErrorInvalidExchangeImpersonationHeaderData'],
    [impersonate('<t:Nickname>mary</t:Nickname>'), 'ErrorInvalidExchangeImpersonationHeaderData'],
    [impersonate('<t:SID>S-1</t:SID><t:SID>S-2</t:SID>'), 'ErrorInvalidExchangeImpersonationHeaderData'],
  ])('refuses %s', (inner, code) => {
    expect(() => read(inner)).toThrow(Refusal);
    expect(() => read(inner)).toThrow(expect.objectContaining({ code }));
  });
});
