import { child, text, type XmlElement } from '../../xml/element.ts';
import { SchemaError } from '../../xml/errors.ts';
import { mobileSyncRequest, outlookRequest } from './namespaces.ts';

/** What a client asks for in plain XML. */
export type PoxRequest =
  | {
      readonly schema: 'outlook';
      /** As written, without surrounding white space. One of `emailAddress` and `legacyDn` is present. */
      readonly emailAddress: string | undefined;
      readonly legacyDn: string | undefined;
      readonly acceptableResponseSchema: string;
    }
  | { readonly schema: 'mobilesync' }
  /** Well-formed, in a request schema that nobody knows. */
  | { readonly schema: 'unknown'; readonly namespace: string };

/**
 * Reads a request (MS-OXDSCLI 2.2.3.1). Children of `Request` are taken in any order and unknown ones are passed over:
 * clients differ. Throws {@link SchemaError} when it is no Autodiscover request or names neither address nor DN.
 */
export function decodePoxRequest(root: XmlElement): PoxRequest {
  if (root.name !== 'Autodiscover') throw new SchemaError(`The root element '${root.name}' is not Autodiscover.`, root);
  if (root.namespace === mobileSyncRequest) return { schema: 'mobilesync' };
  if (root.namespace !== outlookRequest) return { schema: 'unknown', namespace: root.namespace };
  const request = child(root, outlookRequest, 'Request');
  if (request === undefined) throw new SchemaError('The element Request is missing.', root);
  const emailAddress = textOf(request, 'EMailAddress');
  const legacyDn = textOf(request, 'LegacyDN');
  if (emailAddress === undefined && legacyDn === undefined) throw new SchemaError('Neither EMailAddress nor LegacyDN is present.', request);
  const acceptableResponseSchema = textOf(request, 'AcceptableResponseSchema');
  if (acceptableResponseSchema === undefined) throw new SchemaError('The element AcceptableResponseSchema is missing.', request);
  return { schema: 'outlook', emailAddress, legacyDn, acceptableResponseSchema };
}

function textOf(request: XmlElement, name: string): string | undefined {
  const found = child(request, outlookRequest, name);
  const value = found === undefined ? '' : text(found).trim();
  return value === '' ? undefined : value;
}
