import { expect, test } from 'vitest';
import { complaintOf } from '../../../services/ews/failures.ts';
import { openEnvelope } from '../../../shared/protocols/soap/envelope.ts';
import { storeRefusal } from '../../../shared/store/errors.ts';
import { parseXml } from '../../../shared/xml/parse.ts';

test('what the store refuses is no complaint, and its detail reaches no client', () => {
  expect(complaintOf(storeRefusal('Unreachable', 'postgres://coexist@10.0.0.1'))).toBeUndefined();
});

test('what is no envelope fails validation', () => {
  const opened = (): unknown => openEnvelope(parseXml('<html/>'));
  let error: unknown;
  try {
    opened();
  } catch (thrown) {
    error = thrown;
  }
  expect(complaintOf(error)).toMatchObject({
    ResponseCode: 'ErrorSchemaValidation',
    MessageText: 'The request failed schema validation: the document element is html',
  });
});
