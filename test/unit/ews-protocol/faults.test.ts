import { describe, expect, test } from 'vitest';
import { contracts } from '../../../shared/protocols/ews/contract.ts';
import { writeFault, writeRequest } from '../../../shared/protocols/ews/envelope.ts';
import { ewsFault, readEwsFault, schemaFault } from '../../../shared/protocols/ews/fault.ts';
import { messageText } from '../../../shared/protocols/ews/message-texts.ts';
import { responseCodes } from '../../../shared/protocols/ews/response-codes.ts';
import { openEnvelope } from '../../../shared/protocols/soap/envelope.ts';
import { SchemaError, XmlSyntaxError } from '../../../shared/xml/errors.ts';
import { parseXml } from '../../../shared/xml/parse.ts';

describe('faults', () => {
  const violation = new SchemaError("The 'Id' attribute is invalid.", { line: 11, column: 32 });

  test('of a schema violation are laid out as Exchange does', () => {
    expect(writeFault(schemaFault(violation, () => ''))).toBe(
      '<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>' +
        '<faultcode xmlns:a="http://schemas.microsoft.com/exchange/services/2006/types">a:ErrorSchemaValidation</faultcode>' +
        `<faultstring xml:lang="en-US">The request failed schema validation: The 'Id' attribute is invalid.</faultstring><detail>` +
        '<e:ResponseCode xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">ErrorSchemaValidation</e:ResponseCode>' +
        '<e:Message xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">The request failed schema validation.</e:Message>' +
        '<t:MessageXml xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><t:LineNumber>11</t:LineNumber><t:LinePosition>33</t:LinePosition>' +
        `<t:Violation>The 'Id' attribute is invalid.</t:Violation></t:MessageXml></detail></s:Fault></s:Body></s:Envelope>`,
    );
  });

  test('are read by the client', () => {
    const read = (xml: string) => readEwsFault(openEnvelope(parseXml(xml)).body);
    expect(read(writeFault(ewsFault('ErrorServerBusy', { values: { BackOffMilliseconds: '297749' } })))).toEqual({
      code: 'ErrorServerBusy',
      text: 'The server cannot service this request right now. Try again later.',
      values: { BackOffMilliseconds: '297749' },
    });
    expect(read(writeFault(ewsFault('ErrorInvalidOperation', { text: 'Not here.' })))).toMatchObject({
      code: 'ErrorInvalidOperation',
      text: 'Not here.',
    });
    expect(read(writeFault(schemaFault(new XmlSyntaxError('Unexpected end.', 3, 7), () => '')))).toMatchObject({
      code: 'ErrorSchemaValidation',
      values: {},
    });
    expect(
      read(writeRequest(contracts.GetItem, { ItemShape: { BaseShape: 'IdOnly' }, ItemIds: [{ is: 'ItemId', value: { Id: 'x' } }] })),
    ).toBeUndefined();
  });
});

test('every code has a text, and those of the catalogue a sentence', () => {
  expect(responseCodes.filter((code) => messageText(code) === '')).toEqual([]);
  expect(messageText('ErrorItemNotFound')).toBe('The specified object was not found in the store.');
  expect(messageText('ErrorInvalidIdMalformed')).toBe('Id is malformed.');
  expect(messageText('ErrorSchemaValidation')).toBe('The request failed schema validation.');
  expect(messageText('ErrorNoFreeBusyAccess')).toBe('ErrorNoFreeBusyAccess');
});
