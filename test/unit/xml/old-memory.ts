import { getHeapSpaceStatistics } from 'node:v8';
import { parseXml } from '../../../shared/xml/parse.ts';

// Prints how many octets of V8's old generation each document costs that is read and forgotten, where nothing collects them: run with
// --initial-old-space-size.

const parts = Array.from(
  { length: 8 },
  (_, at) => `<q:part xmlns:q="urn:part:${at}" number="${at}"><q:text>of what is told</q:text></q:part>`,
);
const document = `<s:Envelope xmlns:s="urn:envelope"><s:Header>${parts.join('')}</s:Header><s:Body/></s:Envelope>`;
const documents = 1_500;

function old(): number {
  const spaces = getHeapSpaceStatistics().filter(({ space_name }) => space_name !== 'new_space' && space_name !== 'read_only_space');
  return spaces.reduce((sum, { space_used_size }) => sum + space_used_size, 0);
}

function read(): void {
  for (let count = 0; count < documents; count += 1) parseXml(document);
}

// What is compiled is old, too.
read();
const before = old();
read();
process.stdout.write(String(Math.round((old() - before) / documents)));
