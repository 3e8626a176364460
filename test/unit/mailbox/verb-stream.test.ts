import { expect, test } from 'vitest';
import { readVerbStream, type VoteOption, writeVerbStream } from '../../../shared/domain/mailbox/verb-stream.ts';

/** MS-OXOMSG 4.5, "Sending a Message with Voting Options". */
const published = `
02 01 03 00 00 00 04 00 00 00 03 59 65 73 08 49 50 4D 2E 4E 6F 74 65 00 03 59 65 73 00 00 00 00
00 00 00 00 00 01 00 00 00 02 00 00 00 02 00 00 00 01 00 00 00 FF FF FF FF 04 00 00 00 02 4E 6F
08 49 50 4D 2E 4E 6F 74 65 00 02 4E 6F 00 00 00 00 00 00 00 00 00 01 00 00 00 02 00 00 00 02 00
00 00 02 00 00 00 FF FF FF FF 04 00 00 00 05 4D 61 79 62 65 08 49 50 4D 2E 4E 6F 74 65 00 05 4D
61 79 62 65 00 00 00 00 00 00 00 00 00 01 00 00 00 02 00 00 00 02 00 00 00 03 00 00 00 FF FF FF
FF 04 01 03 59 00 65 00 73 00 03 59 00 65 00 73 00 02 4E 00 6F 00 02 4E 00 6F 00 05 4D 00 61 00
79 00 62 00 65 00 05 4D 00 61 00 79 00 62 00 65 00`;
const octets = Buffer.from(published.replaceAll(/\s/g, ''), 'hex');
const options: readonly VoteOption[] = ['Yes', 'No', 'Maybe'].map((name) => ({ name, answerClass: 'IPM.Note', sendBehavior: 2 }));

test('the published example, both ways', () => {
  expect(Buffer.from(writeVerbStream(options), 'base64').toString('hex')).toBe(octets.toString('hex'));
  expect(readVerbStream(octets.toString('base64'))).toEqual(options);
});

test('what ends too early, or is something else, offers nothing', () => {
  for (let length = 0; length < octets.length; length += 1)
    expect([length, readVerbStream(octets.subarray(0, length).toString('base64'))]).toEqual([length, []]);
  const many = Buffer.from(octets);
  many.writeUInt32LE(0xffffffff, 2);
  expect(readVerbStream(many.toString('base64'))).toEqual([]);
});
