import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCliXml } from '../../../shared/protocols/clixml/read.ts';
import { CliXmlError, type CliXmlValue } from '../../../shared/protocols/clixml/value.ts';
import { writeCliXml } from '../../../shared/protocols/clixml/write.ts';

const objs = (inner: string): string => `<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">${inner}</Objs>`;

const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
const values: fc.Arbitrary<CliXmlValue> = fc.letrec<{ value: CliXmlValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('_x0041_', '_X', '__x_', ' a\r\nb\t', '')),
    fc.oneof(
      fc.maxSafeInteger(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => one || 0),
    ),
    fc.boolean(),
    fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true }),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.uniqueArray(fc.tuple(name, tie('value')), { maxLength: 4, selector: ([key]) => key }).map((entries) => Object.fromEntries(entries)),
  ),
})).value;

test('what is written is read as it was', () => {
  fc.assert(
    fc.property(fc.array(values, { maxLength: 4 }), (all) => {
      expect(readCliXml(writeCliXml(all))).toEqual(all);
    }),
  );
});

test('a document as Export-CliXml writes it', () => {
  const moved = {
    Identity: 'joe',
    BadItems: [{ Kind: 'CorruptItem' }],
    At: new Date('2026-11-01T09:00:00Z'),
    Size: 5_000_000_000,
    Part: 0.5,
  };
  expect(writeCliXml([moved, { Identity: 'a_xb', Done: false, Next: null }])).toBe(
    `<Objs xmlns="http://schemas.microsoft.com/powershell/2004/04" Version="1.1.0.1">
  <Obj RefId="0">
    <TN RefId="0">
      <T>System.Management.Automation.PSCustomObject</T>
      <T>System.Object</T>
    </TN>
    <MS>
      <S N="Identity">joe</S>
      <Obj N="BadItems" RefId="1">
        <TN RefId="1">
          <T>System.Object[]</T>
          <T>System.Array</T>
          <T>System.Object</T>
        </TN>
        <LST>
          <Obj RefId="2">
            <TNRef RefId="0"/>
            <MS>
              <S N="Kind">CorruptItem</S>
            </MS>
          </Obj>
        </LST>
      </Obj>
      <DT N="At">2026-11-01T09:00:00.000Z</DT>
      <I64 N="Size">5000000000</I64>
      <Db N="Part">0.5</Db>
    </MS>
  </Obj>
  <Obj RefId="3">
    <TNRef RefId="0"/>
    <MS>
      <S N="Identity">a_x005F_xb</S>
      <B N="Done">false</B>
      <Nil N="Next"/>
    </MS>
  </Obj>
</Objs>
`,
  );
});

const enumeration =
  '<TN RefId="0"><T>Microsoft.Exchange.Data.RequestStatus</T><T>System.Enum</T><T>System.ValueType</T><T>System.Object</T></TN>';

test.each<readonly [what: string, xml: string, values: readonly unknown[]]>([
  ['nothing', '', []],
  ['primitives', '<S>a_x000A_b</S><C>65</C><B>true</B><By>7</By><I64>-5</I64><Db>1E3</Db><Nil/>', ['a\nb', 'A', true, 7, -5, 1000, null]],
  ['a number that a double cannot hold', '<U64>18446744073709551615</U64><Db>INF</Db>', ['18446744073709551615', 'INF']],
  [
    'what has no type here',
    '<TS>PT9.02S</TS><G>792e5b37-4505-47ef-b7d2-8711bb7affa8</G><BA>AQID</BA><Version>15.2</Version>',
    ['PT9.02S', '792e5b37-4505-47ef-b7d2-8711bb7affa8', 'AQID', '15.2'],
  ],
  [
    'moments',
    '<DT>2008-04-11T10:42:32.2731993-07:00</DT><DT>2026-11-01T09:00:00</DT>',
    [new Date('2008-04-11T17:42:32.273Z'), new Date('2026-11-01T09:00:00Z')],
  ],
  [
    'an object of Exchange: adapted and extended properties, an enumeration by name, types by reference',
    `<Obj RefId="0"><TN RefId="1"><T>Deserialized.Microsoft.Exchange.Management.MoveRequestStatistics</T></TN><ToString>joe</ToString><Props><S N="DisplayName">Joe</S><Obj N="Status" RefId="1">${enumeration}<ToString>Completed</ToString><I32>10</I32></Obj></Props><MS><Obj N="Flags" RefId="2"><TNRef RefId="0"/><ToString>IntraOrg, Pull</ToString><I32>6</I32></Obj></MS></Obj>`,
    [{ DisplayName: 'Joe', Status: 'Completed', Flags: 'IntraOrg, Pull' }],
  ],
  ['an object beyond the depth', '<Obj RefId="0"><ToString>contoso.test/Users/Joe</ToString></Obj>', ['contoso.test/Users/Joe']],
  [
    'a primitive with properties',
    '<Obj RefId="0"><DT>2020-08-26T14:55:27.870101+09:00</DT><MS><S N="DisplayHint">DateTime</S></MS></Obj>',
    [new Date('2020-08-26T05:55:27.870Z')],
  ],
  ['lists of all kinds', '<Obj RefId="0"><IE><I32>1</I32></IE></Obj><Obj RefId="1"><QUE><I32>2</I32></QUE></Obj>', [[1], [2]]],
  [
    'a dictionary',
    '<Obj RefId="0"><DCT><En><S N="Key">a</S><I32 N="Value">1</I32></En><En><I32 N="Key">2</I32><Nil N="Value"/></En></DCT></Obj>',
    [{ 2: null, a: 1 }],
  ],
  ['an object that stands twice', '<Obj RefId="0"><LST><S>a</S></LST></Obj><Ref RefId="0"/>', [['a'], ['a']]],
])('%s is read', (_, xml, found) => {
  expect(readCliXml(objs(xml))).toEqual(found);
});

const nested = (depth: number): string => (depth === 0 ? '<Nil/>' : `<Obj RefId="${depth}"><LST>${nested(depth - 1)}</LST></Obj>`);
const doubled = (count: number): string =>
  Array.from({ length: count }, (_, index) => `<Obj RefId="${index}"><LST>${`<Ref RefId="${index - 1}"/>`.repeat(2)}</LST></Obj>`).join('');
const chained = (count: number): string =>
  Array.from({ length: count }, (_, index) => `<Obj RefId="${index}"><LST><Ref RefId="${index - 1}"/></LST></Obj>`).join('');

test.each<readonly [what: string, xml: string, why: RegExp]>([
  ['another document', '<Objs/>', /begins with Objs/],
  ['an unknown element', objs('<Thing>1</Thing>'), /^Thing "1" is no value$/],
  ['a number that is none', objs('<I32>ten</I32>'), /^I32 "ten" is no value$/],
  ['a moment that is none', objs('<DT>yesterday</DT>'), /is no moment/],
  ['a reference to nothing', objs('<Ref RefId="7"/>'), /not complete before it/],
  ['an object within itself', objs('<Obj RefId="0"><LST><Ref RefId="0"/></LST></Obj>'), /not complete before it/],
  ['an object within an object without end', objs(nested(33)), /more than 32 deep/],
  ['references that lead ever deeper', objs(`<Obj RefId="-1"><LST/></Obj>${chained(40)}`), /more than 32 deep/],
  ['references that make much of little', objs(`<Obj RefId="-1"><LST/></Obj>${doubled(30)}`), /more than 500000 values/],
  ['an entry without a key', objs('<Obj RefId="0"><DCT><En><S N="Value">a</S></En></DCT></Obj>'), /a Key and a Value/],
])('%s is refused', (_, xml, why) => {
  expect(() => readCliXml(xml)).toThrow(CliXmlError);
  expect(() => readCliXml(xml)).toThrow(why);
});

test('as deep as it may be', () => {
  expect(readCliXml(objs(nested(32)))).toHaveLength(1);
  const deep = (depth: number): CliXmlValue => (depth === 0 ? [] : [deep(depth - 1)]);
  expect(readCliXml(writeCliXml([deep(31)]))).toEqual([deep(31)]);
  expect(() => writeCliXml([deep(32)])).toThrow(CliXmlError);
});

test('a document type declaration is refused as everywhere', () => {
  expect(() => readCliXml(`<!DOCTYPE Objs>${objs('')}`)).toThrow(/DTD is prohibited/);
});
