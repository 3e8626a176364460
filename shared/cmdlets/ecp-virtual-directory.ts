import { virtualDirectoryCmdlets } from './virtual-directory.ts';

/** `Set-EcpVirtualDirectory "ecp (Default Web Site)" -ExternalUrl https://mail.contoso.test/ecp/`: where Autodiscover says the control panel is. */
export const ecpVirtualDirectory = virtualDirectoryCmdlets('EcpVirtualDirectory');
