import type { AdvertisedUrls } from '../../../shared/domain/organization/advertised-urls.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import {
  decodeJsonV2Request,
  encodeJsonV2Redirect,
  type JsonV2Answer,
  type JsonV2Error,
  type JsonV2ErrorCode,
  type JsonV2Request,
} from '../../../shared/protocols/autodiscover/json-v2.ts';
import type { Asked, AutodiscoverContext } from '../context.ts';
import { jsonFailures, type LookupRefusal } from '../failures.ts';
import { locate } from '../locate.ts';
import { traitsOf } from '../traits.ts';
import { ownUrls, remoteUrls } from '../urls.ts';

/** An answer of v2: a URL, a redirection, or a refusal. */
export type JsonV2Reply =
  | { readonly status: 200; readonly body: JsonV2Answer }
  | { readonly status: 302; readonly location: string }
  | { readonly status: 400 | 404 | 500; readonly body: JsonV2Error; readonly detail?: string | undefined };

/** The protocols that may have an address here, as v2 spells them. REST and the others have none. */
const protocols: Readonly<Record<string, (urls: AdvertisedUrls) => string | undefined>> = {
  AutodiscoverV1: (urls) => urls.autodiscoverPox,
  EWS: (urls) => urls.external.ews ?? urls.internal.ews,
  ActiveSync: (urls) => urls.external.activeSync,
};
const maxRedirects = 10;

/**
 * Answers one GET without authentication.
 *
 * @param target path and query as received
 */
export async function jsonV2(context: AutodiscoverContext, asked: Asked, target: string): Promise<JsonV2Reply> {
  const request = decodeJsonV2Request(target);
  const { email, protocol } = request;
  if (email === undefined) return missing('Email');
  if (protocol === undefined) return missing('Protocol');
  const name = Object.keys(protocols).find((known) => known.toLowerCase() === protocol.toLowerCase());
  const urlOf = name === undefined ? undefined : protocols[name];
  if (name === undefined || urlOf === undefined) return notSupported(protocol, await ownUrls(context, asked));
  const found = (urls: AdvertisedUrls): JsonV2Reply => {
    const Url = urlOf(urls);
    return Url === undefined ? notSupported(protocol, urls) : { status: 200, body: { Protocol: name, Url } };
  };
  try {
    const located = await locate(context, asked, { address: email });
    if (located.at === 'here') return found(await ownUrls(context, asked));
    const urls = located.at === 'server' ? located.urls : await remoteUrls(context, asked, located.address);
    if (urls === undefined || request.redirectCount >= maxRedirects) return failure('TargetUnknown');
    return elsewhere(asked, urls, request, found);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const code = error.code as LookupRefusal;
    if (code === 'AddressUnknown' && answersForUnknown(asked, email)) return found(await ownUrls(context, asked));
    return failure(code, error.detail);
  }
}

function elsewhere(asked: Asked, urls: AdvertisedUrls, request: JsonV2Request, found: (urls: AdvertisedUrls) => JsonV2Reply): JsonV2Reply {
  if (!traitsOf(asked.organization.product).redirectsForRemoteMailboxes) return found(urls);
  return { status: 302, location: encodeJsonV2Redirect(urls.autodiscoverJson, request) };
}

function answersForUnknown(asked: Asked, email: string): boolean {
  if (!traitsOf(asked.organization.product).answersForUnknownUsers) return false;
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  return asked.organization.domains.some((accepted) => accepted.toLowerCase() === domain);
}

/** The form of the sentence is observed, the list is what has an address. */
function notSupported(protocol: string, urls: AdvertisedUrls): JsonV2Reply {
  const supported = Object.keys(protocols).filter((name) => protocols[name]?.(urls) !== undefined);
  const text = `The given protocol value '${protocol}' is invalid. Supported values are '${supported.join(',')}'`;
  return refused(400, 'ProtocolNotSupported', text);
}

function missing(parameter: string): JsonV2Reply {
  return refused(400, 'MandatoryParameterMissing', `A valid value must be provided for the query parameter '${parameter}'`);
}

function failure(code: LookupRefusal, detail?: string): JsonV2Reply {
  const { status, code: ErrorCode, message } = jsonFailures[code];
  return refused(status, ErrorCode, message, detail);
}

function refused(status: 400 | 404, ErrorCode: JsonV2ErrorCode, ErrorMessage: string, detail?: string): JsonV2Reply {
  return { status, body: { ErrorCode, ErrorMessage }, detail };
}
