import { virtualDirectoryCmdlets } from './virtual-directory.ts';

/** `Set-ActiveSyncVirtualDirectory "Microsoft-Server-ActiveSync (Default Web Site)" -ExternalUrl ...`: where Autodiscover says Exchange ActiveSync is. */
export const activeSyncVirtualDirectory = virtualDirectoryCmdlets('ActiveSyncVirtualDirectory');
