import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { XmlDocument, XmlValidateError, XsdValidator } from 'libxml2-wasm';
import { xmlRegisterFsInputProviders } from 'libxml2-wasm/lib/nodejs.mjs';

/** A compiled set of schemas that whole SOAP envelopes are held against. */
export interface EwsSchema {
  /** What the schema finds wrong, one `line: sentence` each; empty when nothing. A fault is SOAP's own and has no schema here. */
  violations(envelope: string): readonly string[];
}

/** `soap.xsd` (an envelope with strict contents), `messages.xsd` and `types.xsd`: Microsoft's files are not in this tree. */
const officialFolder = resolve(process.env['EWS_XSD_DIR'] ?? join(import.meta.dirname, '../../../shared/schemas/ews'));

/**
 * The official schemas; undefined where they are absent, then their tests skip. Under `CI=true` that is an error:
 * `const schema = requireEwsSchema(); test.skipIf(schema === undefined)(...)`.
 */
export function requireEwsSchema(): EwsSchema | undefined {
  if (existsSync(join(officialFolder, 'soap.xsd'))) return compileSchemas(join(officialFolder, 'soap.xsd'));
  const missing = `the EWS schemas are missing: put soap.xsd, messages.xsd, types.xsd and xml.xsd into ${officialFolder}, or name their folder in EWS_XSD_DIR`;
  if (process.env['CI'] === 'true') throw new Error(`${missing}. Under CI=true no test may skip.`);
  console.warn(`${missing}. Their tests are skipped.`);
  return undefined;
}

/**
 * An answer as the schema has it. Exchange's own differ in five places: the members of Notifications and ErrorSubscriptionIds
 * are of the messages namespace, on which clients insist (shared/protocols/ews/types/notifications.ts), UpdatedItemIds may be
 * empty, a refusal of GetPersona has no Persona (its page), and the answer to SetUserPhoto is a response message (shared/protocols/ews/
 * operations/set-user-photo.ts), as that to RegisterConsent is in the schema.
 */
export function asSchemaHasIt(document: string): string {
  const types = 'xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"';
  if (document.includes('<m:GetPersonaResponseMessage') && !document.includes('<m:Persona>'))
    return document.replace('</m:GetPersonaResponseMessage>', `<m:Persona><t:PersonaId ${types} Id=""/></m:Persona>$&`);
  if (document.includes('<m:PerformReminderActionResponse'))
    return document.replace('<m:UpdatedItemIds/>', `<m:UpdatedItemIds><t:ItemId ${types} Id=""/></m:UpdatedItemIds>`);
  if (document.includes('<m:SetUserPhotoResponse')) return document.replaceAll('m:SetUserPhotoResponse', 'm:RegisterConsentResponse');
  if (!document.includes('<m:GetStreamingEventsResponse')) return document;
  return document
    .replace(/<(\/?)m:Notification>/g, (_all, end: string) => (end === '' ? `<t:Notification ${types}>` : '</t:Notification>'))
    .replace(/<(\/?)m:SubscriptionId>/g, (_all, end: string) => (end === '' ? `<t:SubscriptionId ${types}>` : '</t:SubscriptionId>'));
}

/** Compiles a schema file and what it imports when the first envelope comes: many labs see none. Throws then when it is not a schema. */
export function compileSchemas(file: string): EwsSchema {
  let validator: XsdValidator | undefined;
  return {
    violations: (envelope) => {
      validator ??= compiled(file);
      using instance = XmlDocument.fromString(envelope);
      if (instance.get('//s:Body/s:Fault', { s: 'http://schemas.xmlsoap.org/soap/envelope/' }) !== null) return [];
      try {
        validator.validate(instance);
        return [];
      } catch (error) {
        if (!(error instanceof XmlValidateError)) throw error;
        return error.details.map(({ line, message }) => `${line}: ${message.trim()}`);
      }
    },
  };
}

function compiled(file: string): XsdValidator {
  xmlRegisterFsInputProviders();
  using document = XmlDocument.fromBuffer(readFileSync(file), { url: file });
  return XsdValidator.fromDoc(document);
}
