import { afterEach, beforeEach } from 'vitest';
import { type Connector, sendConnectors } from '../../../shared/domain/mailflow/connectors.ts';
import { contoso } from '../../support/organizations.ts';
import { openSendingGround, type SendingGround, sendingStart } from '../../support/sending-ground.ts';
import { openSink, type SinkOptions } from '../../support/smtp-sink.ts';

type Sink = Awaited<ReturnType<typeof openSink>>;

/** What each test of a file that sends has, for as long as it runs. */
export interface SendingTests {
  readonly ground: SendingGround;
  /** A server of somebody else, where a host's name leads to. */
  sinkAt(host: string, options?: SinkOptions): Promise<Sink>;
  /** The mail exchanger of fabrikam.test. */
  fabrikam(options?: SinkOptions): Promise<Sink>;
  connector(value: Connector): Promise<void>;
}

/** Gives each test of a file a ground whose sender has started. */
export function sendingTests(): SendingTests {
  let opened: SendingGround | undefined;
  const sinks: Sink[] = [];
  const ground = (): SendingGround => {
    if (opened === undefined) throw new Error('no test runs');
    return opened;
  };
  beforeEach(async () => {
    opened = await openSendingGround(contoso);
    await opened.sender.start();
    await opened.timers.start();
  });
  afterEach(async () => {
    await opened?.close();
    opened = undefined;
    for (const sink of sinks.splice(0).reverse()) await sink.close();
  });
  const sinkAt: SendingTests['sinkAt'] = async (host, options = {}) => {
    const sink = await openSink(options);
    sinks.push(sink);
    ground().hosts.set(host, { address: '127.0.0.1', port: sink.port });
    return sink;
  };
  return {
    get ground() {
      return ground();
    },
    sinkAt,
    fabrikam(options) {
      ground().exchangers.set('fabrikam.test', ['mail.fabrikam.test']);
      return sinkAt('mail.fabrikam.test', options);
    },
    connector: (value) => ground().store.transaction((tx) => sendConnectors.create(tx, 'contoso', value.Name, value, sendingStart)),
  };
}
