import { tellStories } from '../support/tell-stories.ts';

tellStories('labs');
