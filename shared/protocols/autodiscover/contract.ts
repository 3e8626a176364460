import { type Content, many, maybe, one, sequence, simple } from '../../xml/codec.ts';
import { boolean, enumeration, string } from '../../xml/simple-types.ts';
import { soapAutodiscover as namespace } from './namespaces.ts';
import { userSetting } from './user-settings.ts';
import { nillable, typed } from './xsi.ts';

/** One operation of Autodiscover over SOAP as it looks on the wire. */
export interface AutodiscoverContract<Request, Response> {
  readonly name: string;
  /** The Body's element, in the namespace of Autodiscover. */
  readonly requestElement: string;
  readonly responseElement: string;
  readonly request: Content<Request>;
  readonly response: Content<Response>;
}

/** MS-OXWSADISC 2.2.5.1; texts of the vendor's page `errorcode-soap`. */
const soapErrorCodes = [
  'NoError',
  'RedirectAddress',
  'RedirectUrl',
  'InvalidUser',
  'InvalidRequest',
  'InvalidSetting',
  'SettingIsNotAvailable',
  'ServerBusy',
  'InvalidDomain',
  'NotFederated',
  'InternalServerError',
] as const;
export type SoapErrorCode = (typeof soapErrorCodes)[number];

const text = simple(string);
const errorCode = simple(enumeration('ErrorCode', soapErrorCodes));
const outcome = { ErrorCode: one(namespace, errorCode), ErrorMessage: one(namespace, text) };
const requestedSettings = one(namespace, sequence({ Setting: many(namespace, text) }));

const settingError = sequence({ ...outcome, SettingName: one(namespace, text) });

const userResponse = sequence({
  ...outcome,
  RedirectTarget: one(namespace, nillable(text)),
  UserSettingErrors: one(namespace, sequence({ UserSettingError: many(namespace, settingError) })),
  UserSettings: one(namespace, sequence({ UserSetting: many(namespace, userSetting) })),
});
export type UserResponse = ReturnType<typeof userResponse.decode>;

const domainResponse = sequence({
  ...outcome,
  DomainSettingErrors: one(namespace, sequence({ DomainSettingError: many(namespace, settingError) })),
  DomainSettings: one(
    namespace,
    sequence({
      DomainSetting: many(namespace, typed({ DomainStringSetting: sequence({ Name: one(namespace, text), Value: one(namespace, text) }) })),
    }),
  ),
  RedirectTarget: one(namespace, nillable(text)),
});
export type DomainResponse = ReturnType<typeof domainResponse.decode>;

/** MS-OXWSADISC 3.1.4.2: settings of users, each named by an SMTP address. */
export const getUserSettings = contract(
  'GetUserSettings',
  sequence({
    Users: one(namespace, sequence({ User: many(namespace, sequence({ Mailbox: maybe(namespace, text) })) })),
    RequestedSettings: requestedSettings,
    RequestedVersion: maybe(namespace, text),
  }),
  sequence({ ...outcome, UserResponses: one(namespace, sequence({ UserResponse: many(namespace, userResponse) })) }),
);

/** MS-OXWSADISC 3.1.4.1: settings of domains. */
export const getDomainSettings = contract(
  'GetDomainSettings',
  sequence({
    Domains: one(namespace, sequence({ Domain: many(namespace, text) })),
    RequestedSettings: requestedSettings,
    RequestedVersion: maybe(namespace, text),
  }),
  sequence({ ...outcome, DomainResponses: one(namespace, sequence({ DomainResponse: many(namespace, domainResponse) })) }),
);

const tokenIssuer = sequence({ Endpoint: one(namespace, text), Uri: one(namespace, text) });

/** How a domain's organisation is known to the federation gateway (vendor's page `getfederationinformation-operation-soap`). Nobody signs in. */
export const getFederationInformation = contract(
  'GetFederationInformation',
  sequence({ Domain: maybe(namespace, text) }),
  // Only the outcome stands in an answer that refuses; servers of Exchange 2010 tell no issuers.
  sequence({
    ...outcome,
    ApplicationUri: maybe(namespace, text),
    Domains: maybe(namespace, sequence({ Domain: many(namespace, text) })),
    TokenIssuers: maybe(namespace, sequence({ TokenIssuer: many(namespace, tokenIssuer) })),
  }),
);

const flag = one(namespace, simple(boolean));
const nullableText = one(namespace, nillable(text));
const domainNames = sequence({ Domain: many(namespace, text) });

/** MS-OXWSADISC 3.1.4.3.3.4. */
const relationshipSettings = sequence({
  DeliveryReportEnabled: flag,
  DomainNames: one(namespace, nillable(domainNames)),
  FreeBusyAccessEnabled: flag,
  FreeBusyAccessLevel: nullableText,
  MailTipsAccessEnabled: flag,
  MailTipsAccessLevel: nullableText,
  MailboxMoveEnabled: flag,
  Name: nullableText,
  TargetApplicationUri: nullableText,
  TargetAutodiscoverEpr: nullableText,
  TargetSharingEpr: nullableText,
});
export type RelationshipSettings = ReturnType<typeof relationshipSettings.decode>;

/** MS-OXWSADISC 3.1.4.3: the organisation relationships by which the organisation that is asked judges whoever asks. */
export const getOrganizationRelationshipSettings = contract(
  'GetOrganizationRelationshipSettings',
  sequence({ Domains: maybe(namespace, nillable(domainNames)) }),
  // Only the outcome stands in an answer that refuses.
  sequence({
    ...outcome,
    OrganizationRelationshipSettingsCollection: maybe(
      namespace,
      nillable(sequence({ OrganizationRelationshipSettings: many(namespace, relationshipSettings) })),
    ),
  }),
);

/** The WS-Addressing action of a request; an answer's is the same with `Response` at its end. */
export function actionOf(name: string): string {
  return `${namespace}/Autodiscover/${name}`;
}

/** Every request is `<name>RequestMessage/Request`, every answer `<name>ResponseMessage/Response`. */
function contract<Request, Response>(
  name: string,
  request: Content<Request>,
  response: Content<Response>,
): AutodiscoverContract<{ readonly Request: Request }, { readonly Response: Response }> {
  return {
    name,
    requestElement: `${name}RequestMessage`,
    responseElement: `${name}ResponseMessage`,
    request: sequence({ Request: one(namespace, request) }),
    response: sequence({ Response: one(namespace, response) }),
  };
}
