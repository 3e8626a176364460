import type { Content } from '../../xml/codec.ts';
import type { XmlElement } from '../../xml/element.ts';
import { xsiNamespace } from '../soap/envelope.ts';
import { parameters } from './data-contract.ts';
import { data, tempuri } from './namespaces.ts';
import type { Capability } from './version.ts';

/** An operation of the contract: what its wrapper elements hold. */
export interface MrsOperation<Request, Response> {
  readonly request: Content<Request>;
  readonly response: Content<Response>;
  /** A server that has not this capability has not the operation. */
  readonly needs?: Capability;
}

type Members = Readonly<Record<string, Content<unknown>>>;
type Values<M> = { readonly [Name in keyof M]: M[Name] extends Content<infer T> ? T : never };

/**
 * An operation by its parameters and what it answers, both in the order of Exchange's contract. What a method returns is
 * `<name>Result`; out parameters follow under their own names.
 */
export function operation<Q extends Members, A extends Members>(
  request: Q,
  response: A,
  needs?: Capability,
): MrsOperation<Values<Q>, Values<A>> {
  return {
    request: parameters(tempuri, request),
    response: parameters(tempuri, response),
    ...(needs === undefined ? {} : { needs }),
  };
}

export type RequestOf<O> = O extends MrsOperation<infer Q, infer _A> ? Q : never;
export type ResponseOf<O> = O extends MrsOperation<infer _Q, infer A> ? A : never;

/** The element of a request or an answer, with what is inside declared once. */
export function wrapped<T>(content: Content<T>, value: T, name: string): XmlElement {
  return { ...content.encode(value, tempuri, name), declares };
}

const declares = [
  ['', tempuri],
  ['b', data],
  ['i', xsiNamespace],
] as const;
