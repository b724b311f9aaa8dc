import './monacoWorkers.ts';
import 'graphiql/style.css';
import './style.css';
import { createRoot } from 'react-dom/client';
import { Playground } from './Playground.tsx';

const place = document.getElementById('playground');
if (!place) throw new Error('index.html has no #playground.');
createRoot(place).render(<Playground />);
