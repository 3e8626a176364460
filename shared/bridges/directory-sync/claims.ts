import type { Recipient } from '../../domain/directory/recipient.ts';
import { addressKey } from '../../domain/directory/recipient-rows.ts';
import type { Guid } from '../../kernel/ids.ts';

type Kind = 'address' | 'alias' | 'userPrincipalName';

/** Which names of a tenant are whose, while a cycle works out who is to have which. */
export class Claims {
  readonly #owners = new Map<string, Guid>();

  /** Takes a name for an object, unless another one has it; whether the object has it now. Names are compared without case. */
  take(kind: Kind, name: string, owner: Guid): boolean {
    const key = `${kind} ${addressKey(name)}`;
    const held = this.#owners.get(key) ?? owner;
    this.#owners.set(key, held);
    return held === owner;
  }

  /** Takes everything that an object has which no cycle changes. */
  takeAll({ guid: own, addresses, alias, userPrincipalName, settings }: Recipient): void {
    // What stands for a public folder on-premises is in nobody's way but others'.
    const guid = settings.onPremisesObjectId ?? own;
    for (const address of addresses) this.take('address', address, guid);
    if (alias !== '') this.take('alias', alias, guid);
    if (userPrincipalName !== null) this.take('userPrincipalName', userPrincipalName, guid);
  }
}
