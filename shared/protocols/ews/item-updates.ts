import { either, sequence, someOf, unwrapped } from '../../xml/codec.ts';
import { items } from './item-lists.ts';
import { types } from './namespaces.ts';
import { paths } from './paths.ts';

const path = either(types, paths);
const item = either(types, items);
/** What an update does to the fields of an item: NonEmptyArrayOfItemChangeDescriptionsType. */
export const itemUpdates = unwrapped(
  'updates',
  sequence(
    {
      updates: someOf(types, {
        AppendToItemField: sequence({ path, item }, 'AppendToItemFieldType'),
        SetItemField: sequence({ path, item }, 'SetItemFieldType'),
        DeleteItemField: sequence({ path }, 'DeleteItemFieldType'),
      }),
    },
    'NonEmptyArrayOfItemChangeDescriptionsType',
  ),
);
