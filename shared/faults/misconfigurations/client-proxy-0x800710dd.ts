import type { Misconfiguration } from './misconfiguration.ts';

export const clientProxy: Misconfiguration = {
  id: 'client-proxy-0x800710dd',
  title: 'A proxy of the workstation is in the way of Autodiscover',
  symptom: 'Autodiscover to https://.../Autodiscover/Autodiscover.xml Failed (0x800710DD)',
  source: 'Blogs of administrators, "Autodiscover 0x800710DD"; the text is Outlook\'s',
  notice: 'Test E-mail AutoConfiguration fails on the workstation, Test-WebServicesConnectivity on the server does not.',
  remedy: 'Make the published names an exception of the proxy.',
  variants: {},
  shownBy: 'It lies in the client: set its proxy to a port where nobody listens (HTTPS_PROXY), and nothing comes to any server.',
};
