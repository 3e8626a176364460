import type { Organization } from '../../shared/domain/organization/organization.ts';
import { type BackDoor, type BackDoorOptions, createBackDoor } from '../../shared/service/back-door.ts';
import { hostTable } from './hosts.ts';
import { type LetInOptions, letIn } from './let-in.ts';

export interface ServicesDoorOptions extends BackDoorOptions, LetInOptions {
  /** All of the world: any front end of theirs may come. */
  readonly organizations: readonly Organization[];
}

/**
 * The door of a process that runs services of organisations and no front end: the front ends of others pass requests on to it. It does not
 * listen yet.
 */
export function createServicesDoor(options: ServicesDoorOptions): BackDoor {
  const hosts = hostTable(options.organizations);
  return createBackDoor(options, {
    isHost: (name) => hosts.has(name),
    receive: (raw, authority, path, asked) => {
      const organization = options.organizations.find(({ name }) => name === asked);
      letIn(options, { raw, organization, authority, path });
    },
  });
}
