import { describe, expect, test } from 'vitest';
import { contracts } from '../../../shared/protocols/ews/contract.ts';
import type { Contract } from '../../../shared/protocols/ews/contract-type.ts';
import { writeResponse } from '../../../shared/protocols/ews/envelope.ts';
import { openEnvelope } from '../../../shared/protocols/soap/envelope.ts';
import { parseXml } from '../../../shared/xml/parse.ts';
import { asSchemaHasIt, requireEwsSchema } from '../../support/ews-schema.ts';
import { type OtherForm, otherAnswers } from './other-answers.ts';

const official = requireEwsSchema();
const version = { major: 15, minor: 2, majorBuild: 2562, minorBuild: 17, schema: 'V2017_07_11' };
const cases = Object.entries(otherAnswers).flatMap(([name, answers]) => answers.map((answer): [string, unknown] => [name, answer]));

describe.each(cases)('%s', (name, sample) => {
  const contract = contracts[name as OtherForm] as Contract<unknown, unknown>;
  const written = writeResponse(contract, sample, version);

  test('comes back as it went', () => {
    expect(contract.response.decode(openEnvelope(parseXml(written)).body)).toEqual(settled(sample));
  });

  test.skipIf(official === undefined)('is what the official schema allows', () => {
    expect(official?.violations(asSchemaHasIt(written))).toEqual([]);
  });
});

/** With what is written beside every complaint. */
function settled(of: unknown): unknown {
  if (Array.isArray(of)) return of.map(settled);
  if (typeof of !== 'object' || of === null || Buffer.isBuffer(of)) return of;
  const parts = Object.fromEntries(Object.entries(of).map(([name, part]) => [name, settled(part)]));
  return 'ResponseCode' in of ? { DescriptiveLinkKey: 0, ...parts } : parts;
}
