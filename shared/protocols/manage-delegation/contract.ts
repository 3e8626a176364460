import { type Content, converted, many, maybe, one, sequence, simple, unwrapped } from '../../xml/codec.ts';
import { enumeration, string } from '../../xml/simple-types.ts';

/** Namespace of version 2 of the service (MS-OXWSLVID 6.2). */
export const delegationNamespace = 'http://domains.live.com/Service/ManageDelegation2/V1.0';

/** A setting of an application: which there are the service does not say. */
export interface ApplicationProperty {
  readonly Name: string;
  readonly Value: string;
}

/** What the operations take. All elements are optional on the wire; one that is missing is ''. */
export interface DelegationParameters {
  readonly CreateAppId: { readonly uri: string; readonly properties: readonly ApplicationProperty[] };
  /** `newCertificate`: DER, base64. */
  readonly UpdateAppIdCertificate: { readonly appId: string; readonly newCertificate: string };
  readonly UpdateAppIdProperties: { readonly appId: string; readonly properties: readonly ApplicationProperty[] };
  readonly AddUri: { readonly appId: string; readonly uri: string };
  readonly RemoveUri: { readonly appId: string; readonly uri: string };
  readonly ReserveDomain: { readonly appId: string; readonly domainName: string; readonly programId: string };
  readonly ReleaseDomain: { readonly appId: string; readonly domainName: string };
  readonly GetDomainInfo: { readonly appId: string; readonly domainName: string };
}

export type DelegationOperation = keyof DelegationParameters;

/** The program for which Exchange reserves domains (interoperability; not published). */
export const exchangeProgram = 'ExchangeConnector';

const domainState = enumeration('DomainState', ['PendingActivation', 'Active', 'PendingRelease']);

type Nothing = Readonly<Record<string, never>>;

/** What they give. */
export interface DelegationResults {
  readonly CreateAppId: { readonly AppId: string };
  readonly UpdateAppIdCertificate: Nothing;
  readonly UpdateAppIdProperties: Nothing;
  readonly AddUri: Nothing;
  readonly RemoveUri: Nothing;
  readonly ReserveDomain: Nothing;
  readonly ReleaseDomain: Nothing;
  readonly GetDomainInfo: {
    readonly DomainName: string;
    readonly AppId: string;
    readonly DomainState: 'PendingActivation' | 'Active' | 'PendingRelease';
  };
}

interface Contract<Operation extends DelegationOperation> {
  /** Content of the element that is called as the operation. */
  readonly request: Content<DelegationParameters[Operation]>;
  /** Content of `...Response`. */
  readonly response: Content<DelegationResults[Operation]>;
  /** Whether it wants a `DomainOwnershipProofHeader` (interoperability; not published). */
  readonly wantsProof: boolean;
}

const text = maybe(delegationNamespace, simple(string));
const property = converted(
  sequence({ Name: text, Value: text }, 'Property'),
  ({ Name = '', Value = '' }): ApplicationProperty => ({ Name, Value }),
  (value) => value,
);
const properties = maybe(delegationNamespace, unwrapped('Property', sequence({ Property: many(delegationNamespace, property) })));
const nothing: Content<Nothing> = sequence({});

/** The operations of ManageDelegation2 (MS-OXWSLVID 3.2.4), from which both sides read and write. */
export const delegationContracts: { readonly [Operation in DelegationOperation]: Contract<Operation> } = {
  CreateAppId: {
    request: converted(
      sequence({ uri: text, properties }),
      ({ uri = '', properties: given = [] }) => ({ uri, properties: given }),
      (value) => value,
    ),
    response: unwrapped('CreateAppIdResult', sequence({ CreateAppIdResult: one(delegationNamespace, sequence({ AppId: required() })) })),
    wantsProof: true,
  },
  UpdateAppIdCertificate: { request: texts('appId', 'newCertificate'), response: nothing, wantsProof: false },
  UpdateAppIdProperties: {
    request: converted(
      sequence({ appId: text, properties }),
      ({ appId = '', properties: given = [] }) => ({ appId, properties: given }),
      (value) => value,
    ),
    response: nothing,
    wantsProof: false,
  },
  AddUri: { request: texts('appId', 'uri'), response: nothing, wantsProof: true },
  RemoveUri: { request: texts('appId', 'uri'), response: nothing, wantsProof: false },
  ReserveDomain: { request: texts('appId', 'domainName', 'programId'), response: nothing, wantsProof: true },
  ReleaseDomain: { request: texts('appId', 'domainName'), response: nothing, wantsProof: false },
  GetDomainInfo: {
    request: texts('appId', 'domainName'),
    response: unwrapped(
      'GetDomainInfoResult',
      sequence({
        GetDomainInfoResult: one(
          delegationNamespace,
          sequence({ DomainName: required(), AppId: required(), DomainState: one(delegationNamespace, simple(domainState)) }, 'DomainInfo'),
        ),
      }),
    ),
    wantsProof: false,
  },
};

/** Credentials of an owner of a domain (MS-OXWSLVID 2.2.4.3; what `Signature` holds is known from interoperability). */
export interface DomainOwnershipProof {
  readonly Domain: string;
  readonly HashAlgorithm: string;
  /** Base64. */
  readonly Signature: string;
}

/** The only hash that a proof may name. */
export const proofHashAlgorithm = 'SHA-512';

/** Content of the header `DomainOwnershipProofHeader`. */
export const domainOwnershipProof: Content<DomainOwnershipProof> = texts('Domain', 'HashAlgorithm', 'Signature');

/** The operation with a name; undefined for any other. */
export function operationOf(name: string): DelegationOperation | undefined {
  return Object.hasOwn(delegationContracts, name) ? (name as DelegationOperation) : undefined;
}

/** Value of the `SOAPAction` header, without the quotation marks. */
export function soapActionOf(operation: DelegationOperation): string {
  return `${delegationNamespace}/${operation}`;
}

function required() {
  return one(delegationNamespace, simple(string));
}

/** A sequence of optional texts. */
function texts<Name extends string>(...names: readonly Name[]): Content<Readonly<Record<Name, string>>> {
  return converted(
    sequence(Object.fromEntries(names.map((name) => [name, text]))),
    (found) => Object.fromEntries(names.map((name) => [name, found[name] ?? ''])) as Record<Name, string>,
    (value) => value,
  );
}
