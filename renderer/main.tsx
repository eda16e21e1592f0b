import './no-eval.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { HostLink } from './link/host-link.ts';
import './theme/app.css';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no root element.');
const link = new HostLink();
createRoot(root).render(
  <StrictMode>
    <App link={link} />
  </StrictMode>,
);
void link.start();
