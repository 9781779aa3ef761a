import { createRoot } from 'react-dom/client';
import { Console } from './app';
import './style.css';

const root = document.getElementById('root');
if (!root) throw new Error('no element with the id root');
createRoot(root).render(<Console />);
