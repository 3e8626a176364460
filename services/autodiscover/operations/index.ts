import {
  type AutodiscoverContract,
  getDomainSettings as getDomainSettingsContract,
  getFederationInformation as getFederationInformationContract,
  getOrganizationRelationshipSettings as getOrganizationRelationshipSettingsContract,
  getUserSettings as getUserSettingsContract,
  type SoapErrorCode,
} from '../../../shared/protocols/autodiscover/contract.ts';
import { soapAutodiscover } from '../../../shared/protocols/autodiscover/namespaces.ts';
import type { XmlElement } from '../../../shared/xml/element.ts';
import { SchemaError } from '../../../shared/xml/errors.ts';
import type { Asked, AutodiscoverContext } from '../context.ts';
import { soapTexts } from '../failures.ts';
import { getDomainSettings, invalidDomainRequest } from './get-domain-settings.ts';
import { getFederationInformation, invalidFederationRequest } from './get-federation-information.ts';
import { getOrganizationRelationshipSettings, invalidRelationshipRequest } from './get-organization-relationship-settings.ts';
import { getUserSettings, invalidUserRequest } from './get-user-settings.ts';

/** One operation over SOAP, from the body's element to the answer's. */
export interface SoapOperation {
  readonly name: string;
  readonly requestElement: string;
  readonly run: (context: AutodiscoverContext, asked: Asked, body: XmlElement) => Promise<SoapResult>;
  /** The answer to a request that is refused as a whole, with a sentence for the client. */
  readonly refuse: (message: string) => SoapResult;
}

/** An answer and what the journal says of it: the first code that is no success, and whether anything was answered. */
export interface SoapResult {
  readonly body: XmlElement;
  readonly code: SoapErrorCode;
  readonly isRefused: boolean;
}

/** The operations over SOAP, in the order of the vendor's WSDL. */
export const operations: readonly SoapOperation[] = [
  operation(getUserSettingsContract, getUserSettings, invalidUserRequest, ({ UserResponses }) => UserResponses.UserResponse),
  operation(getDomainSettingsContract, getDomainSettings, invalidDomainRequest, ({ DomainResponses }) => DomainResponses.DomainResponse),
  operation(getFederationInformationContract, getFederationInformation, invalidFederationRequest, (response) => [response]),
  operation(getOrganizationRelationshipSettingsContract, getOrganizationRelationshipSettings, invalidRelationshipRequest, (response) => [
    response,
  ]),
];

interface Outcome {
  readonly ErrorCode: SoapErrorCode;
}

function operation<Request, Response extends Outcome>(
  contract: AutodiscoverContract<{ readonly Request: Request }, { readonly Response: Response }>,
  run: (context: AutodiscoverContext, asked: Asked, request: Request) => Promise<Response>,
  refuse: (message: string) => Response,
  parts: (response: Response) => readonly Outcome[],
): SoapOperation {
  const result = (Response: Response): SoapResult => {
    const codes = [Response, ...parts(Response)].map(({ ErrorCode }) => ErrorCode);
    const answered = parts(Response).some(({ ErrorCode }) => ErrorCode === 'NoError' || ErrorCode.startsWith('Redirect'));
    return {
      body: contract.response.encode({ Response }, soapAutodiscover, contract.responseElement),
      code: codes.find((code) => code !== 'NoError') ?? 'NoError',
      isRefused: !answered,
    };
  };
  return {
    name: contract.name,
    requestElement: contract.requestElement,
    async run(context, asked, body) {
      let request: Request;
      try {
        request = contract.request.decode(body).Request;
      } catch (error) {
        if (error instanceof SchemaError) return result(refuse(soapTexts.unreadable(error.message)));
        throw error;
      }
      return result(await run(context, asked, request));
    },
    refuse: (message) => result(refuse(message)),
  };
}
