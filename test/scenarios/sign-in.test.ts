import { tellStories } from '../support/tell-stories.ts';

tellStories('sign-in', 'clients');
