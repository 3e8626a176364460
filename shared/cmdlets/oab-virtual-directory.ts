import { virtualDirectoryCmdlets } from './virtual-directory.ts';

/** `Set-OabVirtualDirectory "OAB (Default Web Site)" -InternalUrl https://mail.contoso.test/OAB`: where Autodiscover says the offline address book is. */
export const oabVirtualDirectory = virtualDirectoryCmdlets('OabVirtualDirectory');
