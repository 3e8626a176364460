import type { Content } from '../../xml/codec.ts';

/**
 * One EWS operation as it looks on the wire. The same value decodes requests and encodes answers in the service,
 * encodes requests and decodes answers in the client, and describes both in the generated schema.
 */
export interface Contract<Request, Response> {
  /** Name of the operation in the WSDL. */
  readonly name: string;
  /** Local name of the request's element in the messages namespace: the operation's name with a few exceptions. */
  readonly requestElement: string;
  readonly responseElement: string;
  readonly request: Content<Request>;
  readonly response: Content<Response>;
}

/** The request that a contract decodes. */
export type RequestOf<C> = C extends Contract<infer Request, infer _Response> ? Request : never;
/** The response that a contract encodes. */
export type ResponseOf<C> = C extends Contract<infer _Request, infer Response> ? Response : never;

/** Makes a contract; the elements are called `<name>` and `<name>Response` unless said otherwise. */
export function contract<Request, Response>(of: {
  readonly name: string;
  readonly request: Content<Request>;
  readonly response: Content<Response>;
  readonly requestElement?: string;
  readonly responseElement?: string;
}): Contract<Request, Response> {
  return {
    name: of.name,
    requestElement: of.requestElement ?? of.name,
    responseElement: of.responseElement ?? `${of.name}Response`,
    request: of.request,
    response: of.response,
  };
}
