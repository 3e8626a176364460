import { connect } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exchangeOf } from '../../../shared/service/http-exchange.ts';
import { contoso, contosoCloud } from '../../support/organizations.ts';
import { type Presented, presented } from '../../support/presented.ts';
import { type FrontendLab, openFrontendLab } from './lab.ts';

let lab: FrontendLab;
beforeEach(async () => {
  lab = await openFrontendLab();
});
afterEach(() => lab.close());

const show = (port: number, name: string): Promise<Presented> => presented(port, name, lab.certificates.caPem);
const machine = 'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1';

test("an organisation's own names, Microsoft's spellings, and the machine's names are in the certificate", async () => {
  const { port } = await lab.open({}, { organizations: [contosoCloud], defaultOrganization: 'contoso-cloud' });
  const { certificate, trusted } = await show(port, 'outlook.office365.com');
  expect(trusted).toBe(true);
  expect(certificate.subjectaltname).toBe(
    'DNS:outlook.office365.test, DNS:autodiscover-s.outlook.test, DNS:outlook.office365.com, DNS:outlook.office.com, ' +
      `DNS:autodiscover-s.outlook.com, DNS:autodiscover.outlook.com, ${machine}`,
  );
});

test('a name that only redirects, and an unknown one, get a certificate that lacks them', async () => {
  const { port } = await lab.open({}, { organizations: [contosoCloud], defaultOrganization: 'contoso-cloud' });
  for (const name of ['autodiscover.contoso.mail.onmicrosoft.test', 'www.example.com']) {
    const { trusted, problem } = await show(port, name);
    expect([trusted, problem]).toEqual([false, 'ERR_TLS_CERT_ALTNAME_INVALID']);
  }
  const answer = await lab.call({ port, host: 'autodiscover.contoso.mail.onmicrosoft.test', insecure: true });
  expect(answer.headers.location).toBe('https://autodiscover.contoso.mail.onmicrosoft.test/owa/');
});

test('a listener that two organisations share tells them by name, and nobody else is answered', async () => {
  const { port } = await lab.open({ ews: await lab.echo() }, { organizations: [contoso, contosoCloud], defaultOrganization: undefined });
  const organizationOf = async (host: string, serverName: string) =>
    (JSON.parse((await lab.call({ port, host, serverName, path: '/ews/' })).body.toString()) as { organization: string }).organization;
  expect(await organizationOf('mail.contoso.test', 'mail.contoso.test')).toBe('contoso');
  expect(await organizationOf('outlook.office365.test', 'outlook.office365.test')).toBe('contoso-cloud');
  expect(await organizationOf('outlook.office365.com:443', 'mail.contoso.test')).toBe('contoso-cloud');
  expect(await organizationOf('localhost', 'outlook.office365.test')).toBe('contoso-cloud');
  const nobody = await lab.call({ port, host: 'localhost', path: '/ews/' });
  expect([nobody.status, nobody.body.length, nobody.headers.server]).toEqual([404, 0, undefined]);
  const [mail, cloud] = [await show(port, 'mail.contoso.test'), await show(port, 'outlook.office365.test')];
  expect(mail.certificate.fingerprint256).not.toBe(cloud.certificate.fingerprint256);
  expect((await show(port, 'localhost')).certificate.subjectaltname).toBe(machine);
});

test('TLS versions are a setting of the listener', async () => {
  const { port } = await lab.open({}, { tls: { minVersion: 'TLSv1.3' } });
  const dial = (maxVersion: 'TLSv1.2' | 'TLSv1.3') =>
    new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.1', port, ca: lab.certificates.caPem, servername: 'localhost', maxVersion }, () => {
        resolve(socket.getProtocol());
        socket.destroy();
      });
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    });
  expect(await dial('TLSv1.2')).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
  expect(await dial('TLSv1.3')).toBe('TLSv1.3');
});

test('a client certificate is asked for where the listener says so, and passed on unverified', async () => {
  const app = await lab.app((instance) => {
    instance.get('/ews/', (request) => exchangeOf(request).tls?.clientCertificate?.subjectAltName ?? 'none');
  });
  const { certPem, keyPem } = await lab.certificates.leafFor(['partner.test']);
  const ask = (port: number) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect({
        host: '127.0.0.1',
        port,
        ca: lab.certificates.caPem,
        servername: 'localhost',
        cert: certPem,
        key: keyPem,
      });
      let text = '';
      socket.on('data', (chunk) => {
        text += String(chunk);
      });
      socket.once('error', reject);
      socket.once('close', () => resolve(text.split('\r\n\r\n')[1] ?? ''));
      socket.write('GET /ews/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    });
  expect(await ask((await lab.open({ ews: app }, { tls: { requestClientCertificate: true } })).port)).toBe('DNS:partner.test');
  expect(await ask((await lab.open({ ews: app })).port)).toBe('none');
});
