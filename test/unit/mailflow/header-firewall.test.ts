import { expect, test } from 'vitest';
import { type ArrivalHeaders, arrived, departed } from '../../../shared/bridges/mailflow/header-firewall.ts';

const anonymous: ArrivalHeaders = {
  authAs: 'Anonymous',
  authSource: 'ex.contoso.test',
  authMechanism: '',
  directionality: 'Incoming',
  acceptsOrganization: false,
  acceptsCrossPremises: false,
};
const message = (...lines: readonly string[]): Buffer =>
  Buffer.from([...lines, 'Subject: x', '', 'X-MS-Exchange-Organization-AuthAs: text\r\n'].join('\r\n'));
const body = 'Subject: x\r\n\r\nX-MS-Exchange-Organization-AuthAs: text\r\n';
const stamped = (authAs: string, authSource = 'ex.contoso.test', ...more: readonly string[]): string =>
  [`MessageDirectionality: Incoming`, `AuthAs: ${authAs}`, `AuthSource: ${authSource}`, ...more]
    .map((line) => `X-MS-Exchange-Organization-${line}\r\n`)
    .join('');

test('what anybody says of himself is taken out, folded lines with it, and the text is left alone', () => {
  const { octets, trust } = arrived(
    message(
      'X-MS-Exchange-Organization-AuthAs: Internal',
      'x-ms-exchange-organization-scl:\r\n -1',
      'X-MS-Exchange-CrossPremises-AuthAs: Internal',
      'X-MS-Exchange-Forest-RulesExecuted: ex',
      'X-MS-Exchange-CrossTenant-Id: 1',
    ),
    anonymous,
  );
  expect(octets.toString()).toBe(`${stamped('Anonymous')}X-MS-Exchange-CrossTenant-Id: 1\r\n${body}`);
  expect(trust.authAs).toBe('Anonymous');
});

test('the other side of the hybrid deployment is believed, with what it promoted', () => {
  const sent = departed(
    message(
      'X-MS-Exchange-Organization-AuthAs: Internal',
      'X-MS-Exchange-Organization-AuthSource: EX.cloud.test',
      'X-MS-Exchange-Organization-SCL: -1',
    ),
    { keepsOrganization: false, promotes: true },
  );
  const { octets, trust } = arrived(sent, { ...anonymous, acceptsCrossPremises: true });
  expect(trust).toEqual({ authAs: 'Internal', authSource: 'EX.cloud.test', authMechanism: '' });
  expect(octets.toString()).toBe(`${stamped('Internal', 'EX.cloud.test')}X-MS-Exchange-Organization-SCL: -1\r\n${body}`);
});

test('what it does not say it does not prove', () => {
  for (const said of ['X-MS-Exchange-CrossPremises-AuthAs: Boss', 'X-MS-Exchange-Organization-AuthAs: Internal'])
    expect(arrived(message(said), { ...anonymous, acceptsCrossPremises: true }).trust.authAs).toBe('Anonymous');
});

test('nothing of the organisation goes to anybody else', () => {
  const own = message(
    'X-MS-Exchange-Organization-AuthAs: Internal',
    'X-MS-Exchange-Forest-X: 1',
    'X-MS-Exchange-CrossPremises-AuthAs: Internal',
  );
  expect(departed(own, { keepsOrganization: false, promotes: false }).toString()).toBe(body);
  expect(departed(own, { keepsOrganization: true, promotes: false })).toBe(own);
});
