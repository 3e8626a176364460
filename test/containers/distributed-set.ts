import { readFileSync } from 'node:fs';
import https from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'yaml';
import { present } from '../../shared/kernel/assert.ts';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { basic, envelope } from '../support/soap.ts';
import { type EventStream, openEventStream } from '../wire/ews/event-stream.ts';
import { type Composed, composeUp } from './composed.ts';
import { docker, image, inspect, postgresImage } from './engine.ts';

const file = 'compose.distributed.yaml';
const secret = 'of-this-test-alone';

/** The container that answers for an organisation, and its name there. */
const doors: Readonly<Record<string, { readonly service: string; readonly host: string }>> = {
  contoso: { service: 'contoso', host: 'mail.contoso.test' },
  'contoso-cloud': { service: 'cloud', host: 'outlook.office365.test' },
  fabrikam: { service: 'fabrikam', host: 'mail.fabrikam.test' },
};

/** Where people are who stay there. */
const homes: Readonly<Record<string, string>> = {
  'administrator@contoso.test': 'contoso',
  'rob@contoso.test': 'contoso',
  'joe@contoso.test': 'contoso-cloud',
  'zoe@contoso.test': 'contoso-cloud',
  'pat@fabrikam.test': 'fabrikam',
};

/** The containers of `compose.distributed.yaml`, as clients on this machine know them. */
export interface DistributedSet extends Pick<Composed, 'compose' | 'down'> {
  /** Every service of the file, PostgreSQL too. */
  readonly services: readonly string[];
  /** The id of a service's container, which stays. */
  container(service: string): string;
  /** A SOAP request to EWS of somebody's organisation; certificates are checked. Rejects while nobody answers. */
  ews(mail: string, body: string, options?: { readonly organization: string }): Promise<{ readonly body: string }>;
  /** GetStreamingEvents over a subscription of somebody who stays where he is. */
  events(mail: string, subscription: string): Promise<EventStream>;
  /** A line of the shell, at the control port. */
  cmdlet<Shown = object>(organization: string, line: string): Promise<readonly Shown[]>;
  /** What a query finds in the database, a row in JSON a line. */
  rows(sql: string): Promise<readonly string[]>;
  /** As when power fails: from outside, so that the engine starts the container again. Resolves when it does. */
  killHard(service: string): Promise<void>;
  /** How often the engine has started each container again, by service. */
  restarts(): Promise<Readonly<Record<string, number>>>;
}

/** @param world what it holds, as a world file has it */
export async function distributedSetUp(world: object): Promise<DistributedSet> {
  const environment = { COEXIST_IMAGE: image, POSTGRES_IMAGE: postgresImage, POSTGRES_PASSWORD: secret, COEXIST_ADMIN_TOKEN: secret };
  const lab = await composeUp(file, { ...environment, COEXIST_CONFIG: '', COEXIST_CONFIG_JSON: JSON.stringify(world) });
  try {
    return await asClientsKnow(lab);
  } catch (error) {
    await lab.down();
    throw error;
  }
}

async function asClientsKnow(lab: Composed): Promise<DistributedSet> {
  const text = readFileSync(new URL(`../../docker/${file}`, import.meta.url), 'utf8');
  const services = Object.keys((parse(text, { merge: true }) as { readonly services: object }).services);
  const ids = new Map<string, string>();
  for (const service of services) ids.set(service, present((await lab.containers(service))[0], service));
  const ca = await docker('exec', present(ids.get('contoso'), 'contoso'), 'cat', '/var/lib/coexist/certificates/ca.pem');
  const container = (service: string): string => present(ids.get(service), service);
  const addresses = new Map<string, Promise<string>>();
  /** A container that was started again may have another one. */
  const at = async <T>(service: string, ask: (address: string) => Promise<T>): Promise<T> => {
    const known = addresses.get(service) ?? addressOf(container(service), lab.project);
    addresses.set(service, known);
    try {
      return await ask(await known);
    } catch (error) {
      if (addresses.get(service) === known) addresses.delete(service);
      throw error;
    }
  };
  const stateOf = (service: string) =>
    inspect<{ readonly State: { readonly Pid: number }; readonly RestartCount: number }>(container(service));
  return {
    ...{ services, container, compose: lab.compose, down: lab.down },
    ews(mail, body, { organization } = { organization: present(homes[mail], mail) }) {
      const { service, host } = present(doors[organization], organization);
      return at(service, (address) => ask({ address, host, ca, mail, body }));
    },
    events(mail, subscription) {
      const organization = present(homes[mail], mail);
      const { service, host } = present(doors[organization], organization);
      return at(service, async (address) => {
        const users = [{ mail, userName: mail, password: 'Pa55word!', organization }];
        const names = { hosts: { [host]: `${address}:443` }, httpPort: 0, ca };
        return openEventStream({ endpoints: { users }, names }, mail, [subscription]);
      });
    },
    cmdlet: <Shown>(organization: string, line: string) =>
      at('admin', (address) =>
        runCmdlet<Shown>({ endpoints: { adminUrl: `http://${address}:4460`, adminToken: secret } }, organization, line),
      ),
    async rows(sql) {
      const asked = ['--host', '/tmp', '--username', 'coexist', '--tuples-only', '--no-align', '--command'];
      const text = await docker('exec', container('postgres'), 'psql', ...asked, `select row_to_json(found) from (${sql}) found`);
      return text.split('\n').filter((line) => line !== '');
    },
    async killHard(service) {
      const { State, RestartCount } = await stateOf(service);
      process.kill(State.Pid, 'SIGKILL');
      for (;;) {
        const now = await stateOf(service);
        // It is counted before it runs, and as long as it does not run it is as healthy as it was.
        if (now.RestartCount > RestartCount && now.State.Pid > 0) break;
        await pause(100);
      }
      addresses.clear();
    },
    async restarts() {
      const counts = await Promise.all(services.map(async (service) => [service, (await stateOf(service)).RestartCount] as const));
      return Object.fromEntries(counts);
    },
  };
}

async function addressOf(id: string, project: string): Promise<string> {
  const address = await docker('inspect', '--format', `{{(index .NetworkSettings.Networks "${project}_coexist").IPAddress}}`, id);
  if (address === '') throw new Error(`${id} has no address`);
  return address;
}

interface Asked {
  readonly address: string;
  readonly host: string;
  readonly ca: string;
  readonly mail: string;
  readonly body: string;
}

function ask({ address, host, ca, mail, body }: Asked): Promise<{ readonly body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { host, 'content-type': 'text/xml; charset=utf-8', authorization: basic(mail, 'Pa55word!') };
    const where = { host: address, servername: host, ca, method: 'POST', path: '/EWS/Exchange.asmx' };
    const sent = https.request({ ...where, headers, agent: false, timeout: 60_000 }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve({ body: text })).on('error', reject);
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer in time'))).on('error', reject);
    sent.end(envelope(body));
  });
}

/** Tries until it can be had, as clients do whose connection broke: as long as a container may take to come back. */
export async function again<T>(attempt: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await pause(250);
    }
  }
}
