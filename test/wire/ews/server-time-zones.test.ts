import { afterAll, beforeAll, expect, test } from 'vitest';
import { windowsZoneIds } from '../../../shared/domain/calendar/windows-zone-definition.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { elements, text, type XmlElement } from '../../../shared/xml/element.ts';
import { parseXml } from '../../../shared/xml/parse.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2006-11-04T09:00Z' });
});
afterAll(() => lab.close());

const asked = async (ids: readonly string[] | undefined, full?: boolean): Promise<string> => {
  const attribute = full === undefined ? '' : ` ReturnFullTimeZoneData="${full}"`;
  const list = ids === undefined ? '' : `<m:Ids>${ids.map((id) => `<t:Id>${id}</t:Id>`).join('')}</m:Ids>`;
  return (await lab.ews('mary@contoso.test', `<m:GetServerTimeZones${attribute}>${list}</m:GetServerTimeZones>`)).body;
};

/** What lies in an element, as nested lists that begin with its name. */
type Tree = readonly (string | Tree)[];
function treeOf(of: XmlElement): Tree {
  const inner = elements(of).map(treeOf);
  return inner.length === 0 ? [of.name, text(of)] : [of.name, ...inner];
}

function descendant(of: XmlElement, name: string): XmlElement | undefined {
  return of.name === name ? of : elements(of).reduce<XmlElement | undefined>((found, child) => found ?? descendant(child, name), undefined);
}

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getservertimezones-operation has this very case. */
test('the rules of America before and since 2007, as the published example has them', async () => {
  const body = await asked(['Eastern Standard Time'], true);
  expect([...body.matchAll(/<t:Period ([^>]*)\/>/g)].map(([, attributes]) => attributes)).toEqual([
    'Bias="PT5H" Name="Standard" Id="trule:Microsoft/Registry/Eastern Standard Time/1-Standard"',
    'Bias="PT4H" Name="Daylight" Id="trule:Microsoft/Registry/Eastern Standard Time/1-Daylight"',
    'Bias="PT5H" Name="Standard" Id="trule:Microsoft/Registry/Eastern Standard Time/2007-Standard"',
    'Bias="PT4H" Name="Daylight" Id="trule:Microsoft/Registry/Eastern Standard Time/2007-Daylight"',
  ]);
  const [groups, transitions] = ['TransitionsGroups', 'Transitions'].map((name) => treeOf(present(descendant(parseXml(body), name), name)));
  const change = (rule: string, month: number, occurrence: number): Tree => [
    'RecurringDayTransition',
    ['To', `trule:Microsoft/Registry/Eastern Standard Time/${rule}`],
    ['TimeOffset', 'PT2H'],
    ['Month', String(month)],
    ['DayOfWeek', 'Sunday'],
    ['Occurrence', String(occurrence)],
  ];
  expect(groups).toEqual([
    'TransitionsGroups',
    ['TransitionsGroup', change('1-Daylight', 4, 1), change('1-Standard', 10, -1)],
    ['TransitionsGroup', change('2007-Daylight', 3, 2), change('2007-Standard', 11, 1)],
  ]);
  expect(transitions).toEqual([
    'Transitions',
    ['Transition', ['To', '0']],
    ['AbsoluteDateTransition', ['To', '1'], ['DateTime', '2007-01-01T00:00:00']],
  ]);
});

test('all zones where none is named, each once where one is named twice', async () => {
  const ids = (body: string) => [...body.matchAll(/<t:TimeZoneDefinition [^>]*?Id="([^"]*)"/g)].map(([, id]) => id);
  expect(ids(await asked(undefined))).toEqual(windowsZoneIds);
  expect(ids(await asked(undefined, false))).toEqual(windowsZoneIds);
  expect(ids(await asked(['UTC', 'nowhere', 'India Standard Time', 'UTC']))).toEqual(['UTC', 'India Standard Time']);
});

test('full unless that is not wanted', async () => {
  expect(await asked(['UTC'])).toContain('<t:Periods>');
  expect(await asked(['UTC'], false)).not.toContain('<t:Periods>');
});

test('a list of ids is never empty', async () => {
  expect(await asked([])).toContain('ErrorSchemaValidation');
});

test('every answer was held against the official schema', async () => {
  await lab.journal.flush();
  expect(lab.validated()).toBeGreaterThan(4);
});
