import { z } from 'zod';

// The page's policy forbids code made from strings, which zod would try for speed. Before the first schema is made.
z.config({ jitless: true });
