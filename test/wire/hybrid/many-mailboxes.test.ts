import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { enterAppointments } from '../../support/appointments.ts';
import { federate } from '../../support/federation.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { askAvailability, type Shown, shownIn } from '../ews/ask-availability.ts';
import { wayOf } from './way-of.ts';

const mary = 'mary@contoso.test';
const slots = 48;

/** Somebody whose calendar has half an hour in it, as no other calendar has. */
interface Person {
  readonly organization: 'contoso' | 'contoso-cloud' | 'fabrikam';
  readonly address: string;
  readonly slot: number;
  readonly status: number;
}

/** A hundred people, of each organisation every third. */
const people = Array.from({ length: 100 }, (_, index): Person => {
  const [slot, status] = [index % slots, 1 + Math.floor(index / slots)];
  if (index % 3 === 0) return { organization: 'contoso', address: `here${index}@contoso.test`, slot, status };
  if (index % 3 === 1) return { organization: 'contoso-cloud', address: `cloud${index}@contoso.test`, slot, status };
  return { organization: 'fabrikam', address: `there${index}@fabrikam.test`, slot, status };
});

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-21T08:00Z' });
  await federate(lab, { organization: 'contoso', domain: 'contoso.test', key: 21 });
  await federate(lab, { organization: 'fabrikam', domain: 'fabrikam.test', key: 22 });
  const pat = 'pat@fabrikam.test';
  const shares = '-FreeBusyAccessEnabled $true -FreeBusyAccessLevel AvailabilityOnly';
  await runCmdlet(lab, 'fabrikam', `New-OrganizationRelationship Contoso -DomainNames contoso.test ${shares}`, pat);
  const target = '-TargetApplicationUri FYDIBOHF25SPDLT.fabrikam.test';
  const autodiscover = 'https://autodiscover.fabrikam.test/autodiscover/autodiscover.svc/WSSecurity';
  const dead = 'https://autodiscover.contoso.test/EWS/Exchange.asmx/WSSecurity';
  for (const line of [
    `New-OrganizationRelationship Fabrikam -DomainNames fabrikam.test ${target} -TargetAutodiscoverEpr ${autodiscover}`,
    `New-OrganizationRelationship Dead -DomainNames dead.test ${target} -TargetSharingEpr ${dead}`,
  ])
    await runCmdlet(lab, 'contoso', line);
  for (const { organization, address, slot, status } of people) {
    const [name = ''] = address.split('@');
    const routing = `${name}@contoso.mail.onmicrosoft.test`;
    if (organization === 'contoso-cloud') {
      await runCmdlet(lab, organization, `New-Mailbox ${name} -MicrosoftOnlineServicesID ${routing} -Password Pa55word!`);
      await runCmdlet(
        lab,
        'contoso',
        `New-RemoteMailbox ${name} -RemoteRoutingAddress ${routing} -UserPrincipalName ${address} -Password Pa55word!`,
      );
    } else {
      const as = organization === 'fabrikam' ? pat : undefined;
      await runCmdlet(lab, organization, `New-Mailbox ${name} -UserPrincipalName ${address} -Password Pa55word!`, as);
    }
    const start = Date.UTC(2026, 10, 23) + slot * 1_800_000;
    const [from, to] = [start, start + 1_800_000].map((at) => new Date(at).toISOString()) as [string, string];
    await enterAppointments(lab, organization, organization === 'contoso-cloud' ? routing : address, [
      { start: from, end: to, busy: status },
    ]);
  }
}, 120_000);
afterAll(() => lab.close());
afterEach(() => lab.faults.clear());

const digitsOf = ({ slot, status }: Person): string => `${'0'.repeat(slot)}${status}${'0'.repeat(slots - slot - 1)}`;
const askFor = (addresses: readonly string[]) => askAvailability(lab, mary, addresses, { interval: 30, view: 'MergedOnly' });
const merged = (shown: readonly Shown[]) => shown.map(({ code, merged: digits }) => digits ?? code);

test('a hundred mailboxes over three organisations, in the order of the request, each organisation asked once', async () => {
  const answer = await askFor(people.map(({ address }) => address));
  expect(merged(shownIn(answer))).toEqual(people.map(digitsOf));
  const { hops } = await wayOf(lab, answer);
  expect(hops.filter((hop) => /GetUserSettings|GetUserAvailability/.test(hop)).toSorted()).toEqual([
    'contoso-cloud/autodiscover GetUserSettings 200',
    'contoso-cloud/ews GetUserAvailability 200',
    'fabrikam/autodiscover GetUserSettings 200',
    'fabrikam/ews GetUserAvailability 200',
  ]);
});

test('an organisation that is dead and one that is slow cost their own mailboxes and no others', async () => {
  lab.faults.add({ seam: 'dial', match: { host: 'autodiscover.contoso.test' }, effect: { kind: 'refuse' } });
  const { id } = lab.faults.add({
    seam: 'http.request',
    match: { host: 'mail.fabrikam.test' },
    effect: { kind: 'latency', delayMs: 600_000 },
  });
  const some = people.slice(0, 75);
  const addresses = some.flatMap(({ address }, index) => (index % 3 === 0 ? [address, `user${index}@dead.test`] : [address]));
  const shownInTheCloud = async () => (await lab.exchanges({ service: 'ews', organization: 'contoso-cloud' })).length;
  const before = await shownInTheCloud();
  const asked = askFor(addresses);
  await vi.waitFor(
    async () => {
      expect(lab.faults.list().find((rule) => rule.id === id)?.acted).toBe(1);
      expect(await shownInTheCloud()).toBeGreaterThan(before);
    },
    { timeout: 20_000 },
  );
  await lab.clock.advance(60_000);
  const shown = shownIn(await asked);
  expect(merged(shown)).toEqual(
    some.flatMap((person, index) => {
      const own = person.organization === 'fabrikam' ? 'ErrorTimeoutExpired' : digitsOf(person);
      return index % 3 === 0 ? [own, 'ErrorProxyRequestProcessingFailed'] : [own];
    }),
  );
  expect(shown[1]?.text).toContain('Unable to connect to the remote server');
});
