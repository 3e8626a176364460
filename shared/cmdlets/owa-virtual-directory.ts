import { virtualDirectoryCmdlets } from './virtual-directory.ts';

/** `Set-OwaVirtualDirectory "owa (Default Web Site)" -ExternalUrl https://mail.contoso.test/owa/`: where Autodiscover says Outlook on the web is. */
export const owaVirtualDirectory = virtualDirectoryCmdlets('OwaVirtualDirectory');
