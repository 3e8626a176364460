import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { oabCrc } from '../../shared/protocols/oab/crc.ts';
import { jpegOf } from '../support/pictures.ts';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { basic } from '../support/soap.ts';
import { type HttpAnswer, openTestLab, type TestLab } from '../support/test-lab.ts';
import { poxRequest } from './autodiscover/requests.ts';

let lab: TestLab;
let directory: string;
const run = <Shown = Record<string, unknown>>(line: string) => runCmdlet<Shown>(lab, 'contoso', line);
const get = (file: string, headers: Record<string, string> = {}, method = 'GET'): Promise<HttpAnswer> =>
  lab.https(directory + file, { method, headers: { authorization: basic('CONTOSO\\mary', lab.password), ...headers } });
const attribute = (manifest: string, name: string): string => new RegExp(` ${name}="([^"]*)"`).exec(manifest)?.[1] ?? '';
const fileIn = (manifest: string): string => />([^<>]+)<\/Full>/.exec(manifest)?.[1] ?? '';
const photo = 0x8c9e0102;
const truncated = 0x68051003;

beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
  const [book] = await run<{ Guid: string }>('Get-OfflineAddressBook');
  directory = `https://mail.contoso.test/OAB/${book?.Guid}/`;
});
afterAll(() => lab.close());

/** What the file that the manifest names holds, read as MS-OXOAB has it. */
async function download() {
  const manifest = (await get('oab.xml')).body;
  const { octets } = await get(fileIn(manifest));
  expect([String(octets.length), createHash('sha1').update(octets).digest('hex')]).toEqual([
    attribute(manifest, 'size'),
    attribute(manifest, 'SHA'),
  ]);
  const details = unpacked(octets);
  expect(String(details.length)).toBe(attribute(manifest, 'uncompressedsize'));
  return { manifest, ...readDetails(details) };
}

function unpacked(octets: Buffer): Buffer {
  expect([octets.readUInt32LE(0), octets.readUInt32LE(4)]).toEqual([3, 1]);
  const parts: Buffer[] = [];
  for (let at = 16; at < octets.length; ) {
    const [flags, size = 0, plain, crc] = [0, 4, 8, 12].map((offset) => octets.readUInt32LE(at + offset));
    const part = octets.subarray(at + 16, at + 16 + size);
    expect([flags, plain, crc]).toEqual([0, size, oabCrc(part)]);
    parts.push(part);
    at += 16 + size;
  }
  const all = Buffer.concat(parts);
  expect(all.length).toBe(octets.readUInt32LE(12));
  return all;
}

type Entry = ReadonlyMap<number, unknown>;

function readDetails(octets: Buffer): {
  readonly header: Entry;
  readonly records: readonly Entry[];
  readonly flags: ReadonlyMap<number, number>;
} {
  const [version, serial, count] = [0, 4, 8].map((at) => octets.readUInt32LE(at));
  expect([version, serial]).toEqual([0x20, oabCrc(octets.subarray(12))]);
  let at = 16;
  const next = (): number => {
    at += 4;
    return octets.readUInt32LE(at - 4);
  };
  const table = (): [number, number][] => Array.from({ length: next() }, () => [next(), next()]);
  const [ofHeader, ofRecords] = [table(), table()];
  expect(at).toBe(12 + octets.readUInt32LE(12));
  const record = (properties: readonly [number, number][]): Entry => {
    const end = at + octets.readUInt32LE(at);
    const bits = octets.subarray(at + 4, at + 4 + Math.ceil(properties.length / 8));
    at += 4 + bits.length;
    const there = properties.filter((_, index) => ((bits[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0);
    const values = new Map(there.map(([tag]) => [tag, value(tag & 0xffff)] as const));
    expect(at).toBe(end);
    return values;
  };
  const integer = (): number => {
    const first = octets[at] ?? 0;
    at += 1;
    if (first < 0x80) return first;
    at += first & 0x7f;
    return octets.readUIntLE(at - (first & 0x7f), first & 0x7f);
  };
  const value = (type: number): unknown => {
    if (type === 0x0003) return integer();
    if (type === 0x001e || type === 0x001f) {
      const start = at;
      at = octets.indexOf(0, at) + 1;
      return octets.toString('utf8', start, at - 1);
    }
    const size = integer();
    if (type === 0x0102) {
      at += size;
      return octets.subarray(at - size, at);
    }
    return Array.from({ length: size }, () => value(type & 0x0fff));
  };
  const header = record(ofHeader);
  const records = Array.from({ length: count ?? 0 }, () => record(ofRecords));
  expect(at).toBe(octets.length);
  return { header, records, flags: new Map(ofRecords) };
}
const ofName = (records: readonly Entry[], name: string): Entry | undefined => records.find((one) => one.get(0x3001001f) === name);

test('whoever signs in is let in, by what the virtual directory allows', async () => {
  const bare = await lab.https(`${directory}oab.xml`);
  expect([bare.status, bare.headers['www-authenticate']]).toEqual([401, expect.not.stringContaining('Basic')]);
  expect((await get('oab.xml')).status).toBe(401);
  await run('Set-OabVirtualDirectory OAB* -BasicAuthentication $true');
  expect((await get('oab.xml')).status).toBe(200);
});

test('Autodiscover leads there', async () => {
  const answer = await lab.https('https://autodiscover.contoso.test/autodiscover/autodiscover.xml', {
    method: 'POST',
    headers: { 'content-type': 'text/xml', authorization: basic('mary@contoso.test', lab.password) },
    body: poxRequest('mary@contoso.test'),
  });
  expect(/<OABUrl>([^<]*)</.exec(answer.body)?.[1]).toBe(directory);
});

describe('the book', () => {
  test('holds everybody whom the address lists show, and who is searched by what', async () => {
    await run('New-MailContact "Hidden One" -ExternalEmailAddress hidden@example.test');
    await run('Set-MailContact "Hidden One" -HiddenFromAddressListsEnabled $true');
    await run('Update-OfflineAddressBook "Default Offline Address Book"');
    const { manifest, header, records, flags } = await download();
    expect([header.get(0x6800001f), header.get(0x68010003), attribute(manifest, 'ver')]).toEqual([
      '\\Default Offline Address Book',
      Number(attribute(manifest, 'seq')),
      '32',
    ]);
    expect(attribute(manifest, 'id')).toBe(directory.split('/').at(-2));
    const rob = ofName(records, 'Rob');
    expect([rob?.get(0x39fe001f), rob?.get(0x3a17001f), rob?.get(0x0ffe0003)]).toEqual(['rob@contoso.test', 'Systems engineer', 6]);
    expect(rob?.get(0x800f101f)).toContain('SMTP:rob@contoso.test');
    expect([flags.get(0x3003001e), flags.get(0x3a19001f), flags.get(0x3a17001f)]).toEqual([2, 1, 0]);
    expect(ofName(records, 'Hidden One')).toBeUndefined();
    expect(await run('Get-OfflineAddressBook "\\Default Offline Address Book"')).toMatchObject([{ LastNumberOfRecords: records.length }]);
  });

  test('tells of a photograph, tells it, or does neither, as the attributes say', async () => {
    const picture = jpegOf(96, 96, 3_000);
    await run(`Import-RecipientDataProperty rob -Picture -FileData "${picture.toString('base64')}"`);
    const shown = async (attributes: string) => {
      await run(`Set-OfflineAddressBook "Default Offline Address Book" ${attributes}`);
      await run('Update-OfflineAddressBook "Default Offline Address Book"');
      const rob = ofName((await download()).records, 'Rob');
      return [rob?.get(photo), rob?.get(truncated)];
    };
    expect(await shown('-UseDefaultAttributes')).toEqual([undefined, [photo]]);
    expect(await shown('-ConfiguredAttributes "DisplayName,ANR","thumbnailphoto,value"')).toEqual([picture, undefined]);
    expect(await shown('-ConfiguredAttributes "DisplayName,ANR"')).toEqual([undefined, undefined]);
    await shown('-UseDefaultAttributes');
  });

  test('is as it was made until it is made again: by the shell, or by whoever asks a day later', async () => {
    const before = await download();
    await run('New-MailContact "New One" -ExternalEmailAddress new@example.test');
    const same = await download();
    expect([attribute(same.manifest, 'seq'), ofName(same.records, 'New One')]).toEqual([attribute(before.manifest, 'seq'), undefined]);
    await lab.clock.advance(86_400_000);
    const after = await download();
    expect(Number(attribute(after.manifest, 'seq'))).toBe(Number(attribute(before.manifest, 'seq')) + 1);
    expect(ofName(after.records, 'New One')).toBeDefined();
    expect((await get(fileIn(before.manifest))).status).toBe(404);
  });

  test('is not sent again to whoever has it', async () => {
    const { headers } = await get('OAB.XML');
    const again = await get('oab.xml', { 'if-none-match': String(headers['etag']) });
    expect([again.status, again.body]).toEqual([304, '']);
    expect((await get('oab.xml', {}, 'HEAD')).status).toBe(200);
    expect((await get('oab.xml', {}, 'POST')).status).toBe(405);
  });

  test.each(['other.xml', '../11111111-2222-3333-4444-555555555555/oab.xml', 'x/y/z'])('there is no %s', async (file) => {
    expect((await get(file)).status).toBe(404);
  });

  test.each([
    ['Set-OfflineAddressBook "Default Offline Address Book" -ConfiguredAttributes "ShoeSize,Value"', 'ShoeSize'],
    ['Set-OfflineAddressBook "Default Offline Address Book" -ConfiguredAttributes "Title,Maybe"', 'Title,Maybe'],
    ['Update-OfflineAddressBook Other', "couldn't be found"],
    ['Get-OfflineAddressBook Other', "couldn't be found"],
  ])('refuses %s', async (line, text) => {
    await expect(run(line)).rejects.toThrow(text);
  });
});
