import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './theme/app.css';
import { App } from './app.tsx';
import { session } from './link/session.ts';
import { watchLayers } from './ui/page-keys.ts';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no root element.');
watchLayers();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
void session.start();
session.followLinks();
