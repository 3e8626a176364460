import { expect, test } from 'vitest';
import { listenerPorts } from '../../../services/ports.ts';

const organization = (name: string, kind: 'on-premises' | 'cloud'): { name: string; kind: 'on-premises' | 'cloud' } => ({ name, kind });

test('the block of the built-in world', () => {
  const world = [organization('contoso', 'on-premises'), organization('contoso-cloud', 'cloud'), organization('fabrikam', 'on-premises')];
  expect(listenerPorts({ kind: 'block', base: 4400 }, world)).toEqual({
    organizations: new Map([
      ['contoso', 4443],
      ['contoso-cloud', 4444],
      ['fabrikam', 4446],
    ]),
    smtp: new Map([
      ['contoso', 4425],
      ['contoso-cloud', 4426],
      ['fabrikam', 4427],
    ]),
    clients: new Map([
      ['contoso', 4486],
      ['fabrikam', 4481],
    ]),
    perimeters: new Map([
      ['contoso', 4424],
      ['fabrikam', 4423],
    ]),
    azureAuth: 4445,
    sharedHttps: null,
    dns: 4453,
    http: 4480,
    control: 4460,
    back: 4400,
    proxy: 4438,
    submission: 4487,
  });
  expect(listenerPorts({ kind: 'ephemeral' }, world)).toMatchObject({ azureAuth: 0, dns: 0, http: 0, control: 0, proxy: 0, submission: 0 });
  expect([...listenerPorts({ kind: 'ephemeral' }, world).organizations.values()]).toEqual([0, 0, 0]);
});

test('where clients look by themselves, on demand', () => {
  const world = [organization('contoso', 'on-premises'), organization('contoso-cloud', 'cloud'), organization('fabrikam', 'on-premises')];
  const usual = listenerPorts({ kind: 'block', base: 4400 }, world);
  const { sharedHttps, http, dns, submission, smtp, ...others } = listenerPorts({ kind: 'block', base: 4400 }, world, world);
  expect({ sharedHttps, http, dns, submission, smtp: [...smtp] }).toEqual({
    ...{ sharedHttps: 443, http: 80, dns: 53, submission: 587 },
    smtp: [
      ['contoso', 25],
      ['contoso-cloud', 26],
      ['fabrikam', 4427],
    ],
  });
  expect(usual).toMatchObject(others);
  const [, cloud] = world;
  expect(listenerPorts({ kind: 'block', base: 4400 }, world, cloud && [cloud]).smtp.get('contoso-cloud')).toBe(25);
});

test('a cloud that comes first, and a world without one', () => {
  expect(listenerPorts({ kind: 'block', base: 0 }, [organization('b', 'cloud'), organization('a', 'on-premises')]).organizations).toEqual(
    new Map([
      ['b', 44],
      ['a', 43],
    ]),
  );
  expect(
    listenerPorts({ kind: 'block', base: 0 }, [organization('a', 'on-premises'), organization('b', 'on-premises')]).organizations,
  ).toEqual(
    new Map([
      ['a', 43],
      ['b', 46],
    ]),
  );
});

test('no two listeners share a port, and too many organisations are refused', () => {
  const many = Array.from({ length: 39 }, (_, index) => organization(`o${index}`, index % 2 === 0 ? 'cloud' : 'on-premises'));
  const ports = listenerPorts({ kind: 'block', base: 100 }, many);
  const all = [
    ...ports.organizations.values(),
    ...ports.smtp.values(),
    ...[...ports.clients.values()].filter((port) => port !== 0),
    ports.azureAuth,
    ports.dns,
    ports.http,
    ports.back,
    ports.control,
    ports.proxy,
    ports.submission,
  ];
  expect(new Set(all).size).toBe(all.length);
  expect(Math.max(...all)).toBeLessThan(200);
  const tooMany = [...many, organization('one-more', 'cloud'), organization('and-another', 'cloud')];
  expect(() => listenerPorts({ kind: 'block', base: 100 }, tooMany)).toThrow(/41 organisations; a port block has room for 39/);
});
